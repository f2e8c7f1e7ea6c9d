"""Queries of glances: whether much waits, and what was only glanced at while it did."""

from datetime import datetime

from sqlmodel import col, func, select, update

from domain.sightings import CandidateState
from storage.candidates import AGAIN, WAS_GLANCED, CandidateRow
from storage.database import Transaction


async def is_crowded(tx: Transaction, now: datetime, crowd: int) -> bool:
    """Whether so many are due, second looks aside: those wait for all others, wherever they are."""
    if crowd <= 0:
        return True
    waits = col(CandidateRow.state) == CandidateState.WAITING
    is_first = col(CandidateRow.priority) != AGAIN
    due = select(CandidateRow.id).where(waits, is_first, col(CandidateRow.next_try_at) <= now)
    return len((await tx.exec(due.limit(crowd))).all()) == crowd


async def call_back(tx: Transaction, now: datetime, most: int) -> int:
    """Let those that were glanced at first be looked at again, after all others; how many."""
    glanced = (
        select(CandidateRow.id)
        .where(WAS_GLANCED, col(CandidateRow.state) == CandidateState.EXAMINED)
        .order_by(col(CandidateRow.glanced_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = (await tx.exec(glanced)).all()
    values = {"state": CandidateState.WAITING, "attempts": 0, "next_try_at": now, "note": ""}
    again = update(CandidateRow).where(col(CandidateRow.id).in_(ids))
    await tx.exec(again.values(**values, priority=AGAIN, glanced_at=None))
    return len(ids)


async def glanced_by_source(tx: Transaction) -> dict[str, int]:
    """How many were only glanced at, and wait for a thorough look."""
    query = select(CandidateRow.source, func.count()).where(WAS_GLANCED)
    return dict((await tx.exec(query.group_by(CandidateRow.source))).all())
