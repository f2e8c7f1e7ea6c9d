"""Table and queries of candidates: media that sources listed, leased to be looked at."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import (
    Field,
    Index,
    SQLModel,
    UniqueConstraint,
    col,
    delete,
    func,
    or_,
    select,
    update,
)

from domain import prints
from domain.fingerprints import Print
from domain.sightings import Candidate, CandidateState, Seen
from domain.sources import Item, canonical
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.sealed import Safe

_HOUSE = "house"  # Addresses of media belong to no case yet, and are nobody's to read at rest.


class CandidateRow(SQLModel, table=True):
    """One piece of media. `body` holds its two addresses, sealed; `hashes` what was seen there."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("source", "native_id", "media_index"),
        UniqueConstraint("media_digest", "page_digest"),
        Index("ix_candidate_due", "source", "state", "next_try_at"),
        Index("ix_candidate_examined", "state", "examined_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=60)
    native_id: str = Field(max_length=64)
    media_index: int
    media_digest: str = Field(max_length=64)
    page_digest: str = Field(max_length=64)
    body: bytes = sealed_field()
    posted_at: datetime | None = None
    listed_at: datetime
    state: CandidateState = enum_field(CandidateState, default=CandidateState.WAITING)
    attempts: int = 0
    next_try_at: datetime
    lease_owner: str = Field(default="", max_length=40)
    lease_until: datetime | None = None
    note: str = Field(default="", max_length=40)
    examined_at: datetime | None = None
    hashes: bytes | None = Field(default=None, sa_type=LargeBinary)


async def add(tx: Transaction, safe: Safe, source: str, item: Item, now: datetime) -> bool:
    """Keep a piece of media; false where it, or the same address on the same page, is known."""
    media, page = canonical(item.media_url), canonical(item.page_url)
    row = {
        "source": source,
        "native_id": safe.digest("native", f"{source}:{item.native_id}"),
        "media_index": item.media_index,
        "media_digest": safe.digest("address", media),
        "page_digest": safe.digest("address", page),
        "body": safe.seal_json(_HOUSE, [item.media_url, item.page_url]),
        "posted_at": item.posted_at,
        "listed_at": now,
        "state": CandidateState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "lease_owner": "",
        "note": "",
    }
    return await insert_once(tx, CandidateRow, row)


async def lease(
    tx: Transaction, safe: Safe, source: str, owner: str, now: datetime, lasts: timedelta, most: int
) -> list[Candidate]:
    """Take the oldest that are due. A lease of another owner is a dead one's: one process sweeps."""
    waits = (col(CandidateRow.state) == CandidateState.WAITING) & (
        col(CandidateRow.next_try_at) <= now
    )
    is_lost = or_(col(CandidateRow.lease_owner) != owner, col(CandidateRow.lease_until) <= now)
    query = (
        select(CandidateRow)
        .where(
            CandidateRow.source == source,
            or_(waits, (col(CandidateRow.state) == CandidateState.LEASED) & is_lost),
        )
        .order_by(col(CandidateRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = (await tx.exec(query)).all()
    for row in rows:
        row.state, row.attempts = CandidateState.LEASED, row.attempts + 1
        row.lease_owner, row.lease_until = owner, now + lasts
        tx.add(row)
    return [_candidate(row, safe) for row in rows]


async def end(tx: Transaction, candidate: Candidate, print_: Print | None, now: datetime) -> bool:
    """It was examined; false where this look was not the one that holds the lease."""
    return await _settle(
        tx,
        candidate,
        state=CandidateState.EXAMINED,
        examined_at=now,
        hashes=prints.to_bytes(print_) if print_ else None,
    )


async def try_again(tx: Transaction, candidate: Candidate, reason: str, at: datetime) -> bool:
    """This look failed; the next one is at this moment."""
    return await _settle(
        tx, candidate, state=CandidateState.WAITING, next_try_at=at, note=reason[:40]
    )


async def give_up(tx: Transaction, candidate: Candidate, reason: str) -> bool:
    """No further look; the note says why."""
    return await _settle(tx, candidate, state=CandidateState.FAILED, note=reason[:40])


async def _settle(tx: Transaction, candidate: Candidate, **values: Any) -> bool:
    statement = (
        update(CandidateRow)
        .where(
            col(CandidateRow.id) == candidate.id,
            col(CandidateRow.state) == CandidateState.LEASED,
            col(CandidateRow.attempts) == candidate.attempt,
        )
        .values(**values, lease_owner="", lease_until=None)
    )
    return (await tx.exec(statement.returning(col(CandidateRow.id)))).first() is not None


async def seen_after(tx: Transaction, safe: Safe, after: int, most: int) -> list[Seen]:
    """Examined candidates with an id above `after`, in order of id."""
    query = (
        select(CandidateRow)
        .where(col(CandidateRow.id) > after, CandidateRow.state == CandidateState.EXAMINED)
        .order_by(col(CandidateRow.id))
        .limit(most)
    )
    rows = (await tx.exec(query)).all()
    return [
        Seen(_candidate(row, safe), prints.from_bytes(row.hashes)) for row in rows if row.hashes
    ]


async def waiting_by_source(tx: Transaction) -> dict[str, int]:
    """How many are still to be looked at."""
    open_states = (CandidateState.WAITING, CandidateState.LEASED)
    query = (
        select(CandidateRow.source, func.count())
        .where(col(CandidateRow.state).in_(open_states))
        .group_by(CandidateRow.source)
    )
    return dict((await tx.exec(query)).all())


async def forget_before(tx: Transaction, before: datetime) -> None:
    """Drop the hashes of what was seen before; its keys stay, so that it isn't listed anew."""
    await tx.exec(
        update(CandidateRow)
        .where(col(CandidateRow.examined_at) < before)
        .values(hashes=None, body=b"")
    )


async def delete_failed_before(tx: Transaction, before: datetime) -> None:
    """Drop rows that were given up long ago."""
    await tx.exec(
        delete(CandidateRow).where(
            col(CandidateRow.state) == CandidateState.FAILED, col(CandidateRow.listed_at) < before
        )
    )


def _candidate(row: CandidateRow, safe: Safe) -> Candidate:
    media_url, page_url = safe.open_json(_HOUSE, row.body)
    return Candidate(
        row.id or 0,
        row.source,
        media_url,
        page_url,
        row.page_digest,
        row.posted_at,
        row.attempts,
    )
