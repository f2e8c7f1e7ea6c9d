"""Table and queries of streams: how each one fares that should be open, apart from its source's polls."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select

from domain.sources import MalformedSource, Trouble
from domain.streams import Deaf, Stream
from storage.columns import enum_field
from storage.database import Transaction, insert_once


class StreamRow(SQLModel, table=True):
    """One stream, by the name of its source; there is none where no stream should be open."""

    __tablename__ = "stream"

    name: str = Field(primary_key=True, max_length=60)
    deaf: Deaf | None = enum_field(Deaf, nullable=True, default=None)
    deaf_since: datetime | None = None
    told_at: datetime | None = None
    trouble: Trouble | None = enum_field(Trouble, nullable=True, default=None)
    trouble_detail: str = Field(default="", max_length=80)
    failures: int = 0


async def every_stream(tx: Transaction) -> dict[str, Stream]:
    """All of them by name."""
    rows = (await tx.exec(select(StreamRow))).all()
    return {row.name: Stream(**row.model_dump(exclude={"name"})) for row in rows}


async def begin(tx: Transaction, name: str) -> StreamRow:
    """The row of a stream, made where there is none; held until the transaction ends."""
    await insert_once(tx, StreamRow, {"name": name, "trouble_detail": "", "failures": 0})
    query = select(StreamRow).where(StreamRow.name == name).with_for_update()
    return (await tx.exec(query.execution_options(populate_existing=True))).one()


async def note_deaf(tx: Transaction, name: str, deaf: Deaf, now: datetime) -> None:
    """Nothing is heard of it, since now or since earlier."""
    row = await begin(tx, name)
    row.deaf, row.deaf_since = deaf, row.deaf_since or now
    tx.add(row)


async def note_well(tx: Transaction, name: str) -> None:
    """It is open, and is heard where it should be; whether staff were told stays."""
    row = await begin(tx, name)
    row.deaf, row.deaf_since = None, None
    row.trouble, row.trouble_detail, row.failures = None, "", 0
    tx.add(row)


async def note_trouble(tx: Transaction, name: str, trouble: MalformedSource) -> None:
    """What it ended with."""
    row = await begin(tx, name)
    row.trouble, row.trouble_detail = trouble.trouble, trouble.detail
    row.failures += 1
    tx.add(row)


async def note_told(tx: Transaction, name: str, now: datetime | None) -> None:
    """Staff were told that it is silent; none: that it is back."""
    row = await begin(tx, name)
    row.told_at = now
    tx.add(row)


async def forget(tx: Transaction, names: Collection[str]) -> None:
    """These need not be open any more."""
    await tx.exec(delete(StreamRow).where(col(StreamRow.name).in_(names)))
