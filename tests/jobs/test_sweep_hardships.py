"""A dead decoder, a full disk, a locked database, a slow host: no candidate is lost, and staff see it."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import storage.database
from domain.sources import Item, Page
from jobs.candidates import examine_waiting
from jobs.loops import Loops, Row
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from jobs.watch import pulses_of
from jobs.watch import run as run_watch
from matching import child
from matching.children import Children
from matching.looks import looks_at
from matching.video_children import VideoChildren
from services import alerts, candidates, turns
from services.candidates import SOON
from services.desk import Desk
from services.examiner import Examiner
from services.ports import Fetched
from storage.database import sqlite_file
from tests.conftest import OFFICER, clock_of
from tests.matching import hostile
from tests.square_sweeps import (
    COPY,
    Shelf,
    jpeg,
    listing,
    media,
    open_case,
    register,
    states,
    sweeper_at,
    swept_desk,
)

TURN = timedelta(seconds=5)
DISK_FULL = sqlite3.OperationalError("database or disk is full")
LOCKED = sqlite3.OperationalError("database is locked")


@pytest.fixture
async def sweeper(desk: Desk) -> Sweeper:
    """Two pictures are listed, the second of them a copy of what is registered."""
    shelf = Shelf({media(1): jpeg(3), media(2): COPY})
    made = sweeper_at(swept_desk(desk), listing(1, 2), shelf)
    await register(made.desk, await open_case(made.desk), 7)
    return made


def looped(sweeper: Sweeper) -> Loops:
    """The loop that sweeps the square, as the front door would start it."""

    async def turn() -> None:
        await run_once(sweeper, "square")

    return Loops(sweeper.desk.clock, [Row("sweep-square", TURN, turn)])


async def a_turn(loops: Loops) -> None:
    loops.wake("sweep-square")
    await loops.settled()


async def told(sweeper: Sweeper, loops: Loops) -> list[str]:
    """What staff are told has stopped, after the watch has looked."""
    await run_watch(sweeper.desk, pulses_of(loops))
    found = await alerts.list_alerts(sweeper.desk, OFFICER)
    return [each.facts["what"] for each in found if each.kind == "health"]


async def matched(sweeper: Sweeper) -> int:
    found = await alerts.list_alerts(sweeper.desk, OFFICER)
    return len([each for each in found if each.kind == "match"])


@pytest.mark.parametrize("error", [DISK_FULL, LOCKED])
@pytest.mark.parametrize("where", ["add_all", "lease"])
async def test_a_database_that_refuses_fails_the_turn_is_told_of_and_costs_nothing(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch, where: str, error: Exception
) -> None:
    async def refuses(*given: object, **more: object) -> Any:
        raise OperationalError("a statement", {}, error)

    loops = looped(sweeper)
    with monkeypatch.context() as patch:
        patch.setattr(f"storage.candidates.{where}", refuses)
        loops.start()
        await loops.settled()
        clock_of(sweeper.desk).advance(timedelta(minutes=3))
        assert await told(sweeper, loops) == ["sweep-square"]
    assert loops.beats["sweep-square"].failures == 1
    await a_turn(loops)
    await loops.stop()
    assert (await states(sweeper.desk), await matched(sweeper)) == ([("examined", "")] * 2, 1)


async def test_a_settling_that_fails_is_noted_and_done_again(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*given: object, **more: object) -> Any:
        raise OperationalError("a statement", {}, DISK_FULL)

    with monkeypatch.context() as patch:
        patch.setattr("storage.settlements.end_all", refuses)
        await run_once(sweeper, "square")
    noted = await candidates.notes_by_source(sweeper.desk, OFFICER)
    assert noted == {"square": {"our_fault": 2}}
    clock_of(sweeper.desk).advance(timedelta(minutes=1))
    assert (await run_once(sweeper, "square"), await matched(sweeper)) == (1, 1)


@contextmanager
def locked(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program holds the file; ours doesn't wait ten seconds for it here."""
    patch.setattr(storage.database, "PRAGMAS", (*storage.database.PRAGMAS, "busy_timeout=1"))
    other = sqlite3.connect(str(sqlite_file(desk.database.url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def full(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file may not grow by a single page."""
    with sqlite3.connect(str(sqlite_file(desk.database.url))) as looking:
        [pages] = looking.execute("PRAGMA page_count").fetchone()
    most = f"max_page_count={pages}"
    patch.setattr(storage.database, "PRAGMAS", (*storage.database.PRAGMAS, most))
    yield


MANY = Page(tuple(Item(f"n{n}", 0, media(n), f"https://square.example/{n}") for n in range(99)), {})


@pytest.mark.parametrize("hardship", [locked, full])
async def test_a_page_that_could_not_be_taken_in_is_taken_in_later(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch, hardship: Any
) -> None:
    await turns.begin_turn(sweeper.desk, "square")
    with monkeypatch.context() as patch, hardship(sweeper.desk, patch):
        await sweeper.desk.database.close()
        with pytest.raises(OperationalError):
            await candidates.take_in(sweeper.desk, "square", MANY)
    await sweeper.desk.database.close()
    assert await states(sweeper.desk) == []
    assert await candidates.take_in(sweeper.desk, "square", MANY) == 99


async def test_a_lock_in_the_middle_of_a_turn_leaves_every_candidate_to_a_later_one(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locking(Shelf):
        """The lock comes while media is being fetched."""

        async def fetch(self, url: str, etag: str = "") -> Fetched:
            await sweeper.desk.database.close()
            if not self.asked:
                held.enter_context(locked(sweeper.desk, monkeypatch))
            return await super().fetch(url, etag)

    shelf = sweeper.fetcher
    assert isinstance(shelf, Shelf)
    with ExitStack() as held, pytest.raises(OperationalError):
        await run_once(replace(sweeper, fetcher=Locking(shelf.files)), "square")
    monkeypatch.undo()
    under_way = [task for task in asyncio.all_tasks() if task.get_name() == "together"]
    await asyncio.gather(*under_way)  # The stranger may yet be settled, now that the lock is gone.
    await sweeper.desk.database.close()
    assert ("leased", "") in await states(sweeper.desk)
    assert await run_once(sweeper, "square") == 0  # It gives back what was let fall.
    assert ("waiting", "") in await states(sweeper.desk)
    clock_of(sweeper.desk).advance(SOON)
    assert (await run_once(sweeper, "square"), await matched(sweeper)) == (1, 1)
    assert await states(sweeper.desk) == [("examined", "")] * 2


@pytest.mark.parametrize(("attempt", "note"), [(hostile.die, "crashed"), (hostile.hang, "timeout")])
async def test_a_decoder_that_dies_or_hangs_costs_one_sighting_and_is_counted(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch, attempt: Any, note: str
) -> None:
    children = Children(1, time_out=3)
    ready = replace(
        sweeper, examiner=Examiner(children, VideoChildren(1), sweeper.desk.policy.tiers)
    )
    try:
        with monkeypatch.context() as patch:
            patch.setattr(child, "look_confined", Attack(jpeg(3), attempt))
            assert await run_once(ready, "square") == 1
            noted = await candidates.notes_by_source(sweeper.desk, OFFICER)
            assert noted == {"square": {note: 1}}
        clock_of(sweeper.desk).advance(timedelta(minutes=1))
        await run_once(ready, "square")
    finally:
        await asyncio.to_thread(children.close)
    assert await states(sweeper.desk) == [("examined", "")] * 2


@dataclass(frozen=True)
class Attack:
    """In place of the look inside the process: one picture takes it over."""

    picture: bytes
    attempt: Callable[[bytes], str]

    def __call__(self, data: bytes, with_points: bool) -> object:
        return self.attempt(data) if data == self.picture else looks_at(data)


@dataclass
class Slow(Shelf):
    """Some addresses don't answer until they are let go."""

    stuck: frozenset[str] = frozenset()
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    others_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        if url in self.stuck:
            self.reached.set()
            await self.let_go.wait()
        found = await super().fetch(url, etag)
        if len(self.asked) == len(self.files) - len(self.stuck):
            self.others_done.set()
        return found


async def test_a_slow_host_holds_up_no_other(sweeper: Sweeper) -> None:
    shelf = Slow(
        {item.media_url: b"text" for item in MANY.items},
        stuck=frozenset(media(number) for number in range(20)),
    )
    await turns.begin_turn(sweeper.desk, "square")
    await candidates.take_in(sweeper.desk, "square", MANY)
    sweeping = asyncio.create_task(examine_waiting(replace(sweeper, fetcher=shelf), "square"))
    async with asyncio.timeout(30):
        await shelf.others_done.wait()
    assert not sweeping.done()
    shelf.let_go.set()
    await sweeping
    assert len(shelf.asked) == 99


async def test_what_becomes_due_while_a_host_is_slow_is_looked_at_at_once(sweeper: Sweeper) -> None:
    slow, late = Page(MANY.items[:1], None), Page(MANY.items[1:2], None)
    shelf = Slow({media(0): b"text", media(1): b"text"}, stuck=frozenset({media(0)}))
    await turns.begin_turn(sweeper.desk, "square")
    await candidates.take_in(sweeper.desk, "square", slow)
    sweeping = asyncio.create_task(examine_waiting(replace(sweeper, fetcher=shelf), "square"))
    async with asyncio.timeout(30):
        await shelf.reached.wait()
        await candidates.take_in(sweeper.desk, "square", late)
        await shelf.others_done.wait()
    assert not sweeping.done()
    shelf.let_go.set()
    await sweeping
