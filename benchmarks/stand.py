"""A practice world and a centre in processes of their own, seen and treated from outside alone."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.cli.apart import ansim

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "services" / "catalogues"
_FAREWELL_S = 10.0
_LINE = 1 << 20
_OURS = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL", "UNIT_CHANNELS", "ALERT_CHANNEL")


def one_alert_each() -> dict[str, str]:
    """Policy under which every match has a message of its own, however many come: they are counted."""
    alerts = (CATALOGUES / "alerts.toml").read_text("utf-8")
    matching = (CATALOGUES / "matching.toml").read_text("utf-8")
    return {
        "alerts.toml": alerts.replace("bundle_minutes = 2.0", "bundle_minutes = 0.0"),
        "matching.toml": matching.replace("\nmost = 20\n", "\nmost = 1000000\n"),
    }


@dataclass
class Stand:
    """`async with Stand(folder) as stand`: the world runs, the bot is started and killed by its methods.

    policy: files that replace shipped ones. is_warm: bots are forked from a process that has loaded
    the program, so that a start costs the centre's start alone. world: how the practice world is
    started, where it isn't by `ansim practice`.
    """

    folder: Path
    policy: Mapping[str, str] = field(default_factory=dict)
    is_warm: bool = False
    port: int = 0
    world: tuple[str, ...] = ()
    practice: str = ""
    pid: int = 0
    started: float = 0.0
    _world: Process | None = field(init=False, default=None)
    _starter: Process | None = field(init=False, default=None)

    async def __aenter__(self) -> Self:
        self.write(self.policy)
        self._world = await asyncio.create_subprocess_exec(
            *(self.world or (*ansim(), "practice", "--empty")),
            *("--port", str(self.port), "--state", str(self.folder / "world")),
            env=self._surroundings(),
            stdout=PIPE,
            stderr=DEVNULL,
        )
        said = await _line_of(self._world)
        self.practice = json.loads(said)["practice"]
        self.port = int(self.practice.rsplit(":", 1)[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end_bot(signal.SIGTERM)
        for process in (self._starter, self._world):
            if process is not None and process.returncode is None:
                process.terminate()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _FAREWELL_S)

    def write(self, policy: Mapping[str, str]) -> None:
        """Put these files of policy in place; the next start reads them."""
        home = self.folder / "home" / "policy"
        home.mkdir(parents=True, exist_ok=True)
        for name, text in policy.items():
            (home / name).write_text(text, "utf-8")

    async def start_bot(self) -> None:
        """Start the centre, which is up some time later; nothing is waited for."""
        self.started = time.monotonic()
        if self.is_warm:
            self.pid = await self._forked()
            return
        with (self.folder / "bot.log").open("ab") as log:
            self._starter = await asyncio.create_subprocess_exec(
                *(*ansim(), "run", "--empty"),
                env=self._surroundings(),
                cwd=self.folder,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pid = self._starter.pid

    async def end_bot(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it as a power cut would, unless told otherwise, and see it gone."""
        if not self.pid or self._starter is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, how)
        await (_line_of(self._starter) if self.is_warm else self._starter.wait())
        self.pid = 0

    async def _forked(self) -> int:
        if self._starter is None:
            self._starter = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.warm", str(self.folder / "bot.log")),
                env=self._surroundings(),
                cwd=self.folder,
                stdin=PIPE,
                stdout=PIPE,
                limit=_LINE,
            )
        if self._starter.stdin is None:
            raise RuntimeError("the starter has no ears")
        self._starter.stdin.write(b"start\n")
        return int(await _line_of(self._starter))

    def _surroundings(self) -> dict[str, str]:
        """Compiled as an installed program is, whatever the surroundings say of it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        places = {
            "ANSIM_MODE": "practice",
            "ANSIM_HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
        }
        if self.practice:
            places["SLACK_API_URL"] = f"{self.practice}/slack/api/"
            places["TELEGRAM_API_URL"] = f"{self.practice}/telegram"
        return kept | places


async def _line_of(process: Process) -> bytes:
    if process.stdout is None:
        raise RuntimeError("the process has no voice")
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the process ended without a word")
    return line
