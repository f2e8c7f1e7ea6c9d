"""A practice world on a free port, for one test."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from mastodon import Mastodon

from practice.scenery import scenery
from practice.server import serve
from practice.world import World


@dataclass
class Town:
    """The world, the address it answers at and a session to call it with."""

    world: World
    runner: web.AppRunner
    session: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return self.world.addresses.practice

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and JSON of one call."""
        async with self.session.request(method, self.address + path, **more) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **more: Any) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers of one GET."""
        async with self.session.get(self.address + path, **more) as answer:
            return answer.status, await answer.read(), answer.headers

    async def sign_in(self, name: str = "stranger") -> Mastodon:
        """Mastodon.py, signed in as somebody."""
        return await asyncio.to_thread(_sign_in, self.address, name)

    async def post(self, api: Mastodon, text: str, seed: int = 1, **more: Any) -> Any:
        """A post with one picture."""
        return await asyncio.to_thread(_post, api, text, seed, more)


def picture(seed: int = 1, form: str = "JPEG") -> bytes:
    """The bytes of a small picture."""
    data = io.BytesIO()
    scenery(seed, (320, 240)).save(data, form)
    return data.getvalue()


def _sign_in(address: str, name: str) -> Mastodon:
    scopes = ["read", "write"]
    keys = Mastodon.create_app("test", api_base_url=address, scopes=scopes)
    api = Mastodon(*keys, api_base_url=address, ratelimit_method="throw")
    api.log_in(name, "practice", scopes=scopes)
    return api


def _post(api: Mastodon, text: str, seed: int, more: dict[str, Any]) -> Any:
    media = api.media_post(picture(seed), "image/jpeg", description=f"scenery {seed}")
    return api.status_post(text, media_ids=[media], **more)


@asynccontextmanager
async def a_town(folder: Path) -> AsyncIterator[Town]:
    """A running world in this folder; its shelf is not closed, as after a kill."""
    world = World(folder)
    runner = await serve(world, 0)
    async with aiohttp.ClientSession() as session:
        yield Town(world, runner, session)
    await runner.cleanup()
