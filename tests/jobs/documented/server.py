"""What the documented searches share: results by number, a key, so many calls, and interruptions."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from aiohttp import web

from domain.policy import SourcePolicy
from domain.sources import Cursor, Page, Term, Watch
from jobs.guard import Guard
from jobs.sources import Connector
from jobs.web import Web
from tests.conftest import START

MEDIA = "https://media.example"
TERM = Term("k1", "풍경")


@dataclass
class Documented(ABC):
    """A search that finds `found`: the number of a result, the higher the newer, is its minute.

    interruption: status and text of what is answered instead, as long as it is set. asked: every query.
    beyond: what was asked past the last page that the documents allow.
    """

    found: list[int] = field(default_factory=list)
    calls_left: int = 10_000
    interruption: tuple[int, str] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    beyond: list[dict[str, str]] = field(default_factory=list)

    paths: ClassVar[tuple[str, ...]]
    secrets: ClassVar[dict[str, str]]

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append({**request.query, "path": request.path})
        if self.interruption is not None:
            return web.Response(status=self.interruption[0], text=self.interruption[1])
        if not self.knows(request):
            return self.refusal()
        if self.calls_left <= 0:
            return self.used_up()
        self.calls_left -= 1
        return self.page(request)

    @abstractmethod
    def knows(self, request: web.Request) -> bool:
        """Whether the right key came with it."""

    @abstractmethod
    def refusal(self) -> web.Response:
        """What a wrong key is answered with."""

    @abstractmethod
    def used_up(self) -> web.Response:
        """What is answered once the quota is used up."""

    @abstractmethod
    def page(self, request: web.Request) -> web.Response:
        """A page of results, or an error for what can't be asked."""

    def newest(self, start: int, size: int) -> list[int]:
        """So many numbers from a place on, newest first."""
        return sorted(self.found, reverse=True)[start : start + size]

    def past_the_end(self, request: web.Request, told: Any, status: int = 400) -> web.Response:
        """An error that is remembered: connectors never ask so far."""
        self.beyond.append(dict(request.query))
        return web.json_response(told, status=status)


def minute(number: int) -> str:
    """When a result was posted, as ISO 8601 in UTC: a minute for each number."""
    return (START + timedelta(minutes=number)).isoformat()


@dataclass
class Asking:
    """A connector that asks a documented search over real connections."""

    connector: Connector
    source: SourcePolicy
    web: Web
    secrets: dict[str, str]

    async def poll(self, cursor: Cursor, *terms: Term) -> Page:
        """One page, after a cursor."""
        watch = Watch(self.source, terms or (TERM,), cursor, self.secrets)
        return await self.connector.poll(watch, self.web)

    async def round(self, cursor: Cursor) -> list[Page]:
        """Every page until nothing more is said to be there; the last one's cursor is the next's."""
        pages = [await self.poll(cursor)]
        while pages[-1].is_more:
            pages.append(await self.poll(pages[-1].cursor or {}))
        return pages


@asynccontextmanager
async def asking(connector: Connector, server: Documented) -> AsyncIterator[Asking]:
    """The connector, its source pointed at the server, which listens on a free port of loopback."""
    app = web.Application()
    for path in server.paths:
        app.router.add_get(path, server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = int(runner.addresses[0][1])
    guarded = Web(Guard(frozenset({("127.0.0.1", port)})))
    url = f"http://127.0.0.1:{port}"
    source = SourcePolicy("searched", connector.network.name, url, timedelta(minutes=1))
    try:
        yield Asking(connector, source, guarded, dict(server.secrets))
    finally:
        await guarded.close()
        await runner.cleanup()
