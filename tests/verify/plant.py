"""A practice world, and the processes of a centre that is more than one, each to be killed on its own."""

import asyncio
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import defaultdict
from pathlib import Path
from typing import Self

import aiohttp

from bot.cli.apart import ansim, hash_apart
from domain.processes import ProcessRole
from practice.play_acts import Report, await_bot, give_roles, set_rota
from practice.play_minor import ThreatenedMinor
from practice.stage import Stage, text_of
from tests.centre_apart import ROOT

_OWN = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL", "UNIT_CHANNELS", "ALERT_CHANNEL")
_POLICY = """checked_on = 2026-11-01

[[source]]
name = "square"
kind = "mastodon"
url = "{square}"
every_seconds = 1.0
"""
ALERTS = "C0ALERTS"
TAKEN = "this process is at it now"


class Plant:
    """`async with Plant(folder, url) as plant`; `start` as many processes of a role as you like."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._http = aiohttp.ClientSession()
        self._processes: list[Process] = []
        self.told: dict[int, list[str]] = defaultdict(list)
        self._listeners: list[asyncio.Task[None]] = []
        self.practice = ""

    async def __aenter__(self) -> Self:
        policy = self._folder / "home" / "policy"
        policy.mkdir(parents=True)
        (policy / "sources.toml").write_text(_POLICY)
        state = str(self._folder / "world")
        world = await asyncio.create_subprocess_exec(
            *ansim(), "practice", "--empty", "--state", state, stdout=PIPE, stderr=DEVNULL
        )
        self._processes.append(world)
        assert world.stdout is not None
        self.practice = json.loads(await world.stdout.readline())["practice"]
        self.stage = Stage(self._http, self.practice, look_s=0.1)
        self.minor = ThreatenedMinor(self.stage, Report(), hash_apart)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            if process.returncode is None:
                process.terminate()
        ends = [asyncio.wait_for(process.wait(), 20) for process in self._processes]
        await asyncio.gather(*ends, return_exceptions=True)
        await asyncio.gather(*self._listeners, return_exceptions=True)
        await self._http.close()

    async def start(self, role: ProcessRole) -> Process:
        """One more process of this role."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
        places = {
            "ANSIM_MODE": "practice",
            "ANSIM_HOME": str(self._folder / "home"),
            "DATABASE_URL": self._url,
            "SLACK_API_URL": f"{self.practice}/slack/api/",
            "TELEGRAM_API_URL": f"{self.practice}/telegram",
            "PYTHONPATH": str(ROOT),
            "LANG": "en_US.UTF-8",
        }
        process = await asyncio.create_subprocess_exec(
            *ansim(),
            *("run", "--role", role),
            env=own | places,
            cwd=self._folder,
            stdout=DEVNULL,
            stderr=PIPE,
        )
        self._processes.append(process)
        self._listeners.append(asyncio.create_task(self._listen(process, role)))
        return process

    async def _listen(self, process: Process, role: ProcessRole) -> None:
        assert process.stderr is not None
        with (self._folder / f"{role}-{process.pid}.log").open("ab") as log:
            async for line in process.stderr:
                log.write(line)
                log.flush()
                self.told[process.pid].append(line.decode())

    async def until_told(self, process: Process, words: str, patience: float = 120) -> None:
        """Wait until a process has said this."""

        async def look() -> bool:
            return any(words in line for line in self.told[process.pid])

        await self.stage.wait(f"{process.pid}: {words}", look, patience)

    async def furnish(self) -> None:
        """People with roles, a rota, a case with its consents and a fingerprint."""
        for opening in (await_bot, give_roles, set_rota):
            await opening(self.stage)
        for act in (self.minor.take_intake, self.minor.record_consents, self.minor.register):
            await act()

    async def found(self) -> list[str]:
        """The links' digest-free trace of each alert about a match, as the channel shows them."""
        return [text_of(one) for one in await self.stage.slack(ALERTS)]
