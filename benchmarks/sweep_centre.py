"""A centre that sweeps a plaza, wired as the front door does, with a database of its own."""

import argparse
import asyncio
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import structlog

from domain.access import Actor, Role
from domain.cases import Harm, Intake
from domain.consents import ConsentPart
from domain.films import Content
from domain.fingerprints import Origin, Print
from domain.networks import Budget
from domain.people import Language, Person
from domain.policy import SourcePolicy
from jobs.connectors import connectors
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.sweeper import Sweeper
from jobs.web import Web
from matching.children import Children
from matching.decoding import Undecodable
from matching.looks import Look, look_of_print
from matching.packing import packed
from matching.registering import Registration, registration
from matching.samples import Hashes
from matching.video_children import VideoChildren
from practice.scenery import jpeg
from services import cases, consents, fingerprints
from services.desk import Desk, Places
from services.examiner import Examiner
from services.policy import load_policy
from services.ports import Fetched
from services.register import Query
from storage import people
from storage.database import Database
from storage.keys import FileKeyStore
from storage.migrate import upgrade
from storage.sealed import Safe

OFFICER = Actor("U0OFFICER1", frozenset({Role.DELETION_OFFICER}))
_SWEPT = (ConsentPart.PERSONAL_DATA, ConsentPart.DELETION_SUPPORT, ConsentPart.FINGERPRINTS)
_PLENTY = Budget(1_000_000, timedelta(minutes=5))  # Politeness is what this doesn't measure.
_SEED = 12


class MachineClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class Timed:
    """How long the steps of candidates took from outside, in seconds; many are under way at once."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    full: int = 0

    def told(self) -> dict[str, float]:
        """The mean of each step, in milliseconds."""
        return {name: round(1_000 * sum(t) / len(t), 2) for name, t in self.taken.items()}


class Canonical:
    """Hashes the whole picture and nothing else: what the cheapest treatment could be."""

    def __init__(self, children: Children) -> None:
        self._children = children

    async def register(self, data: bytes, *, descriptors: bool) -> Registration:
        return await self._children.register(data, descriptors=descriptors)

    async def glance(self, files: Sequence[bytes]) -> list[Look | Undecodable | None]:
        return await self._children.glance(files)

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]:
        [made] = await self.glance([data])
        if not isinstance(made, Look):
            raise made or RuntimeError("an animation")
        return (look_of_print(made.print_),)


class _Watched(Examiner):
    """An examiner that tells how long glances and looks take."""

    timed: Timed

    async def glance(self, data: Content) -> Print | None:
        began = time.monotonic()
        print_ = await super().glance(data)
        self.timed.taken["glance"].append(time.monotonic() - began)
        return print_

    async def look(self, data: Content) -> Query:
        began = time.monotonic()
        query = await super().look(data)
        self.timed.taken["look"].append(time.monotonic() - began)
        self.timed.full += any(len(look.regions) > 1 for look in query.looks)
        return query


class _Fetcher(GuardedFetcher):
    """A fetcher that tells how long fetching takes."""

    timed: Timed

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        began = time.monotonic()
        data = await super().fetch(url, etag)
        self.timed.taken["fetch"].append(time.monotonic() - began)
        return data


@dataclass(frozen=True)
class Opened:
    """A sweeper, and every row of hashes that is registered."""

    sweeper: Sweeper
    hashes: Hashes


async def opened(
    stack: AsyncExitStack,
    folder: Path,
    url: str,
    asked: argparse.Namespace,
    timed: Timed,
    hasher: Callable[[Children], Any] = lambda children: children,
) -> Opened:
    """One case, so many fingerprints with all variants, and single hashes beside them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    desk = await _desk(stack, folder, url)
    children, videos = Children(), VideoChildren(1)
    stack.push_async_callback(asyncio.to_thread, children.close)
    stack.push_async_callback(asyncio.to_thread, videos.close)
    guard = Guard(frozenset({("127.0.0.1", int(urlsplit(url).port or 0))}))
    web, fetcher = Web(guard), _Fetcher(guard)
    stack.push_async_callback(web.close)
    stack.push_async_callback(fetcher.close)
    examiner = _Watched(hasher(children), videos, desk.policy.tiers)
    fetcher.timed = examiner.timed = timed
    made = await asyncio.to_thread(_made, asked.known, asked.listed)
    await _register(desk, made)
    first = [jpeg(at, (320, 240)) for at in range(2 * (os.cpu_count() or 1))]
    await asyncio.gather(*map(examiner.look, first))  # Each process starts with its first picture.
    timed.taken.clear()
    timed.full = 0
    sweeper = Sweeper(desk, examiner, web, fetcher, connectors(desk.clock))
    return Opened(sweeper, np.concatenate([each.hashes for each in made]))


async def _desk(stack: AsyncExitStack, folder: Path, url: str) -> Desk:
    await asyncio.to_thread(folder.mkdir)
    address = f"sqlite:///{folder / 'ansim.sqlite'}"
    await asyncio.to_thread(upgrade, address)
    database = Database(address)
    stack.push_async_callback(database.close)
    plaza = SourcePolicy("plaza", "mastodon", url, timedelta(seconds=5), budget=_PLENTY)
    policy = load_policy(None)
    safe = Safe(FileKeyStore(folder / "keys", b"m" * 32))
    places = Places("C0ALERTS", {"deletion": "C0DELETION", "youth": "C0YOUTH"})
    desk = Desk(database, safe, MachineClock(), _with(policy, plaza), places, lambda _: None)
    async with database.transaction() as tx:
        await people.save(tx, Person(OFFICER.id, OFFICER.roles, Language.KOREAN))
    return desk


def _with(policy: Any, source: SourcePolicy) -> Any:
    return replace(policy, sources=(source,))


def _made(known: int, listed: int) -> list[Registration]:
    draw = np.random.default_rng(_SEED)
    whole = [registration(jpeg(at), descriptors=False) for at in range(known)]
    rows = draw.integers(0, 256, (listed, 1, 32), np.uint8)
    return whole + [Registration(row, (100,)) for row in rows]


async def _register(desk: Desk, made: list[Registration]) -> None:
    case = await cases.open_case(desk, OFFICER, Intake("하나", Harm.THREAT, False))
    await consents.give(desk, OFFICER, case.number, _SWEPT)
    prints = tuple(packed(each) for each in made)
    await fingerprints.register(desk, OFFICER, case.number, prints, Origin.HASH_FILE, "")
