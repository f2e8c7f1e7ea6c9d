"""The numbered changes of fingerprints that feed every index, and how far was looked back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Field, Index, SQLModel, col, exists, insert, select

from storage.counters import CounterRow, last_of
from storage.database import Transaction, insert_once

COUNTER = "fingerprint_change"


class FingerprintChangeRow(SQLModel, table=True):
    """Look at this fingerprint again: it, its case, its case's consents or what people said of its
    matches changed. `is_looked_back`: what was seen before may match it now.
    """

    __tablename__ = "fingerprint_change"
    __table_args__ = (Index("ix_fingerprint_change_fingerprint", "fingerprint_id", "number"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fingerprint_id: int = Field(foreign_key="fingerprint.id")
    changed_at: datetime
    is_looked_back: bool = True


class LookBackRow(SQLModel, table=True):
    """Up to which change what was already seen has been compared."""

    __tablename__ = "look_back"

    name: str = Field(primary_key=True, max_length=20)
    number: int


async def hold(tx: Transaction) -> None:
    """No other change lands before this transaction: held before any fingerprint or alert is, so
    that nobody waits for one another.
    """
    await tx.exec(select(CounterRow.last).where(CounterRow.name == COUNTER).with_for_update())


async def note(
    tx: Transaction, ids: Sequence[int], now: datetime, *, is_looked_back: bool = True
) -> None:
    """Number the changes of these fingerprints, in their order."""
    if not ids:
        return
    first = await last_of(tx, COUNTER, len(ids)) - len(ids) + 1
    rows = [
        {
            "number": number,
            "fingerprint_id": each,
            "changed_at": now,
            "is_looked_back": is_looked_back,
        }
        for number, each in enumerate(ids, start=first)
    ]
    await tx.exec(insert(FingerprintChangeRow), params=rows)


async def after(
    tx: Transaction, number: int, most: int, *, only_looked_back: bool = False
) -> list[tuple[int, int]]:
    """(number, fingerprint) of the next changes, in the order in which they were committed.

    Of one fingerprint's changes only the last is given: it stands for all before it.
    """
    counts = (True,) if only_looked_back else (True, False)
    later = aliased(FingerprintChangeRow)
    is_superseded = exists().where(
        col(later.fingerprint_id) == FingerprintChangeRow.fingerprint_id,
        col(later.number) > FingerprintChangeRow.number,
        col(later.is_looked_back).in_(counts),
    )
    query = (
        select(FingerprintChangeRow.number, FingerprintChangeRow.fingerprint_id)
        .where(
            FingerprintChangeRow.number > number,
            col(FingerprintChangeRow.is_looked_back).in_(counts),
            ~is_superseded,
        )
        .order_by(col(FingerprintChangeRow.number))
    )
    return list((await tx.exec(query.limit(most))).all())


async def last(tx: Transaction) -> int:
    """The number of the last change; held, so that no later one lands before this transaction."""
    query = select(CounterRow.last).where(CounterRow.name == COUNTER).with_for_update(read=True)
    found = (await tx.exec(query)).first()
    if found is None:  # Before the first change there is nothing to hold: so the counter is made.
        await insert_once(tx, CounterRow, {"name": COUNTER, "last": 0})
        found = (await tx.exec(query)).one()
    return found


async def looked_back(tx: Transaction) -> int:
    """Up to which change what was seen has been compared."""
    row = await tx.get(LookBackRow, COUNTER)
    return row.number if row else 0


async def move_look_back(tx: Transaction, number: int) -> None:
    """Say that everything seen has been compared up to this change."""
    await tx.merge(LookBackRow(name=COUNTER, number=number))
