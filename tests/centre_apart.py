"""A centre in a process of its own, as `ansim run` starts it, to be killed and started again."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from practice.stage import Stage

ROOT = Path(__file__).parents[1]
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_OURS = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL", "LANG", "LC_")


class CentreApart:
    """`async with CentreApart(folder) as centre`; `lines` is what it has told so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._http = aiohttp.ClientSession()
        self._address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.lines: list[str] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=self._folder,
            env=_surroundings(self._folder),
            stdout=DEVNULL,
            stderr=PIPE,
        )
        self._listener = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        await self._http.close()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        if self._listener is not None:
            await self._listener

    async def _listen(self) -> None:
        if self._process is None or self._process.stderr is None:
            return
        async for line in self._process.stderr:
            self.lines.append(line.decode())
            found = _ADDRESS.search(self.lines[-1])
            if found and not self._address.done():
                self._address.set_result(found[0])

    async def stage(self) -> Stage:
        """People's hands and eyes in its practice world, once it is there."""
        return Stage(self._http, await asyncio.wait_for(self._address, 60), look_s=0.1)

    def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            self._process.kill()


async def played(stage: Stage, *parts: str) -> None:
    """Wait until these parts of the sample centre have been played."""

    async def look() -> bool:
        return set(parts) <= set((await stage.state())["sample"]["done"])

    await stage.wait(f"{parts} played", look)


def _surroundings(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    home = {"ANSIM_HOME": str(folder / "home"), "LANG": "en_US.UTF-8"}
    return {**kept, **home, "PYTHONPATH": str(ROOT)}
