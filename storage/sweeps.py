"""Table and queries of sweeps that somebody asked for, until their message says that they are over."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, func, select

from domain.sightings import CandidateState
from domain.sweeps import SweepRun
from storage.candidates import AGAIN, CandidateRow
from storage.columns import json_field
from storage.database import Transaction


class SweepRunRow(SQLModel, table=True):
    """One sweep; `told` is what its message says at present, `matched` the sources' count before it."""

    __tablename__ = "sweep_run"

    id: int | None = Field(default=None, primary_key=True)
    sources: list[str] = json_field(default_factory=list)
    number: str = Field(default="", max_length=20)
    channel: str = Field(max_length=40)
    asked_by: str = Field(max_length=40)
    language: str = Field(max_length=8)
    began_at: datetime
    matched: int = 0
    told: list[int] = json_field(default_factory=list)
    ended_at: datetime | None = Field(default=None, index=True)


async def add(tx: Transaction, row: SweepRunRow) -> int:
    """Write a sweep; its id."""
    tx.add(row)
    await tx.flush()
    return row.id or 0


async def under_way(tx: Transaction) -> list[SweepRunRow]:
    """Those that aren't over, oldest first."""
    query = select(SweepRunRow).where(col(SweepRunRow.ended_at).is_(None))
    return list((await tx.exec(query.order_by(col(SweepRunRow.id)))).all())


def run_of(row: SweepRunRow) -> SweepRun:
    """The sweep as the domain knows it."""
    return SweepRun(
        row.id or 0,
        tuple(row.sources),
        row.number,
        row.channel,
        row.asked_by,
        row.language,
        row.began_at,
    )


async def listed_since(tx: Transaction, sources: list[str], since: datetime) -> tuple[int, int]:
    """How many candidates these sources listed since then, and how many of them were dealt with."""
    is_settled = col(CandidateRow.state).in_((CandidateState.EXAMINED, CandidateState.FAILED))
    is_done = is_settled | (col(CandidateRow.priority) == AGAIN)
    query = (
        select(is_done, func.count())
        .where(col(CandidateRow.source).in_(sources), CandidateRow.listed_at >= since)
        .group_by(is_done)
    )
    counts = {bool(done): int(count) for done, count in (await tx.exec(query)).all()}
    return sum(counts.values()), counts.get(True, 0)
