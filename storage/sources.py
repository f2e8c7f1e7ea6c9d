"""Table and queries of sources: where each stands, and how it fares."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from domain.sources import Cursor, MalformedSource, Trouble
from storage.columns import enum_field, json_field
from storage.database import Transaction, insert_once


class SourceRow(SQLModel, table=True):
    """One source of the policy. The cursor names tags by keyed digests, never by their words."""

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


async def begin(tx: Transaction, name: str) -> SourceRow:
    """The row of a source, made at its first turn."""
    values = {"name": name, "cursor": {}, "trouble_detail": "", "asked_by": "", "is_paused": False}
    counters = dict.fromkeys(("failures", "seen", "fetched", "matched", "failed"), 0)
    await insert_once(tx, SourceRow, values | counters)
    return await tx.get_one(SourceRow, name)


async def find(tx: Transaction, name: str) -> SourceRow | None:
    """The row of a source, if it had a turn."""
    return await tx.get(SourceRow, name)


async def ask_now(tx: Transaction, name: str, actor: str, now: datetime) -> None:
    """Write down that somebody wants this source swept at once."""
    row = await begin(tx, name)
    row.asked_at, row.asked_by = now, actor
    tx.add(row)


async def move(tx: Transaction, name: str, cursor: Cursor | None, new: int, now: datetime) -> None:
    """A page was taken in: the cursor goes on, if there is one, and its media is counted."""
    row = await tx.get_one(SourceRow, name)
    if cursor is not None:
        row.cursor = cursor
    row.last_success_at = now
    row.seen += new
    row.asked_at, row.asked_by = None, ""
    tx.add(row)


async def note_trouble(tx: Transaction, name: str, trouble: MalformedSource | None) -> None:
    """What is wrong with the source now; none: nothing."""
    row = await begin(tx, name)
    row.trouble = trouble.trouble if trouble else None
    row.trouble_detail = trouble.detail if trouble else ""
    row.failures += 1 if trouble else 0
    row.asked_at = None
    tx.add(row)


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
