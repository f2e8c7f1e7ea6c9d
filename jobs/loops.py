"""The one table of loops: what runs again and again, how often, and when it last did well."""

import asyncio
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services.ports import Clock, Loop

GRACE_S = 3600

log = structlog.get_logger()
_still_going: ContextVar[Callable[[], None]] = ContextVar("still_going", default=lambda: None)


def still_going() -> None:
    """Said inside a turn that may be long, whenever it got something done: it is no standstill."""
    _still_going.get()()


@dataclass(frozen=True)
class Row:
    """One loop: its name, the real time between two turns, and what it does."""

    name: str
    every: timedelta
    what: Loop


@dataclass
class Beat:
    """How a loop fares; `last_success` is none until its first good turn, or part of a long one.

    `last_good_s` is on the monotonic clock, and begins when the table was made.
    """

    every: timedelta
    last_good_s: float
    last_success: datetime | None = None
    turns: int = 0
    failures: int = 0
    missed: int = 0


@dataclass
class Loops:
    """Runs a table of loops, each by its interval and whenever it is woken, never twice at once."""

    clock: Clock
    table: Iterable[Row] = ()
    beats: dict[str, Beat] = field(init=False)
    _rows: dict[str, Row] = field(init=False)
    _running: dict[str, asyncio.Task[None]] = field(init=False, default_factory=dict)
    _again: set[str] = field(init=False, default_factory=set)
    _scheduler: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.take(self.table)

    def take(self, table: Iterable[Row]) -> None:
        """The table to run, where it is known only after the desk that wakes its loops."""
        self._rows = {row.name: row for row in table}
        began = self.clock.monotonic()
        self.beats = {row.name: Beat(row.every, began) for row in self._rows.values()}

    def put(self, row: Row) -> None:
        """One loop more, from now on; one of this name and pace stays as it is."""
        known = self._rows.get(row.name)
        if known is not None and known.every == row.every:
            return
        self._rows[row.name] = row
        self.beats[row.name] = Beat(row.every, self.clock.monotonic())
        if self._scheduler is not None:
            self._schedule(row)
            self.wake(row.name)

    def drop(self, name: str) -> None:
        """One loop less; a turn under way ends by itself."""
        if self._rows.pop(name, None) is not None:
            del self.beats[name]
            if self._scheduler is not None:
                self._scheduler.remove_job(name)

    def start(self) -> None:
        """Begin: every loop takes its first turn at once, so that what was overdue is found."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_listener(self._on_missed, EVENT_JOB_MISSED)
        for row in self._rows.values():
            self._schedule(row)
        self._scheduler.start()
        for name in list(self._rows):
            self.wake(name)

    def _schedule(self, row: Row) -> None:
        self._scheduler.add_job(
            self._by_clock,
            "interval",
            seconds=row.every.total_seconds(),
            args=[row.name],
            id=row.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=GRACE_S,
            replace_existing=True,
        )

    async def stop(self) -> None:
        """End: no new turns; those under way are cancelled, for all they do can be done again."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def wake(self, loop: str) -> None:
        """Take a turn now; during a turn, one more after it. Harmless before start and after stop."""
        if loop not in self._rows:
            log.warning("no_such_loop", loop=loop)
        elif loop in self._running:
            self._again.add(loop)
        elif self._scheduler is not None:
            self._running[loop] = asyncio.create_task(self._turns(loop), name=f"loop-{loop}")

    async def settled(self) -> None:
        """Wait until no loop is under way."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def _by_clock(self, name: str) -> None:
        """The interval's turn; not needed where a woken one is under way."""
        if name not in self._running:
            self.wake(name)

    async def _turns(self, name: str) -> None:
        """A turn, and one more for as long as somebody asked during it."""
        try:
            while True:
                self._again.discard(name)
                await self._turn(name)
                if name not in self._again:
                    return
        finally:
            self._running.pop(name, None)

    async def _turn(self, name: str) -> None:
        row, beat = self._rows.get(name), self.beats.get(name)
        if row is None or beat is None:
            return  # It was dropped.
        beat.turns += 1
        _still_going.set(partial(self._note_good, beat))
        try:
            await row.what()
        except Exception as error:  # noqa: BLE001 - a loop goes on; what it caught is logged and counted
            beat.failures += 1
            log.error("loop_failed", loop=name, error=type(error).__name__)
        else:
            self._note_good(beat)

    def _note_good(self, beat: Beat) -> None:
        beat.last_success, beat.last_good_s = self.clock.now(), self.clock.monotonic()

    def _on_missed(self, event: Any) -> None:
        if event.job_id in self.beats:
            self.beats[event.job_id].missed += 1
        log.warning("loop_missed", loop=event.job_id)
