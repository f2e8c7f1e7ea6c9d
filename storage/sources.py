"""Table and queries of sources: where each stands, how it fares, and what it may still be asked for."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field, SQLModel, col, select, update

from domain.breakers import Breaker, BreakerState
from domain.pacing import Spent
from domain.sources import Cursor, MalformedSource, Trouble
from domain.sweeps import Unasked
from storage.columns import enum_field, json_field
from storage.database import Transaction, insert_once


class SourceRow(SQLModel, table=True):
    """One source. The cursors name words by keyed digests, never as they are spelt.

    due_at: when it is polled next. rests_until: nothing is asked of it before. gap: the beginning and
    the end of what is to be filled in, as text. unasked: why it was not asked when somebody wanted it
    swept. shadow_since: nobody is paged for what it brings. place: stands for the address that the
    cursors belong to; see storage.places.
    """

    __tablename__ = "source"

    name: str = Field(primary_key=True, max_length=60)
    cursor: Cursor = json_field()
    last_success_at: datetime | None = None
    trouble: Trouble | None = enum_field(Trouble, nullable=True, default=None)
    trouble_detail: str = Field(default="", max_length=80)
    failures: int = 0
    seen: int = 0
    fetched: int = 0
    matched: int = 0
    failed: int = 0
    is_paused: bool = False
    asked_at: datetime | None = None
    asked_by: str = Field(default="", max_length=40)
    unasked: Unasked | None = enum_field(Unasked, nullable=True, default=None)
    due_at: datetime | None = None
    hot_until: datetime | None = None
    rests_until: datetime | None = None
    breaker: BreakerState = enum_field(BreakerState, default=BreakerState.CLOSED)
    failed_in_row: int = 0
    trips: int = 0
    spent: int = 0
    spent_since: datetime | None = None
    last_item_at: datetime | None = None
    stream_cursor: Cursor = json_field(default_factory=dict)
    streamed_at: datetime | None = None
    gap: list[str] = json_field(default_factory=list)
    gap_cursor: Cursor = json_field(default_factory=dict)
    shadow_since: datetime | None = None
    shadow_ended_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: str = Field(default="", max_length=40)
    approved_on: str = Field(default="", max_length=200)
    began_at: datetime | None = None
    place: str = Field(default="", max_length=64)


_DEFAULTS: dict[str, Any] = {
    "cursor": {},
    "is_paused": False,
    "breaker": BreakerState.CLOSED,
    "stream_cursor": {},
    "gap": [],
    "gap_cursor": {},
    **dict.fromkeys(("trouble_detail", "asked_by", "approved_by", "approved_on", "place"), ""),
    **dict.fromkeys(("failures", "seen", "fetched", "matched", "failed"), 0),
    **dict.fromkeys(("failed_in_row", "trips", "spent"), 0),
}


async def begin(tx: Transaction, name: str, now: datetime | None = None) -> SourceRow:
    """The row of a source, made at its first turn; held until the transaction ends."""
    await insert_once(tx, SourceRow, {"name": name, "began_at": now, **_DEFAULTS})
    query = select(SourceRow).where(SourceRow.name == name).with_for_update()
    return (await tx.exec(query.execution_options(populate_existing=True))).one()


async def find(tx: Transaction, name: str) -> SourceRow | None:
    """The row of a source, if it had a turn."""
    return await tx.get(SourceRow, name)


async def fall_due(tx: Transaction, names: list[str], now: datetime) -> None:
    """Let these sources be polled at their next tick; one that is paused stays so."""
    await tx.exec(update(SourceRow).where(col(SourceRow.name).in_(names)).values(due_at=now))


async def ask_now(tx: Transaction, name: str, actor: str, now: datetime) -> None:
    """Write down that somebody wants this source swept at once."""
    row = await begin(tx, name)
    row.asked_at, row.asked_by, row.unasked = now, actor, None
    tx.add(row)


async def move(
    tx: Transaction, name: str, cursor: Cursor | None, new: int, now: datetime
) -> SourceRow:
    """A page was taken in: the cursor goes on, if there is one, and its media is counted."""
    row = await begin(tx, name)
    if cursor is not None:
        row.cursor = cursor
    row.last_success_at = now
    row.asked_at, row.asked_by, row.unasked = None, "", None
    count_new(row, new, now)
    tx.add(row)
    return row


async def move_stream(
    tx: Transaction, name: str, cursor: Cursor | None, new: int, now: datetime
) -> SourceRow:
    """The same for what a stream told; it is no answer to a poll, nor to what somebody asked for."""
    row = await begin(tx, name)
    if cursor is not None:
        row.stream_cursor = cursor
    row.streamed_at = now
    count_new(row, new, now)
    tx.add(row)
    return row


def count_new(row: SourceRow, new: int, now: datetime) -> None:
    """So much media is new."""
    row.seen += new
    if new:
        row.last_item_at = now


def spent_of(row: SourceRow) -> Spent:
    """What was asked of it in the present stretch of its budget."""
    return Spent(row.spent, row.spent_since)


def breaker_of(row: SourceRow) -> Breaker:
    """How its circuit breaker stands."""
    return Breaker(row.breaker, row.failed_in_row, row.trips)


def put_breaker(row: SourceRow, breaker: Breaker, now: datetime) -> None:
    """Write down how it stands now; its rest begins where it opens and ends where it closes."""
    was_closed = row.breaker is BreakerState.CLOSED
    row.breaker, row.failed_in_row, row.trips = breaker.state, breaker.failures, breaker.trips
    if breaker.rests_for:
        rest(row, breaker.rests_for, now)
    elif breaker.state is BreakerState.CLOSED and not was_closed:
        row.rests_until = None


def rest(row: SourceRow, lasts: timedelta, now: datetime) -> None:
    """Nothing is asked of it for so long; a longer rest stays."""
    row.rests_until = max(row.rests_until or now, now + lasts)


async def note_trouble(tx: Transaction, name: str, trouble: MalformedSource | None) -> SourceRow:
    """What is wrong with the source now; none: nothing."""
    row = await begin(tx, name)
    row.trouble = trouble.trouble if trouble else None
    row.trouble_detail = trouble.detail if trouble else ""
    row.failures += 1 if trouble else 0
    row.asked_at, row.unasked = None, None
    tx.add(row)
    return row


def let_be(row: SourceRow, why: Unasked) -> None:
    """It is not asked though somebody wanted it, who reads why; nobody wants it any more."""
    if row.asked_at is not None:
        row.asked_at, row.asked_by, row.unasked = None, "", why


async def count(
    tx: Transaction, name: str, fetched: int = 0, matched: int = 0, failed: int = 0
) -> None:
    """Add to what a source has brought."""
    statement = update(SourceRow).where(col(SourceRow.name) == name)
    await tx.exec(
        statement.values(
            fetched=SourceRow.fetched + fetched,
            matched=SourceRow.matched + matched,
            failed=SourceRow.failed + failed,
        )
    )


async def every_row(tx: Transaction) -> dict[str, SourceRow]:
    """All rows by name."""
    return {row.name: row for row in (await tx.exec(select(SourceRow))).all()}
