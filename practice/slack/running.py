"""Keeps the switchboard at work from the server's start to its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from practice.slack.workspace import Workspace


def running(desk: Workspace) -> Callable[[web.Application], AsyncIterator[None]]:
    """The part of the application's life in which envelopes are delivered."""

    async def live(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(desk.switchboard.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return live
