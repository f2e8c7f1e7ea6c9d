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
    return await last_of(tx, name, 1)


async def last_of(tx: Transaction, name: str, count: int) -> int:
    """Take so many numbers at once; the last of them."""
    statement = (
        update(CounterRow)
        .where(col(CounterRow.name) == name)
        .values(last=CounterRow.last + count)
        .returning(col(CounterRow.last))
    )
    found = (await tx.exec(statement)).scalar_one_or_none()
    if found is not None:
        return int(found)
    # Two may come first at once: the row is made by one, and both then count from it.
    await insert_once(tx, CounterRow, {"name": name, "last": 0})
    return await last_of(tx, name, count)
