"""Numbers without gaps: given inside the transaction that uses them, so they can't clash or skip."""

from sqlmodel import Field, SQLModel, col, update

from storage.database import Transaction, insert_once


class CounterRow(SQLModel, table=True):
    """The last number given under a name."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True, max_length=60)
    last: int


async def next_number(tx: Transaction, name: str) -> int:
    """1, 2, 3 …; whoever asks at the same time waits for this transaction to end."""
    statement = (
        update(CounterRow)
        .where(col(CounterRow.name) == name)
        .values(last=CounterRow.last + 1)
        .returning(col(CounterRow.last))
    )
    found = (await tx.exec(statement)).scalar_one_or_none()
    if found is not None:
        return int(found)
    return await _first_number(tx, name)


async def _first_number(tx: Transaction, name: str) -> int:
    """Two may come first at once: the row is made by one, and both then count from it."""
    await insert_once(tx, CounterRow, {"name": name, "last": 0})
    return await next_number(tx, name)
