"""The bots at work against a practice Telegram: phones on one side, Slack's shelf on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.render.kinds import slack_message
from bot.senders.telegram import TelegramSender
from bot.telegram.front import Front
from domain.outbox import Draft, Outcome, Parcel, Result, Route
from domain.people import Language
from jobs.delivery import deliver
from practice.telegram import pace
from services.desk import Desk
from services.ports import Sender
from tests.fixtures_phones import PHONES
from tests.practice.telegram_world import HOTLINE, WATER, Telegram, running_telegram


@dataclass
class SlackShelf:
    """A Slack that takes everything and shows what it was given."""

    drafts: list[Draft] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Outcome:
        for language in Language:
            slack_message(replace(parcel.draft, language=language))
        self.drafts.append(parcel.draft)
        return Outcome(Result.SENT, reference=f"{parcel.draft.address}:17.{parcel.id:06d}")

    def kinds(self) -> list[str]:
        return [draft.kind for draft in self.drafts]


@dataclass
class Bots:
    """Two bots, prepared but polled only when a test says so."""

    desk: Desk
    telegram: Telegram
    fronts: dict[str, Front]
    slack: SlackShelf = field(default_factory=SlackShelf)

    async def settle(self) -> None:
        """Take in what the phones said, act on it, and send what that causes."""
        for front in self.fronts.values():
            assert front.poller is not None
            while await front.poller.poll_once():
                await front.lanes.idle()
        await self.deliver()

    async def deliver(self) -> None:
        """Send what is due."""
        bots = {name: front.bot for name, front in self.fronts.items()}
        senders: dict[Route, Sender] = {
            Route.TELEGRAM: TelegramSender(bots),
            Route.SLACK: self.slack,
        }
        await deliver(self.desk, senders)

    async def press(self, label: str, person: str = "victim1") -> None:
        """Press the newest button of this label on a phone, and let everything happen."""
        message, data = await self._button(label, person)
        await self.telegram.phone("press", person, message_id=message, data=data)
        await self.settle()

    async def say(self, text: str, person: str = "victim1", **values: Any) -> None:
        """Type something on a phone, and let everything happen."""
        await self.telegram.phone("say", person, text=text, **values)
        await self.settle()

    async def start(self, payload: str = "", person: str = "victim1", **values: Any) -> None:
        """Open the bot, with or without a link's payload, and let everything happen."""
        await self.telegram.phone("start", person, payload=payload, **values)
        await self.settle()

    async def texts(self, person: str = "victim1") -> list[str]:
        """What bots said on this phone and is still there."""
        shown = (await self.telegram.screen(person))["messages"]
        return [m["text"] for m in shown if m["is_from_bot"] and not m.get("deleted")]

    async def _button(self, label: str, person: str) -> tuple[int, str]:
        shown = (await self.telegram.screen(person))["messages"]
        for message in reversed(shown):
            keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
            for button in (b for row in keyboard for b in row):
                if button["text"] == label:
                    return message["message_id"], button["callback_data"]
        raise AssertionError(f"no button {label}")


@asynccontextmanager
async def bots_at_work(desk: Desk, folder: Path) -> AsyncIterator[Bots]:
    """A practice Telegram that lets bots write fast, with the water bot and the hotline prepared."""
    fast = patch.multiple(pace, _CHAT=(500.0, 500.0), _ALL=(500.0, 500.0))
    with fast:
        async with running_telegram(folder) as telegram:
            bots = await _prepared(desk, telegram)
            yield bots
            await asyncio.gather(*(front.close() for front in bots.fronts.values()))


async def _prepared(desk: Desk, telegram: Telegram) -> Bots:
    fronts = {}
    for name, token in (WATER, HOTLINE):
        front = Front(desk, token, PHONES[name], f"{telegram.address}/telegram", poll_s=0)
        await front.prepare()
        fronts[name] = front
    return Bots(desk, telegram, fronts)
