"""Table and queries of candidates: media that sources listed, leased to be looked at."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast
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
    text,
    update,
)

from domain import prints
from domain.fingerprints import Print
from domain.sightings import Candidate, CandidateState
from domain.sources import Item, canonical
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.sealed import Safe

HOUSE = "house"  # Addresses of media belong to no case yet, and are nobody's to read at rest.
HAS_NOTE = text("note != ''")


class CandidateRow(SQLModel, table=True):
    """One piece of media. Sealed: `body`, its two addresses and its ETag; `hashes`, the print of what
    was seen. `recheck_at`: from when on it is looked at again if it is still listed. `settled_in`:
    PostgreSQL's number of the transaction in which it was examined; see storage.followed.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("source", "native_id", "media_index"),
        UniqueConstraint("media_digest", "page_digest"),
        Index("ix_candidate_due", "source", "state", "next_try_at"),
        Index("ix_candidate_urgent", "state", "priority", "id"),
        Index("ix_candidate_examined", "state", "examined_at"),
        Index(
            "ix_candidate_note",
            "source",
            "note",
            sqlite_where=HAS_NOTE,
            postgresql_where=HAS_NOTE,
        ),
        Index("ix_candidate_settled", "settled_in"),
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
    priority: int = 0
    examined_at: datetime | None = None
    recheck_at: datetime | None = None
    hashes: bytes | None = sealed_field(nullable=True, default=None)
    settled_in: int | None = Field(default=None, sa_type=BigInteger)


async def add(
    tx: Transaction, safe: Safe, source: str, item: Item, now: datetime, priority: int = 0
) -> bool:
    """Keep a piece of media; false where it, or the same address on the same page, is known."""
    row = {
        **keys_of(safe, source, item),
        "body": body_of(safe, item.media_url, item.page_url),
        "posted_at": item.posted_at,
        "listed_at": now,
        "state": CandidateState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "lease_owner": "",
        "note": "",
        "priority": priority,
    }
    return await insert_once(tx, CandidateRow, row)


def keys_of(safe: Safe, source: str, item: Item) -> dict[str, Any]:
    """What a piece of media is known by: its own three keys, then its address and that of its page."""
    return {
        "source": source,
        "native_id": safe.digest("native", f"{source}:{item.native_id}"),
        "media_index": item.media_index,
        "media_digest": safe.digest("address", canonical(item.media_url)),
        "page_digest": safe.digest("address", canonical(item.page_url)),
    }


def body_of(safe: Safe, media_url: str, page_url: str, etag: str = "") -> bytes:
    """The sealed part of a row."""
    return safe.seal_json(HOUSE, [media_url, page_url, etag])


async def lease(
    tx: Transaction, safe: Safe, source: str, owner: str, now: datetime, lasts: timedelta, most: int
) -> list[Candidate]:
    """Take those that are due, of one source or of all (no name), the most urgent first, also where a
    lease has run out.
    """
    query = (
        select(CandidateRow)
        .where(is_due(now))
        .order_by(col(CandidateRow.priority).desc(), col(CandidateRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    if source:
        query = query.where(CandidateRow.source == source)
    rows = (await tx.exec(query)).all()
    for row in rows:
        row.state, row.attempts = CandidateState.LEASED, row.attempts + 1
        row.lease_owner, row.lease_until = owner, now + lasts
        tx.add(row)
    return [candidate_of(row, safe) for row in rows]


def is_due(now: datetime) -> Any:
    """Whether a candidate may be looked at: its time has come, or whoever had it is gone."""
    waits = col(CandidateRow.state) == CandidateState.WAITING
    is_leased = col(CandidateRow.state) == CandidateState.LEASED
    return or_(
        waits & (col(CandidateRow.next_try_at) <= now),
        is_leased & (col(CandidateRow.lease_until) <= now),
    )


async def end(
    tx: Transaction,
    safe: Safe,
    candidate: Candidate,
    print_: Print | None,
    now: datetime,
    recheck_at: datetime,
) -> bool:
    """It was examined; false where this look was not the one that holds the lease.

    print_: what is kept for looking back, in its canonical form alone; none: nothing of it is, nor
    its ETag, so that a recheck sees all of it.
    """
    kept: dict[str, Any] = {"body": b"", "hashes": None}
    if print_ is not None:
        body = body_of(safe, candidate.media_url, candidate.page_url, candidate.etag)
        kept = {"body": body, "hashes": sealed(safe, print_)}
    if tx.get_bind().dialect.name == "postgresql":
        kept["settled_in"] = this_transaction()
    times = {"examined_at": now, "recheck_at": recheck_at}
    return await settle(tx, candidate, state=CandidateState.EXAMINED, note="", **times, **kept)


def this_transaction() -> Any:
    """PostgreSQL's number of the transaction under way, for a statement."""
    return cast(cast(func.pg_current_xact_id(), Text), BigInteger)


def sealed(safe: Safe, print_: Print) -> bytes:
    """A print as it is kept: in its canonical form alone."""
    canonical = replace(print_, forms=(print_.pdq,))
    return safe.seal_bytes(HOUSE, prints.to_bytes(canonical))


async def try_again(tx: Transaction, candidate: Candidate, reason: str, at: datetime) -> bool:
    """This look failed; the next one is at this moment."""
    return await settle(
        tx, candidate, state=CandidateState.WAITING, next_try_at=at, note=reason[:40]
    )


async def give_up(tx: Transaction, candidate: Candidate, reason: str) -> bool:
    """No further look; the note says why."""
    return await settle(tx, candidate, state=CandidateState.FAILED, note=reason[:40])


async def settle(
    tx: Transaction, candidate: Candidate, *also: ColumnElement[bool], **values: Any
) -> bool:
    """End a lease with these values; false where this look doesn't hold it, or `also` doesn't hold."""
    statement = (
        update(CandidateRow)
        .where(
            col(CandidateRow.id) == candidate.id,
            col(CandidateRow.state) == CandidateState.LEASED,
            col(CandidateRow.attempts) == candidate.attempt,
            *also,
        )
        .values(**values, lease_owner="", lease_until=None)
    )
    return (await tx.exec(statement.returning(col(CandidateRow.id)))).first() is not None


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
    """Drop what is kept of what was seen up to then; its keys stay, so that it isn't listed anew."""
    is_left = or_(col(CandidateRow.hashes).is_not(None), col(CandidateRow.body) != b"")
    await tx.exec(
        update(CandidateRow)
        .where(
            col(CandidateRow.state) == CandidateState.EXAMINED,
            col(CandidateRow.examined_at) <= before,
            is_left,
        )
        .values(hashes=None, body=b"")
    )


async def delete_failed_before(tx: Transaction, before: datetime) -> None:
    """Drop rows that were given up long ago."""
    await tx.exec(
        delete(CandidateRow).where(
            col(CandidateRow.state) == CandidateState.FAILED, col(CandidateRow.listed_at) < before
        )
    )


def candidate_of(row: CandidateRow, safe: Safe) -> Candidate:
    """What a row says, its addresses opened."""
    media_url, page_url, *etag = safe.open_json(HOUSE, row.body)
    return Candidate(
        row.id or 0,
        row.source,
        media_url,
        page_url,
        row.page_digest,
        row.posted_at,
        row.attempts,
        *etag,
    )
