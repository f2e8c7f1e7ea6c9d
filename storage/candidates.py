"""Table and queries of candidates: media that sources listed, leased to be looked at."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger
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

from domain.sightings import Candidate, CandidateState
from domain.sources import Item, canonical
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_new
from storage.sealed import Safe, Seal

HOUSE = "house"  # Addresses of media belong to no case yet, and are nobody's to read at rest.
HAS_NOTE = text("note != ''")
LISTED, AGAIN = 0, -1  # The priorities of what nothing speaks for, and of what was glanced at.
WAS_GLANCED = text("glanced_at IS NOT NULL")


class CandidateRow(SQLModel, table=True):
    """One piece of media. Sealed: `body`, its two addresses and its ETag; `hashes`, the print of what
    was seen. `recheck_at`: from when on it is looked at again if it is still listed. `settled_in`:
    PostgreSQL's number of the transaction in which it was examined; see storage.followed. `glanced_at`:
    when it was examined by a glance alone; it is looked at again when little else waits.
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
        Index(
            "ix_candidate_glanced",
            "glanced_at",
            sqlite_where=WAS_GLANCED,
            postgresql_where=WAS_GLANCED,
        ),
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
    glanced_at: datetime | None = None


async def add_all(
    tx: Transaction,
    safe: Safe,
    source: str,
    items: Sequence[tuple[Item, int]],
    now: datetime,
) -> list[bool]:
    """Keep pieces of media, each with its priority; for each whether it is new. Known is what was listed
    before, or lies at the same address on the same page.
    """
    seal = safe.sealing(HOUSE)
    rows = [
        {**keys_of(safe, source, item), **_new(seal, item, now), "priority": priority}
        for item, priority in items
    ]
    own = col(CandidateRow.native_id), col(CandidateRow.media_index)
    added = Counter(await insert_new(tx, CandidateRow, rows, *own))
    keys = [(row["native_id"], row["media_index"]) for row in rows]
    return [added.pop(key, 0) > 0 for key in keys]  # Listed twice on a page, it is new once.


def _new(seal: Seal, item: Item, now: datetime) -> dict[str, Any]:
    return {
        "body": body_of(seal, item.media_url, item.page_url),
        "posted_at": item.posted_at,
        "listed_at": now,
        "state": CandidateState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "lease_owner": "",
        "note": "",
    }


def keys_of(safe: Safe, source: str, item: Item) -> dict[str, Any]:
    """What a piece of media is known by: its own three keys, then its address and that of its page."""
    return {
        "source": source,
        "native_id": safe.digest("native", f"{source}:{item.native_id}"),
        "media_index": item.media_index,
        "media_digest": safe.digest("address", canonical(item.media_url)),
        "page_digest": safe.digest("address", canonical(item.page_url)),
    }


def body_of(seal: Seal, media_url: str, page_url: str, etag: str = "") -> bytes:
    """The sealed part of a row, with the house's seal."""
    return seal.seal_json([media_url, page_url, etag])


async def lease(
    tx: Transaction,
    safe: Safe,
    source: str,
    owner: str,
    now: datetime,
    lasts: timedelta,
    most: int,
    held: Collection[int] = (),
) -> list[Candidate]:
    """Take those that are due, of one source or of all (no name), the most urgent first, also where a
    lease has run out, unless whoever asks holds them still.
    """
    query = (
        select(CandidateRow)
        .where(is_due(now), col(CandidateRow.id).not_in(held))
        .order_by(col(CandidateRow.priority).desc(), col(CandidateRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    if source:
        query = query.where(CandidateRow.source == source)
    return taken(tx, safe, (await tx.exec(query)).all(), owner, now + lasts)


def taken(
    tx: Transaction, safe: Safe, rows: Sequence[CandidateRow], owner: str, until: datetime
) -> list[Candidate]:
    """These rows are one owner's until then, or until it settles them."""
    for row in rows:
        row.state, row.attempts = CandidateState.LEASED, row.attempts + 1
        row.lease_owner, row.lease_until = owner, until
        tx.add(row)
    seal = safe.sealing(HOUSE)
    return [candidate_of(row, seal) for row in rows]


def is_due(now: datetime) -> Any:
    """Whether a candidate may be looked at: its time has come, or whoever had it is gone."""
    waits = col(CandidateRow.state) == CandidateState.WAITING
    is_leased = col(CandidateRow.state) == CandidateState.LEASED
    return or_(
        waits & (col(CandidateRow.next_try_at) <= now),
        is_leased & (col(CandidateRow.lease_until) <= now),
    )


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
        .values(hashes=None, body=b"", glanced_at=None)
    )


async def delete_failed_before(tx: Transaction, before: datetime) -> None:
    """Drop rows that were given up long ago."""
    await tx.exec(
        delete(CandidateRow).where(
            col(CandidateRow.state) == CandidateState.FAILED, col(CandidateRow.listed_at) < before
        )
    )


def candidate_of(row: CandidateRow, seal: Seal) -> Candidate:
    """What a row says, its addresses opened with the house's seal."""
    media_url, page_url, *etag = seal.open_json(row.body)
    return Candidate(
        row.id or 0,
        row.source,
        media_url,
        page_url,
        row.page_digest,
        row.posted_at,
        row.attempts,
        etag[0] if etag else "",
        may_glance=row.priority == LISTED,
        is_again=row.priority == AGAIN,
    )
