"""A peer served on loopback, and the real web that may reach it and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.policy import SourcePolicy
from domain.sources import Cursor, Page, Term, Watch
from jobs.guard import Guard
from jobs.sources import Connector, Http
from jobs.web import Web


@dataclass
class Asking:
    """What a peer was asked, in order: paths with their parameters."""

    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def note(self, request: web.Request, _response: web.StreamResponse) -> None:
        """A signal of aiohttp, sent with each answer."""
        self.asked.append((request.path, dict(request.query)))


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[tuple[str, Web]]:
    """The peer's address, and a web whose guard knows this port alone."""
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    web_ = Web(Guard(frozenset({("127.0.0.1", server.port or 0)})))
    try:
        yield f"http://127.0.0.1:{server.port}", web_
    finally:
        await web_.close()
        await server.close()


@dataclass
class Reading:
    """A connector that reads a source again and again, and keeps its cursor as the engine would."""

    connector: Connector
    http: Http
    watch: Watch
    pages: list[Page] = field(default_factory=list)

    async def poll(self) -> Page:
        """One page; its cursor is kept."""
        page = await self.connector.poll(self.watch, self.http)
        self.pages.append(page)
        self._keep(page.cursor)
        return page

    async def turn(self) -> list[str]:
        """Pages until there is no more; the ids of the posts listed, as they came."""
        found = list[str]()
        for _ in range(50):
            page = await self.poll()
            found += [post.native_id for post in page.posts]
            if not page.is_more:
                break
        return found

    def _keep(self, cursor: Cursor | None) -> None:
        if cursor is not None:
            self.watch = Watch(self.watch.source, self.watch.terms, cursor, self.watch.secrets)


def reading(
    connector: Connector,
    base: str,
    http: Http,
    *words: str,
    tags: tuple[str, ...] = (),
    **secrets: str,
) -> Reading:
    """A reading of a source at this address for these words, each its own key."""
    name = connector.network.name
    source = SourcePolicy(name, name, base, timedelta(seconds=30), tags)
    terms = tuple(Term(f"key-{word}", word) for word in words)
    return Reading(connector, http, Watch(source, terms, {}, secrets))
