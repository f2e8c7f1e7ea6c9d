"""Queries of candidates that are seen more than once: listed again, unchanged, or put off."""

from datetime import datetime

from sqlmodel import and_, case, col, func, or_, select, update

from domain.sightings import Candidate, CandidateState
from domain.sources import Item
from storage.candidates import AGAIN, HAS_NOTE, HOUSE, LISTED, CandidateRow, body_of, keys_of
from storage.database import Transaction
from storage.sealed import Safe
from storage.settlements import settle


async def list_again(tx: Transaction, safe: Safe, source: str, item: Item, now: datetime) -> bool:
    """What was examined long enough ago is due again; its ETag goes where its address changed."""
    keys = keys_of(safe, source, item)
    native, address = list(keys)[:3], list(keys)[3:]
    is_it = [
        and_(*(getattr(CandidateRow, k) == keys[k] for k in some)) for some in (native, address)
    ]
    is_there = col(CandidateRow.media_digest) == keys["media_digest"]
    is_kept = is_there & (col(CandidateRow.body) != b"")
    is_again = col(CandidateRow.priority) == AGAIN
    body = body_of(safe.sealing(HOUSE), item.media_url, item.page_url)
    statement = update(CandidateRow).where(
        or_(*is_it),
        col(CandidateRow.state) == CandidateState.EXAMINED,
        col(CandidateRow.recheck_at) <= now,
    )
    statement = statement.values(
        state=CandidateState.WAITING,
        attempts=0,
        next_try_at=now,
        listed_at=now,
        priority=case((is_again, LISTED), else_=col(CandidateRow.priority)),
        body=case((is_kept, col(CandidateRow.body)), else_=body),
    )
    return (await tx.exec(statement.returning(col(CandidateRow.id)))).first() is not None


async def take_over(
    tx: Transaction, safe: Safe, source: str, item: Item, now: datetime, shadowed: frozenset[str]
) -> bool:
    """What a source in shadow listed first belongs to the first that isn't, and is looked at again,
    also where a look is under way: that one settles nothing any more, since its source differs. False
    where it was nothing that lay in shadow.
    """
    keys = keys_of(safe, source, item)
    statement = (
        update(CandidateRow)
        .where(
            col(CandidateRow.media_digest) == keys["media_digest"],
            col(CandidateRow.page_digest) == keys["page_digest"],
            col(CandidateRow.source).in_(shadowed),
        )
        .values(
            source=source,
            body=body_of(safe.sealing(HOUSE), item.media_url, item.page_url),
            state=CandidateState.WAITING,
            attempts=0,
            next_try_at=now,
            lease_owner="",
            lease_until=None,
        )
    )
    return (await tx.exec(statement.returning(col(CandidateRow.id)))).first() is not None


async def stand(tx: Transaction, candidate: Candidate, note: str, recheck_at: datetime) -> bool:
    """What was known of it stands, since it hasn't changed, or (note) can't be seen any more.

    False where it was never examined, or where this look is not the one that holds the lease.
    """
    is_known = col(CandidateRow.hashes).is_not(None)
    body = case((is_known, col(CandidateRow.body)), else_=b"")
    values = {"state": CandidateState.EXAMINED, "note": note[:40], "recheck_at": recheck_at}
    was_examined = col(CandidateRow.examined_at).is_not(None)
    return await settle(tx, candidate, was_examined, body=body, **values)


async def rest(
    tx: Transaction, candidate: Candidate, reason: str, at: datetime, listed_after: datetime
) -> bool:
    """Its host is left alone until then, and this look doesn't count; false where it lasts too long."""
    return await settle(
        tx,
        candidate,
        col(CandidateRow.listed_at) > listed_after,
        state=CandidateState.WAITING,
        attempts=candidate.attempt - 1,
        next_try_at=at,
        note=reason[:40],
    )


async def notes(tx: Transaction) -> dict[str, dict[str, int]]:
    """Why looks gave nothing, counted by source and reason: of what failed, or is to be tried again."""
    query = select(CandidateRow.source, CandidateRow.note, func.count()).where(HAS_NOTE)
    found: dict[str, dict[str, int]] = {}
    for source, note, count in (
        await tx.exec(query.group_by(CandidateRow.source, CandidateRow.note))
    ).all():
        found.setdefault(source, {})[note] = count
    return found
