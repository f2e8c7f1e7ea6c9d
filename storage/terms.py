"""Table and queries of terms: how each word fares at each source, under its key alone."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select, update

from domain.pacing import Pace, learned
from storage.database import Transaction, insert_once


class TermRow(SQLModel, table=True):
    """One word at one source; the word itself lies sealed with its case."""

    __tablename__ = "term"

    source: str = Field(primary_key=True, max_length=60)
    key: str = Field(primary_key=True, max_length=64)
    asked_at: datetime | None = None
    per_hour: float = 0.0
    hot_until: datetime | None = None
    is_put_back: bool = False


async def paces(tx: Transaction, source: str, gravities: dict[str, int]) -> list[Pace]:
    """How the words of these keys fare there; a word that was never asked for is new."""
    query = select(TermRow).where(TermRow.source == source)
    known = {row.key: row for row in (await tx.exec(query)).all()}
    return [_pace(key, gravity, known.get(key)) for key, gravity in gravities.items()]


def _pace(key: str, gravity: int, row: TermRow | None) -> Pace:
    if row is None:
        return Pace(key, gravity)
    return Pace(key, gravity, row.asked_at, row.per_hour, row.hot_until, row.is_put_back)


async def note_asked(tx: Transaction, source: str, new: dict[str, int], now: datetime) -> None:
    """These words were asked for just now, and brought so many new posts each; none stands behind the
    others any more.
    """
    if new:
        at_source = update(TermRow).where(col(TermRow.source) == source, col(TermRow.is_put_back))
        await tx.exec(at_source.values(is_put_back=False))
    for key, count in new.items():
        row = await _row(tx, source, key)
        since = now - row.asked_at if row.asked_at else None
        row.per_hour, row.asked_at = learned(row.per_hour, count, since), now
        tx.add(row)


async def put_back(tx: Transaction, source: str, keys: Iterable[str]) -> None:
    """These words failed: the others come before them until one is answered, and nothing is learned."""
    for key in keys:
        row = await _row(tx, source, key)
        row.is_put_back = True
        tx.add(row)


async def _row(tx: Transaction, source: str, key: str) -> TermRow:
    new = {"source": source, "key": key, "per_hour": 0.0, "is_put_back": False}
    await insert_once(tx, TermRow, new)
    return await tx.get_one(TermRow, (source, key))


async def heat(tx: Transaction, keys: Iterable[str], until: datetime) -> None:
    """Ask for these words more often until then, wherever they are asked for."""
    statement = update(TermRow).where(col(TermRow.key).in_(list(keys)))
    await tx.exec(statement.values(hot_until=until))


async def forget_others(tx: Transaction, source: str, keys: Iterable[str]) -> None:
    """Words that nobody asks for any more leave no trace."""
    statement = delete(TermRow).where(
        col(TermRow.source) == source, col(TermRow.key).not_in(list(keys))
    )
    await tx.exec(statement)
