"""A practice world, and the processes of a centre that is more than one, each to be killed on its own."""

import asyncio
import json
import os
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiohttp
from sqlmodel import select

from bot.cli.apart import ansim
from domain.hashfile import dumps
from domain.processes import ProcessRole
from matching.hashing import hash_picture
from practice.play_acts import (
    ALERTS,
    OFFICER,
    await_bot,
    give_roles,
    open_case,
    order,
    register_picture,
    set_rota,
)
from practice.scenery import jpeg
from practice.stage import Stage, button_of, text_of
from storage.candidates import CandidateRow
from storage.database import Database
from tests.centre_apart import ROOT

_OWN = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL", "UNIT_CHANNELS", "ALERT_CHANNEL")
_POLICY = """checked_on = 2026-11-01

[[source]]
name = "square"
kind = "mastodon"
url = "{square}"
every_seconds = 1.0
"""
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

    async def until_told(self, process: Process, words: str, patience: float = 300) -> None:
        """Wait until a process has said this."""

        async def look() -> bool:
            return any(words in line for line in self.told[process.pid])

        await self.stage.wait(f"{process.pid}: {words}", look, patience)

    async def furnish(self) -> None:
        """People with roles and a rota."""
        for opening in (await_bot, give_roles, set_rota):
            await opening(self.stage)

    async def register(self, seed: int) -> str:
        """A case with its consents and the fingerprint of this scenery; its number."""

        async def hashed(picture: bytes, _: str) -> bytes:
            return dumps([hash_picture(picture)], made_with="test").encode()

        number = await open_case(self.stage, OFFICER, f"하늘{seed}", "threat", ["minor"], "C0YOUTH")
        for part in ("personal_data", "fingerprints"):
            await order(self.stage, OFFICER, f"/case consent {number} give {part}", number)
        await register_picture(self.stage, OFFICER, number, jpeg(seed), hashed)
        return number

    async def alerts_of(self, *numbers: str) -> list[int]:
        """How many alerts about each of these cases stand in the alert channel."""
        told = [one for one in await self.stage.slack(ALERTS) if button_of(one, "alert_claim")]
        return [sum(number in text_of(one) for one in told) for number in numbers]

    async def until_alerted(self, *numbers: str) -> None:
        """Wait until each of these cases has an alert."""

        async def look() -> bool:
            return min(await self.alerts_of(*numbers)) > 0

        await self.stage.wait(f"alerts of {numbers}", look, 240)

    async def until_held(self) -> None:
        """Wait until some candidate is in a worker's hands."""
        await self._until_states("a worker has taken some", lambda held: "leased" in held)

    async def until_settled(self) -> None:
        """Wait until no candidate is in anybody's hands, not in those of the dead either."""
        await self._until_states("all is settled", lambda held: not held & {"waiting", "leased"})

    async def _until_states(self, what: str, is_so: Callable[[set[str]], bool]) -> None:
        async with closing_database(self._url) as database:

            async def look() -> bool:
                async with database.reading() as tx:
                    return is_so({str(each) for each in await tx.exec(select(CandidateRow.state))})

            await self.stage.wait(what, look, 240)

    async def until_count(self, workers: list[Process], count: int) -> float:
        """Wait until each of these sweeps for so many fingerprints; how long the slowest took."""

        async def look() -> bool:
            last = [_last(self.told[each.pid], "sweeping for ") for each in workers]
            return all(f"sweeping for {count} " in line for line in last)

        began = time.monotonic()
        await self.stage.wait(f"{count} in each register", look)
        return time.monotonic() - began


@asynccontextmanager
async def closing_database(url: str) -> AsyncIterator[Database]:
    """A look at the tables from outside."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


def _last(lines: list[str], words: str) -> str:
    return next((line for line in reversed(lines) if words in line), "")
