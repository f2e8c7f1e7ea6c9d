"""The door for hubs: a small server on loopback, to stand behind the centre's own reverse proxy."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from aiohttp import web

from jobs.loops import Row
from jobs.sweeper import Sweeper
from jobs.websub import Subscriber
from services import news

_MOST_BYTES = 5_000_000  # Hubs send the whole feed along.
_EVERY = timedelta(seconds=60)
_ENDS_S = 1.0


async def open_websub(
    sweeper: Sweeper, callback: str, port: int, stack: AsyncExitStack
) -> list[Row]:
    """Open the door if there is an address for it; the loop that keeps subscriptions."""
    if not callback or not port:
        return []
    desk = sweeper.desk
    feeds, told = partial(news.feeds, desk), partial(news.hasten, desk)
    subscriber = Subscriber(sweeper.http, desk.clock, callback, feeds, told)
    await stack.enter_async_context(listening(subscriber, port))
    return [Row("websub", _EVERY, subscriber.tend)]


@asynccontextmanager
async def listening(subscriber: Subscriber, port: int) -> AsyncIterator[None]:
    """Hubs are answered at 127.0.0.1 on this port meanwhile."""
    app = web.Application(client_max_size=_MOST_BYTES)
    door = _Door(subscriber)
    # The proxy may leave its own part of the path before ours.
    app.router.add_get("/{before:.*}", door.ask)
    app.router.add_post("/{before:.*}", door.tell)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_ENDS_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


class _Door:
    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber

    async def ask(self, request: web.Request) -> web.Response:
        """A hub that asks whether we meant it, or that says no."""
        said = self._subscriber.verified(_path(request), request.query)
        if said is None:
            return web.Response(status=404)
        return web.Response(text=said, headers={"X-Content-Type-Options": "nosniff"})

    async def tell(self, request: web.Request) -> web.Response:
        """News. Who has signed wrongly is not told so."""
        path = _path(request)
        if not self._subscriber.knows(path):
            return web.Response(status=410)
        signature = request.headers.get("X-Hub-Signature", "")
        await self._subscriber.notified(path, signature, await request.read())
        return web.Response(status=202)


def _path(request: web.Request) -> str:
    return request.path.rpartition("/")[2]
