"""Table and queries of sightings: the posts where registered media was seen."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from domain.sightings import Candidate
from storage.database import Transaction, insert_once


class SightingRow(SQLModel, table=True):
    """One page; its address is sealed in each match, with that case's key."""

    __tablename__ = "sighting"

    id: int | None = Field(default=None, primary_key=True)
    page_digest: str = Field(unique=True, max_length=64)
    source: str = Field(max_length=60)
    posted_at: datetime | None = None
    first_seen_at: datetime
    last_seen_at: datetime


async def see(tx: Transaction, candidate: Candidate, now: datetime) -> int:
    """Write down that registered media is on this page; the sighting's id."""
    row = {
        "page_digest": candidate.page_digest,
        "source": candidate.source,
        "posted_at": candidate.posted_at,
        "first_seen_at": now,
        "last_seen_at": now,
    }
    if not await insert_once(tx, SightingRow, row):
        again = update(SightingRow).where(col(SightingRow.page_digest) == candidate.page_digest)
        await tx.exec(again.values(last_seen_at=now))
    found = select(SightingRow.id).where(SightingRow.page_digest == candidate.page_digest)
    return (await tx.exec(found)).one() or 0
