"""A practice Slack on a free port, with the real slack_bolt and slack_sdk on its other side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from practice.cast import SLACK_APP_TOKEN, SLACK_BOT_TOKEN
from practice.slack import WORKSPACE, mount
from practice.slack.workspace import Workspace
from practice.world import World

Json = dict[str, Any]


@dataclass
class Office:
    """The practice Slack, a browser for people, and a client for the bot."""

    world: World
    desk: Workspace
    session: aiohttp.ClientSession
    client: AsyncWebClient

    async def do(self, deed: str, **body: Any) -> Json:
        """What a person does, and what they are told."""
        async with self.session.post(f"/practice/slack/{deed}", json=body) as answer:
            told: Json = await answer.json()
            return told

    async def refused(self, deed: str, **body: Any) -> tuple[int, str]:
        """Status and sentence of a refusal."""
        async with self.session.post(f"/practice/slack/{deed}", json=body) as answer:
            return answer.status, (await answer.json())["error"]

    async def see(self, channel: str, since: str = "0") -> list[Json]:
        """The messages of a channel."""
        query = {"channel": channel, "since": since}
        async with self.session.get("/practice/slack/messages", params=query) as answer:
            return list((await answer.json())["messages"])

    async def look(self, user: str) -> Json:
        """Somebody's modals and home."""
        async with self.session.get("/practice/slack/views", params={"user": user}) as answer:
            seen: Json = await answer.json()
            return seen

    async def error_of(self, method: str, token: str = SLACK_BOT_TOKEN, **args: Any) -> str:
        """The error name that the Web API answers."""
        client = AsyncWebClient(token=token, base_url=self.client.base_url)
        try:
            await client.api_call(method, json=args)
        except SlackApiError as error:
            return str(error.response["error"])
        return ""


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    """A practice Slack that keeps its state in this folder."""
    world = World(folder)
    app = web.Application(client_max_size=2**26)
    mount(app, world)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.addresses.practice = f"http://127.0.0.1:{runner.addresses[0][1]}"
    client = AsyncWebClient(token=SLACK_BOT_TOKEN, base_url=world.addresses.slack_api)
    try:
        async with aiohttp.ClientSession(world.addresses.practice) as session:
            yield Office(world, app[WORKSPACE], session, client)
    finally:
        await runner.cleanup()
        world.shelf.close()


@asynccontextmanager
async def bot(place: Office, *setups: Callable[[AsyncApp], None]) -> AsyncIterator[AsyncApp]:
    """A bot of the real slack_bolt, connected to this office by Socket Mode."""
    app = AsyncApp(client=place.client)
    for setup in setups:
        setup(app)
    app_client = AsyncWebClient(base_url=place.client.base_url)
    handler = AsyncSocketModeHandler(app, SLACK_APP_TOKEN, web_client=app_client, ping_interval=0.1)
    connected = place.desk.switchboard.connections + 1
    await handler.connect_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it so.
    await until(lambda: place.desk.switchboard.connections >= connected)
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # slack_bolt leaves it so.


async def until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what only a real socket can bring about."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what happens at the other end sets no event here.
            await asyncio.sleep(0.005)
