"""What a media costs the database: processor time on both sides, bytes, and what the queue carries."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.clocks import SystemClock
from domain.films import Content
from domain.policy import SourcePolicy
from domain.sources import Item, Page
from jobs.queue import Queue, Told
from matching.looks import looks_at
from practice.scenery import jpeg
from services import candidates, leases, matches, turns
from services.desk import Desk, Places
from services.examiner import Examiner
from services.past import Memory
from services.policy import load_policy
from services.register import Query
from storage.database import Database, libpq
from storage.keys import FileKeyStore
from storage.migrate import upgrade
from storage.sealed import Safe

PAGE, JOB, AT_ONCE = 40, 50, 16
DEFERRED, WORKED = 4_000, 1_000
SQUARE = "http://127.0.0.1"
_TICKS = os.sysconf("SC_CLK_TCK")


def desk_at(url: str, folder: Path, source: SourcePolicy) -> Desk:
    """A desk on a new database, under the shipped policy with this source."""
    upgrade(url)
    policy = replace(load_policy(), sources=(source,))
    safe = Safe(FileKeyStore(folder / "keys", b"m" * 32))
    places = Places("C0", dict.fromkeys(("deletion", "stalking", "youth"), "C0"))
    return Desk(Database(url), safe, SystemClock(), policy, places, lambda _: None)


def server_seconds(server: Any) -> float:
    """Processor time that PostgreSQL has taken, its processes that have ended too."""
    return tree_seconds(int(server.get_pid()))


def tree_seconds(root: int, besides: int = 0) -> float:
    """Processor time of a process and all below it but one; of those that ended, what `root` knows."""
    parents = {int(name): _stat(int(name)) for name in os.listdir("/proc") if name.isdigit()}
    tree, new = {root}, {root}
    while new:
        below = {pid for pid, fields in parents.items() if fields and int(fields[1]) in new}
        new = below - tree - {besides}
        tree |= new
    return sum(_seconds(parents.get(pid, []), with_ended=pid == root) for pid in tree)


def _seconds(fields: list[str], *, with_ended: bool) -> float:
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / _TICKS if fields else 0.0


def _stat(pid: int) -> list[str]:
    """The fields after the name, of which the second is the parent's number."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


async def database_costs(server: Any, folder: Path, media: int) -> dict[str, float]:
    """Taking in, handing out and settling strangers: ms a media on either side, and bytes."""
    source = SourcePolicy("square", "mastodon", SQUARE, timedelta(seconds=5))
    desk = desk_at(str(server.get_uri(database="media")), folder, source)
    examiner = Examiner(_Nobody(), _Nobody(), desk.policy.tiers)
    examiner.past.memory = Memory.NOBODYS
    query = Query(looks_at(jpeg(1)))
    empty = _bytes(server)
    taken = await _measured(server, media, _take_in(desk, media))
    settled = await _measured(server, media, _settle(desk, examiner, query))
    found = {f"list_{name}": value for name, value in taken.items()}
    found |= {f"settle_{name}": value for name, value in settled.items()}
    found["candidate_bytes"] = round((_bytes(server) - empty) / media)
    await desk.database.close()
    return found


def _bytes(server: Any) -> int:
    asked = "SELECT 'bytes=' || pg_total_relation_size('candidate')"
    return int(str(server.psql(f"\\c media\n{asked}")).rpartition("bytes=")[2].split()[0])


async def _measured(server: Any, media: int, work: Any) -> dict[str, float]:
    ours, theirs, wall = time.process_time(), server_seconds(server), time.monotonic()
    log = _log_bytes(server)
    await work
    return {
        "ms": round(1_000 * (time.process_time() - ours) / media, 3),
        "database_ms": round(1_000 * (server_seconds(server) - theirs) / media, 3),
        "wall_ms": round(1_000 * (time.monotonic() - wall) / media, 3),
        "log_bytes": round((_log_bytes(server) - log) / media),
    }


def _log_bytes(server: Any) -> int:
    asked = "SELECT 'at=' || (pg_current_wal_lsn() - '0/0')::bigint"
    return int(str(server.psql(asked)).rpartition("at=")[2].split()[0])


async def _take_in(desk: Desk, media: int) -> None:
    for first in range(0, media, PAGE):
        numbers = range(first, min(first + PAGE, media))
        items = tuple(
            Item(str(at), 0, f"{SQUARE}/media/{at}.jpg", f"{SQUARE}/@a/{at}") for at in numbers
        )
        if first == 0:
            await turns.begin_turn(desk, "square")
        await candidates.take_in(desk, "square", Page(items, {"public": str(first)}))


async def _settle(desk: Desk, examiner: Examiner, query: Query) -> None:
    hands = asyncio.Semaphore(AT_ONCE)
    while ids := await leases.hand_out(desk, "square", JOB):

        async def one(candidate: Any) -> None:
            async with hands:
                await matches.examine(desk, examiner, candidate, query)

        await asyncio.gather(*map(one, await leases.take(desk, ids, "scale")))


class _Nobody:
    """Decodes nothing: the looks are ready."""

    async def register(self, data: bytes, *, descriptors: bool) -> Any:
        raise NotImplementedError

    async def look(self, data: bytes, *, with_points: bool) -> Any:
        raise NotImplementedError

    async def glance(self, files: Sequence[bytes]) -> Any:
        raise NotImplementedError

    async def hash_video(self, data: Content, *, dense: bool) -> Any:
        raise NotImplementedError

    async def finer(self, data: Content, around_s: Sequence[float]) -> Any:
        raise NotImplementedError


async def queue_rates(server: Any) -> dict[str, float]:
    """Jobs a second that can be told at once, and that one worker does when there is nothing in them."""
    queue = Queue(libpq(str(server.get_uri(database="queue"))))
    await queue.open()
    await queue.prepare()
    theirs, began = server_seconds(server), time.monotonic()
    for _ in range(0, DEFERRED, 400):
        await queue.tell([Told(tuple(range(JOB)))] * 400)
    rate = round(DEFERRED / (time.monotonic() - began))
    told: dict[str, float] = {"deferred_per_s": rate}
    told["defer_database_ms"] = round(1_000 * (server_seconds(server) - theirs) / DEFERRED, 3)
    told |= await _worked(server, queue)
    await queue.close()
    return told


async def _worked(server: Any, queue: Queue) -> dict[str, float]:
    done = 0
    enough = asyncio.Event()

    async def look(_: list[int]) -> None:
        nonlocal done
        done += 1
        if done >= WORKED:
            enough.set()

    theirs, ours, began = server_seconds(server), time.process_time(), time.monotonic()
    working = asyncio.create_task(queue.work(look, 4))
    await enough.wait()
    found = {
        "jobs_per_s": round(done / (time.monotonic() - began)),
        "job_ms": round(1_000 * (time.process_time() - ours) / done, 3),
        "job_database_ms": round(1_000 * (server_seconds(server) - theirs) / done, 3),
    }
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return found
