"""A bot and a practice world in processes of their own, and what people do there, for the verifying tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from bot.cli.apart import hash_apart
from bot.cli.demo import MISSED_AFTER
from bot.cli.troupe import Troupe
from practice.play_acts import MANAGER, Report, await_bot, give_roles, press, set_rota
from practice.play_minor import ThreatenedMinor
from practice.play_stalked import PERSON, StalkedVictim
from practice.stage import Json, Stage, button_of, text_of
from tests.verify.performance import ROOT

STALKING = "C0STALKING"
WATER = "practice_water_bot"


@dataclass
class Centre:
    """Its processes, and the hands and eyes of its people."""

    troupe: Troupe
    stage: Stage
    minor: ThreatenedMinor
    stalked: StalkedVictim

    async def until_connected(self) -> None:
        """Wait until a bot has opened Slack's socket and its phones are polled."""

        async def look() -> bool:
            try:
                return bool((await self.stage.state())["is_connected"])
            except (aiohttp.ClientError, ConnectionError):
                return False

        await self.stage.wait("a bot", look, 60)

    async def say(self, text: str, person: str = PERSON, bot: str = WATER) -> None:
        """Type something on a phone."""
        await self.stage.post("/practice/telegram/say", person=person, bot=bot, text=text)

    async def reply(self, to: Json, text: str) -> None:
        """Answer in the thread of a message, as the case manager, and send what the preview shows."""
        thread = to.get("thread_ts") or to["ts"]
        place = {"channel": STALKING, "thread_ts": thread}
        await self.stage.post("/practice/slack/say", user=MANAGER, text=text, **place)

        def fits(message: Json) -> bool:
            return text in text_of(message) and button_of(message, "relay_send") is not None

        preview = await self.stage.in_slack(f"preview of {text}", fits)
        button = button_of(preview, "relay_send") or {}
        await press(self.stage, MANAGER, preview, "relay_send", button["value"])

    async def in_channel(self, text: str) -> Json:
        """The message in the unit's channel that holds this text."""
        return await self.stage.in_slack(text, lambda one: text in text_of(one), STALKING)

    async def on_phone(self, text: str, person: str = PERSON) -> Json:
        """The message on a phone that holds this text, not typed there."""
        return await self.stage.on_phone(
            person, text, lambda one: bool(one["is_from_bot"]) and text in str(one.get("text"))
        )

    async def counted(self, channel: str, text: str) -> int:
        """How often a text stands in a channel."""
        return sum(text in text_of(one) for one in await self.stage.slack(channel))


@asynccontextmanager
async def centre_at_work(folder: Path, **settings: str) -> AsyncIterator[Centre]:
    """A practice world, a bot in it, and people with roles; both are started again when they die."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        console = Console(quiet=True)
        async with Troupe(folder, console, **settings) as troupe, aiohttp.ClientSession() as http:
            stage = Stage(http, troupe.practice)
            for opening in (await_bot, give_roles, set_rota):
                await opening(stage)
            minor = ThreatenedMinor(stage, Report(), hash_apart)
            yield Centre(troupe, stage, minor, StalkedVictim(stage, Report(), MISSED_AFTER))
