"""Table and queries of backlogs: since when what is due waits to be looked at, and what was told of it."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Field, SQLModel, col, func, select

from domain.sightings import CandidateState
from storage.candidates import AGAIN, CandidateRow
from storage.database import Transaction

_OPEN = (CandidateState.WAITING, CandidateState.LEASED)


class BacklogRow(SQLModel, table=True):
    """One time that media waited too long, of which staff were told; `over_at`: when none did any more."""

    __tablename__ = "backlog"

    id: int | None = Field(default=None, primary_key=True)
    since: datetime
    told_at: datetime
    over_at: datetime | None = Field(default=None, index=True)


async def open_one(tx: Transaction) -> BacklogRow | None:
    """The one that isn't over, if there is one; held until the transaction ends."""
    query = select(BacklogRow).where(col(BacklogRow.over_at).is_(None)).with_for_update()
    return (await tx.exec(query)).first()


async def due(tx: Transaction, now: datetime) -> tuple[int, datetime | None]:
    """How many are due, also in hands that may have let go, and since when the first of them is.

    What was glanced at waits for a quiet hour, which is as it should be.
    """
    query = select(func.count(), func.min(CandidateRow.next_try_at)).where(*_is_due(now))
    count, since = (await tx.exec(query)).one()
    return count, since


async def due_by_source(tx: Transaction, now: datetime) -> dict[str, datetime]:
    """Since when the first of each source is due."""
    query = select(CandidateRow.source, func.min(CandidateRow.next_try_at)).where(*_is_due(now))
    return dict((await tx.exec(query.group_by(CandidateRow.source))).all())


async def newest_seen(tx: Transaction, source: str) -> datetime | None:
    """When the newest of what was looked at had come due."""
    query = select(func.max(CandidateRow.next_try_at)).where(
        CandidateRow.source == source, col(CandidateRow.state) == CandidateState.EXAMINED
    )
    return (await tx.exec(query)).one()


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(CandidateRow.state).in_(_OPEN),
        col(CandidateRow.priority) > AGAIN,
        col(CandidateRow.next_try_at) <= now,
    )
