"""Table and queries of stamps: what the house remembers of itself between two starts."""

from sqlmodel import Field, SQLModel

from storage.database import Transaction


class StampRow(SQLModel, table=True):
    """A name and its value: the mode of this database, the digest of a policy file."""

    __tablename__ = "stamp"

    name: str = Field(primary_key=True, max_length=60)
    value: str = Field(max_length=200)


async def read(tx: Transaction, name: str) -> str:
    """The value under this name; empty if there is none."""
    row = await tx.get(StampRow, name)
    return row.value if row else ""


async def write(tx: Transaction, name: str, value: str) -> None:
    """Put this value under this name."""
    await tx.merge(StampRow(name=name, value=value))
