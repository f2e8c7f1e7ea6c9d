"""A practice Telegram on a loopback port, and the hands to use it with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from telegram import Bot, Update
from telegram.request import HTTPXRequest

from practice.telegram import mount
from practice.world import World

WATER = ("practice_water_bot", "910000001:practice-water")
WORDS = ("practice_words_bot", "910000002:practice-words")
HOTLINE = ("practice_hotline_bot", "910000003:practice-hotline")
VICTIM1 = 700000001


@dataclass
class Telegram:
    """A running practice Telegram."""

    world: World
    address: str
    session: aiohttp.ClientSession

    async def phone(self, action: str, person: str = "victim1", **values: Any) -> dict[str, Any]:
        """Do something on a phone."""
        body = {"person": person, **values}
        url = f"{self.address}/practice/telegram/{action}"
        async with self.session.post(url, json=body) as answer:
            return dict(await answer.json())

    async def upload(self, action: str, data: bytes, name: str, **fields: str) -> dict[str, Any]:
        """Send a file from the first victim's phone."""
        form = aiohttp.FormData({"person": "victim1", **fields})
        form.add_field("file", data, filename=name)
        url = f"{self.address}/practice/telegram/{action}"
        async with self.session.post(url, data=form) as answer:
            return dict(await answer.json())

    async def screen(self, person: str = "victim1", **query: Any) -> dict[str, Any]:
        """What the phone shows."""
        url = f"{self.address}/practice/telegram/messages"
        async with self.session.get(url, params={"person": person, **query}) as answer:
            return dict(await answer.json())

    async def call(self, bot: tuple[str, str], method: str, **values: Any) -> dict[str, Any]:
        """A raw call of the Bot API."""
        url = f"{self.address}/telegram/bot{bot[1]}/{method}"
        async with self.session.post(url, json=values) as answer:
            return dict(await answer.json())

    async def last(self, person: str = "victim1") -> dict[str, Any]:
        """The newest message on a phone."""
        return dict((await self.screen(person))["messages"][-1])

    @asynccontextmanager
    async def bot(self, bot: tuple[str, str] = WATER) -> AsyncIterator[Bot]:
        """The real library, pointed here."""
        async with Bot(
            bot[1],
            base_url=f"{self.address}/telegram/bot",
            base_file_url=f"{self.address}/telegram/file/bot",
            request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
            get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        ) as real:
            yield real


@asynccontextmanager
async def running_telegram(folder: Path) -> AsyncIterator[Telegram]:
    """Start one on a free port over the state in `folder`."""
    world = World(folder)
    app = web.Application()
    mount(app, world)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession() as session:
            yield Telegram(world, f"http://{host}:{port}", session)
    finally:
        await runner.cleanup()
        world.shelf.close()


async def all_updates(bot: Bot, offset: int = 0) -> tuple[Update, ...]:
    """What waits for the bot, without waiting for more."""
    return await bot.get_updates(offset=offset, timeout=0)
