"""A Front at a desk in the practice Slack, as the front door puts it together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.slack import cases, people
from bot.slack.calls import Table
from bot.slack.front import Front
from bot.slack.socket import KeepingHandler
from practice.cast import SLACK_APP_TOKEN
from services.desk import Desk
from tests.practice.slack_office import Json, Office, office, until

TABLES = (cases.TABLE, people.TABLE)


@dataclass
class Place:
    """The office, the desk behind the bot, and the bot's front."""

    office: Office
    desk: Desk
    front: Front

    async def type(self, user: str, line: str, channel: str = "C0GENERAL") -> str:
        """Type a slash command; the text of the newest answer for this person's eyes."""
        before = len(await self._told(user))
        command, _, text = line.partition(" ")
        answer = await self.office.do(
            "command", user=user, channel=channel, command=command, text=text
        )
        assert answer["ok"], answer
        return await self._next(user, before)

    async def told(self, user: str) -> list[str]:
        """Everything that only this person sees, oldest first."""
        return [message["text"] for message in await self._told(user)]

    async def _told(self, user: str) -> list[Json]:
        messages = await self.office.see("")
        return [message for message in messages if message.get("ephemeral_for") == user]

    async def _next(self, user: str, before: int) -> str:
        for _ in range(500):
            found = await self._told(user)
            if len(found) > before:
                return str(found[-1]["text"])
        raise AssertionError(f"nothing was said to {user}")

    async def open_form(self, user: str) -> Json:
        """The form on this person's screen."""
        for _ in range(500):
            views: list[Any] = (await self.office.look(user))["views"]
            if views:
                return dict(views[-1])
        raise AssertionError(f"no form opened for {user}")


@asynccontextmanager
async def staffed(
    desk: Desk, folder: Path, tables: tuple[Table, ...] = TABLES
) -> AsyncIterator[Place]:
    """The practice Slack with our front connected to it."""
    async with office(folder / "world") as place:
        front = Front(desk, place.client, tables)
        handler = KeepingHandler(front, desk, SLACK_APP_TOKEN)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it so
        await until(lambda: place.desk.switchboard.connections > 0)
        try:
            yield Place(place, desk, front)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it so
