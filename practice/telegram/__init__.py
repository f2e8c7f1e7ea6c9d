"""The practice Telegram: several bots, the Bot API on the wire, and people with phones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from practice import cast
from practice.telegram.bots import Bots
from practice.telegram.control import Control
from practice.telegram.network import Network
from practice.telegram.webhooks import push_for_ever
from practice.telegram.wire import Wire
from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add the Bot API and `/practice/telegram/*` to the application."""
    network = Network(world)
    Wire(network).add_routes(app)
    Control(network).add_routes(app)

    async def close_polls(_: web.Application) -> None:
        for bot in network.bots.usernames():
            network.updates.ring(bot, "closing")

    async def pushing(_: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(push_for_ever(network, b)) for b in network.bots.usernames()]
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    app.on_shutdown.append(close_polls)
    app.cleanup_ctx.append(pushing)


def state(world: World) -> dict[str, Any]:
    """`phones` with their chats, and `bots` with what they say of themselves."""
    chats = [chat for _, chat in world.shelf.all("telegram_chat")]
    waiting = [update["bot"] for _, update in world.shelf.all("telegram_update")]
    bots = Bots(world.shelf)
    return {
        "phones": [_phone(phone, chats) for phone in cast.PHONES],
        "bots": [_bot(bots, name, waiting.count(name)) for name in bots.usernames()],
    }


def _phone(phone: cast.Phone, chats: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": phone.id,
        "name": phone.name,
        "role": phone.role,
        "number": phone.number,
        "language": phone.language,
        "chats": [
            {"bot": chat["bot"], "blocked": chat["is_blocked"]}
            for chat in chats
            if chat["person"] == phone.id
        ],
    }


def _bot(bots: Bots, name: str, pending: int) -> dict[str, Any]:
    record = bots.record(name)
    return {
        "id": bots.number(name),
        "username": name,
        "name": bots.name(name),
        "descriptions": record["descriptions"],
        "short_descriptions": record["short_descriptions"],
        "commands": record["commands"],
        "has_picture": record["picture"] is not None,
        "webhook": (record["webhook"] or {}).get("url"),
        "pending_updates": pending,
    }
