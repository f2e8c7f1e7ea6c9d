"""Leases of candidates among many processes: handed out by one, taken and kept by others."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, or_, select, update

from domain.sightings import Candidate, CandidateState
from storage.candidates import CandidateRow, is_due, taken
from storage.database import Transaction
from storage.sealed import Safe

_QUEUE = "queue"  # Of a waiting candidate, `lease_until` says until when it isn't handed out again.


async def hand_out(
    tx: Transaction, source: str, now: datetime, lasts: timedelta, most: int
) -> list[int]:
    """Those due and in nobody's hands, of one source or of all (no name), the most urgent first; for so
    long they aren't given again.
    """
    is_free = or_(col(CandidateRow.lease_until).is_(None), col(CandidateRow.lease_until) <= now)
    chosen = (
        select(CandidateRow.id)
        .where(is_due(now), is_free)
        .order_by(col(CandidateRow.priority).desc(), col(CandidateRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    if source:
        chosen = chosen.where(CandidateRow.source == source)
    ids = [int(each or 0) for each in (await tx.exec(chosen)).all()]
    marked = update(CandidateRow).where(col(CandidateRow.id).in_(ids))
    values = {"state": CandidateState.WAITING, "lease_owner": _QUEUE, "lease_until": now + lasts}
    await tx.exec(marked.values(values))
    return ids


async def take(
    tx: Transaction, safe: Safe, ids: Collection[int], owner: str, now: datetime, lasts: timedelta
) -> list[Candidate]:
    """Of these candidates those that are due; each is one owner's until its lease runs out."""
    query = select(CandidateRow).where(col(CandidateRow.id).in_(ids), is_due(now))
    query = query.order_by(col(CandidateRow.id)).with_for_update(skip_locked=True)
    return taken(tx, safe, (await tx.exec(query)).all(), owner, now + lasts)


async def renew(
    tx: Transaction, ids: Sequence[int], owner: str, now: datetime, lasts: timedelta
) -> None:
    """This owner still works on those of the candidates that it holds."""
    kept = update(CandidateRow).where(
        col(CandidateRow.id).in_(ids),
        col(CandidateRow.state) == CandidateState.LEASED,
        col(CandidateRow.lease_owner) == owner,
    )
    await tx.exec(kept.values(lease_until=now + lasts))


async def free(tx: Transaction, now: datetime) -> int:
    """Every lease is a dead process's, for this one is alone: all end now. How many.

    The looks that were broken off don't count, or whoever dies often would give up on media sooner.
    """
    left = update(CandidateRow).where(col(CandidateRow.state) == CandidateState.LEASED)
    fewer = {"lease_until": now, "attempts": col(CandidateRow.attempts) - 1}
    ended = left.values(fewer).returning(col(CandidateRow.id))
    return len((await tx.exec(ended)).all())
