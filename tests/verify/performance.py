"""One performance of `ansim demo` in a process of its own, with deeds at certain steps of it."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from practice.stage import Stage

ROOT = Path(__file__).parents[2]
_STEP = re.compile(r"^ *[\d.]+ s  (.+)$")


@dataclass
class Performance:
    """What is seen of it from outside: the pids it tells of, its practice world, its steps."""

    stage: Stage
    bots: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def kill_bot(self) -> None:
        """End the newest bot as a power cut would."""
        os.kill(self.bots[-1], signal.SIGKILL)

    async def seen(self, look: Callable[[], Awaitable[Any]]) -> None:
        """Wait until this look sees something."""
        await self.stage.wait("something to see", look, 60)

    def hear(self, line: str) -> str:
        """Take a line of the demo in; the step that ended, if it tells of one."""
        self.told.append(line)
        if line.startswith("practice http"):
            self.stage.practice = line.split()[1]
        if line.startswith("bot · pid "):
            self.bots.append(int(line.split()[-1]))
        step = _STEP.match(line)
        return step[1] if step else ""


Deed = Callable[[Performance], Coroutine[Any, Any, None]]


async def perform(after: Mapping[str, Deed] | None = None, *options: str) -> dict[str, Any]:
    """Play it once; after the steps named, do these deeds while it goes on. Its last line, read."""
    line = [sys.executable, "-m", "bot", "demo", "--once", "--json", *options]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    async with aiohttp.ClientSession() as http:
        show = Performance(Stage(http, ""))
        process = await asyncio.create_subprocess_exec(
            *line, env=surroundings, stdout=PIPE, stderr=PIPE, limit=1 << 20
        )
        assert process.stdout is not None
        assert process.stderr is not None
        deeds: list[asyncio.Task[None]] = []
        async for heard in process.stderr:
            deed = (after or {}).get(show.hear(heard.decode().rstrip()))
            if deed is not None:
                deeds.append(asyncio.create_task(deed(show)))
        await asyncio.gather(*deeds)
        result = json.loads((await process.stdout.read()).decode().splitlines()[-1])
        assert (await process.wait() == 0) is result["ok"], show.told
    return {**result, "bots": len(show.bots)}
