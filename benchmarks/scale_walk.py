"""The whole way on one machine: media fetched from loopback, hashed in children, compared, settled."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.scale_database import desk_at, server_seconds, tree_seconds
from domain.policy import SourcePolicy
from domain.sources import Item, Page
from jobs.examining import examine_told
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.sweeper import Sweeper
from jobs.web import Web
from matching.children import Children
from matching.video_children import VideoChildren
from services import candidates, leases, turns
from services.examiner import Examiner
from services.past import Memory
from services.ports import Fetcher

MEDIA, WARMING, FETCHED, PAGE, JOB = 204, 4, 304, 40, 50


async def walked(server: Any, folder: Path, pictures: list[bytes]) -> dict[str, float]:
    """Processor time a media of the whole way and of fetching alone, its children's too."""
    async with AsyncExitStack() as stack:
        shelf, port = await stack.enter_async_context(_shelf(pictures))
        address = f"http://127.0.0.1:{port}"
        sweeper = _sweeper(str(server.get_uri(database="walk")), folder, address, port, stack)
        fetch_ms = await _fetch_ms(sweeper.fetcher, address)
        await _list(sweeper, address, 0, WARMING)  # The children start with the first.
        await _examine(sweeper)
        before = _now(server, shelf)
        await _list(sweeper, address, WARMING, MEDIA)
        await _examine(sweeper)
        later = _now(server, shelf)
    names, count = ("walk_database_ms", "walk_ms", "walk_wall_ms"), MEDIA - WARMING
    pairs = zip(names, later, before, strict=True)
    found = {name: round(1_000 * (end - begin) / count, 3) for name, end, begin in pairs}
    return {"fetch_ms": fetch_ms, "walk_media": count} | found


def _now(server: Any, shelf: int) -> tuple[float, float, float]:
    """Processor time of the database, and of this process with its children; the time of day."""
    return server_seconds(server), tree_seconds(os.getpid(), shelf), time.monotonic()


def _sweeper(url: str, folder: Path, address: str, port: int, stack: AsyncExitStack) -> Sweeper:
    source = SourcePolicy("square", "mastodon", address, timedelta(seconds=5))
    desk, guard = desk_at(url, folder, source), Guard(frozenset({("127.0.0.1", port)}))
    children, videos = Children(), VideoChildren(1)
    web_, fetcher = Web(guard), GuardedFetcher(guard)
    for closing in (desk.database.close, web_.close, fetcher.close):
        stack.push_async_callback(closing)
    for ending in (children.close, videos.close):
        stack.push_async_callback(asyncio.to_thread, ending)
    examiner = Examiner(children, videos, desk.policy.tiers)
    examiner.past.memory = Memory.NOBODYS
    return Sweeper(desk, examiner, web_, fetcher, {})


async def _fetch_ms(fetcher: Fetcher, address: str) -> float:
    await fetcher.fetch(f"{address}/media/0.jpg")
    ours = time.process_time()
    for first in range(0, FETCHED, 16):
        await asyncio.gather(
            *(fetcher.fetch(f"{address}/media/{at}.jpg") for at in range(first, first + 16))
        )
    return round(1_000 * (time.process_time() - ours) / FETCHED, 3)


async def _list(sweeper: Sweeper, address: str, first: int, until: int) -> None:
    await turns.begin_turn(sweeper.desk, "square")
    for at in range(first, until, PAGE):
        numbers = range(at, min(at + PAGE, until))
        items = [_item(address, number) for number in numbers]
        await candidates.take_in(sweeper.desk, "square", Page(tuple(items), {}))


def _item(address: str, number: int) -> Item:
    """As a case's word brings it: so it gets its full look at once, however much waits."""
    media_url, page_url = f"{address}/media/{number}.jpg", f"{address}/@a/{number}"
    return Item(str(number), 0, media_url, page_url, term="a word")


async def _examine(sweeper: Sweeper) -> None:
    while ids := await leases.hand_out(sweeper.desk, "square", JOB):
        await examine_told(sweeper, ids)


@asynccontextmanager
async def _shelf(pictures: Sequence[bytes]) -> AsyncIterator[tuple[int, int]]:
    """A server of these pictures in a process of its own, so that its time isn't counted."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(list(pictures), there), daemon=True)
    process.start()
    yield int(process.pid or 0), int(await asyncio.to_thread(here.recv))
    process.terminate()
    process.join()


def _serve(pictures: list[bytes], told: Connection) -> None:
    async def serve() -> None:
        async def give(request: web.Request) -> web.Response:
            number = int(request.match_info["number"])
            data = pictures[number % len(pictures)] + number.to_bytes(4, "big")
            return web.Response(body=data, content_type="image/jpeg")

        app = web.Application()
        app.router.add_get("/media/{number}.jpg", give)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())
