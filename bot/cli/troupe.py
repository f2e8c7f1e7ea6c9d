"""The processes of a demo: a practice world and a bot, each started again when it dies."""

import asyncio
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Self

from rich.console import Console

from bot.cli.apart import ansim

_QUICK_POLICY = {
    "checkins.toml": """checked_on = 2026-11-01
late_after = 0.1
missed_after = 0.2

[factors]
none = 1
caution = 1
crisis = 2
critical = 4
""",
    "sources.toml": """checked_on = 2026-11-01

[[source]]
name = "square"
kind = "mastodon"
url = "{square}"
every_seconds = 1.0

[[source]]
name = "square-feed"
kind = "rss"
url = "{square}/feed.xml"
every_seconds = 2.0

[[source]]
name = "square-gallery"
kind = "gallery"
url = "{square}/gallery"
every_seconds = 2.0
""",
}
_FAREWELL_S = 10.0


class Troupe:
    """A practice world and a bot under a quick policy, in a folder of their own.

    `settings` are added to the bot's environment, such as DATABASE_URL.
    """

    def __init__(self, folder: Path, console: Console, **settings: str) -> None:
        self._folder = folder
        self._console = console
        self._settings = settings
        self._world: Process | None = None
        self._bot: Process | None = None
        self._keepers: list[asyncio.Task[None]] = []
        self.practice = ""
        self.restarts = 0

    async def __aenter__(self) -> Self:
        policy = self._folder / "home" / "policy"
        policy.mkdir(parents=True)
        for name, text in _QUICK_POLICY.items():
            (policy / name).write_text(text)
        self._world = await self._practice()
        self._bot = await self._start_bot()
        self._keepers = [
            asyncio.create_task(each) for each in (self._keep_bot(), self._keep_world())
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for process in (self._bot, self._world):
            if process is not None and process.returncode is None:
                process.terminate()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _FAREWELL_S)

    async def _practice(self) -> Process:
        state = str(self._folder / "world")
        process = await asyncio.create_subprocess_exec(
            *ansim(), "practice", "--empty", "--state", state, stdout=PIPE, stderr=DEVNULL
        )
        if process.stdout is None:
            raise RuntimeError("the practice world has no voice")
        self.practice = json.loads(await process.stdout.readline())["practice"]
        self._console.print(f"practice {self.practice} · pid {process.pid}", highlight=False)
        return process

    async def _start_bot(self) -> Process:
        own = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL", "UNIT_CHANNELS", "ALERT_CHANNEL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        own_places = {
            "ANSIM_MODE": "practice",
            "ANSIM_HOME": str(self._folder / "home"),
            "SLACK_API_URL": f"{self.practice}/slack/api/",
            "TELEGRAM_API_URL": f"{self.practice}/telegram",
        }
        surroundings = kept | self._settings | own_places
        with (self._folder / "bot.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *ansim(),
                "run",
                "--empty",
                env=surroundings,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        self._console.print(f"bot · pid {process.pid}", highlight=False)
        return process

    async def _keep_bot(self) -> None:
        """A service manager's work: whatever ends the bot, it is started again."""
        while self._bot is not None:
            await self._bot.wait()
            self.restarts += 1
            self._bot = await self._start_bot()

    async def _keep_world(self) -> None:
        """The practice world comes back as it was, at the same address."""
        while self._world is not None:
            await self._world.wait()
            self._world = await self._practice()

    def kill_bot(self) -> None:
        """End the bot as a power cut would; its keeper starts another."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.kill()

    def kill_world(self) -> None:
        """End the practice world in the same way."""
        if self._world is not None and self._world.returncode is None:
            self._world.kill()

    async def until_stopped(self) -> None:
        """Live on until somebody ends it."""
        await asyncio.Event().wait()
