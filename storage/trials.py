"""Table and queries of trials: sources that somebody wants to see tried before they count."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from storage.database import Transaction


class TrialRow(SQLModel, table=True):
    """One source to try once, and who is told what it lists."""

    __tablename__ = "source_trial"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=60)
    asked_by: str = Field(max_length=40)
    channel: str = Field(max_length=40)
    language: str = Field(max_length=8)
    asked_at: datetime
    done_at: datetime | None = Field(default=None, index=True)


@dataclass(frozen=True)
class Trial:
    """One that waits."""

    id: int
    source: str
    asked_by: str
    channel: str
    language: str


async def add(tx: Transaction, row: TrialRow) -> None:
    """Write a trial down."""
    tx.add(row)


async def waiting(tx: Transaction) -> list[Trial]:
    """Those that weren't tried yet, oldest first."""
    query = select(TrialRow).where(col(TrialRow.done_at).is_(None)).order_by(col(TrialRow.id))
    return [
        Trial(row.id or 0, row.source, row.asked_by, row.channel, row.language)
        for row in (await tx.exec(query)).all()
    ]


async def end(tx: Transaction, trial_id: int, now: datetime) -> bool:
    """It was tried; false where it had been before."""
    statement = (
        update(TrialRow)
        .where(col(TrialRow.id) == trial_id, col(TrialRow.done_at).is_(None))
        .values(done_at=now)
    )
    return (await tx.exec(statement.returning(col(TrialRow.id)))).first() is not None
