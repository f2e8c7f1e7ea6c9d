"""Table and queries of leads: which case a post names, by which of its words, and what a person said."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, func, select, update

from domain.leads import Lead, LeadState
from domain.refusals import Reason, Refusal
from domain.sources import Post, canonical
from domain.words import Named
from storage.columns import enum_field, json_field, sealed_field
from storage.database import Transaction, insert_once
from storage.matches import MatchRow
from storage.sealed import Safe, case_key
from storage.sightings import SightingRow


class LeadRow(SQLModel, table=True):
    """One page that names a case. Sealed with the case's key: `link`. Of the words only their ids
    are kept, of the post nothing. `match_id`: the match on the same page that it became part of.
    `shadow_source`: the source that found it in shadow mode, so that nobody was told.
    """

    __tablename__ = "lead"
    __table_args__ = (
        UniqueConstraint("case_id", "page_digest"),
        Index("ix_lead_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    page_digest: str = Field(max_length=64, index=True)
    source: str = Field(max_length=60)
    link: bytes = sealed_field()
    keyword_ids: list[int] = json_field()
    ways: list[str] = json_field()
    state: LeadState = enum_field(LeadState, default=LeadState.NEW)
    alert_id: int | None = None
    match_id: int | None = None
    posted_at: datetime | None = None
    found_at: datetime
    decided_by: str = Field(default="", max_length=40)
    decided_at: datetime | None = None
    version: int = 1
    shadow_source: str = Field(default="", max_length=60)


_IS_TOLD = col(LeadRow.shadow_source) == ""


def page_digest(safe: Safe, post: Post) -> str:
    """By what a page is known again: the same as of media on it."""
    return safe.digest("address", canonical(post.page_url))


async def add(
    tx: Transaction,
    safe: Safe,
    source: str,
    post: Post,
    named: Named,
    now: datetime,
    *,
    is_shadow: bool = False,
) -> int | None:
    """Write a lead; its id, or none where this page is known for this case, whatever became of it.

    What was found in shadow is this lead from now on, unless this source is in shadow, too.
    """
    digest = page_digest(safe, post)
    if not is_shadow and (lifted := await _lift_shadow(tx, named.case_id, digest, source)):
        return lifted
    row = {
        "case_id": named.case_id,
        "page_digest": digest,
        "source": source,
        "link": safe.seal(case_key(named.case_id), post.page_url),
        "keyword_ids": list(named.keyword_ids),
        "ways": [way.value for way in named.ways],
        "state": LeadState.NEW,
        "posted_at": post.posted_at,
        "found_at": now,
        "decided_by": "",
        "version": 1,
        "shadow_source": source if is_shadow else "",
    }
    if not await insert_once(tx, LeadRow, row):
        return None
    found = select(LeadRow.id).where(
        LeadRow.case_id == named.case_id, LeadRow.page_digest == digest
    )
    return (await tx.exec(found)).one()


async def _lift_shadow(tx: Transaction, case_id: int, digest: str, source: str) -> int | None:
    """The lead of this page that was found in shadow is anybody's now; its id."""
    statement = update(LeadRow).where(
        col(LeadRow.case_id) == case_id, col(LeadRow.page_digest) == digest, ~_IS_TOLD
    )
    values = {"shadow_source": "", "source": source, "version": LeadRow.version + 1}
    return (await tx.exec(statement.values(**values).returning(col(LeadRow.id)))).scalar()


async def known_pages(
    tx: Transaction, case_id: int, digests: list[str], *, in_shadow: bool = False
) -> frozenset[str]:
    """Those of these pages that need no lead of this case: it has one, or a match there.

    in_shadow: what was found in shadow counts, too.
    """
    leads = select(LeadRow.page_digest).where(
        LeadRow.case_id == case_id, col(LeadRow.page_digest).in_(digests)
    )
    if not in_shadow:
        leads = leads.where(_IS_TOLD)
    matches = (
        select(SightingRow.page_digest)
        .join(MatchRow, col(MatchRow.sighting_id) == col(SightingRow.id))
        .where(MatchRow.case_id == case_id, col(SightingRow.page_digest).in_(digests))
    )
    return frozenset([*(await tx.exec(leads)).all(), *(await tx.exec(matches)).all()])


async def find(tx: Transaction, lead_id: int) -> Lead:
    """One lead; refuses where there is none."""
    row = await tx.get(LeadRow, lead_id, populate_existing=True)
    if row is None:
        raise Refusal(Reason.NO_SUCH_LEAD, number=lead_id)
    return _lead(row)


async def on_page(tx: Transaction, case_id: int, digest: str) -> Lead | None:
    """The undecided lead of a case on this page."""
    query = select(LeadRow).where(
        LeadRow.case_id == case_id,
        LeadRow.page_digest == digest,
        LeadRow.state == LeadState.NEW,
        _IS_TOLD,
    )
    row = (await tx.exec(query)).first()
    return _lead(row) if row else None


async def newest(tx: Transaction, most: int) -> list[Lead]:
    """The newest leads, those that wait for a person first."""
    waits = col(LeadRow.state) == LeadState.NEW
    query = select(LeadRow).where(_IS_TOLD).order_by(waits.desc(), col(LeadRow.id).desc())
    return [_lead(row) for row in (await tx.exec(query.limit(most))).all()]


async def in_shadow(tx: Transaction, source: str) -> list[Lead]:
    """What this source found in shadow and nobody was told of, oldest first."""
    query = select(LeadRow).where(LeadRow.shadow_source == source).order_by(col(LeadRow.id))
    return [_lead(row) for row in (await tx.exec(query)).all()]


async def leave_shadow(tx: Transaction, lead_id: int) -> None:
    """From now on it counts as any other."""
    statement = update(LeadRow).where(col(LeadRow.id) == lead_id)
    await tx.exec(statement.values(shadow_source="", version=LeadRow.version + 1))


async def alerted(tx: Transaction, case_id: int) -> int:
    """How many undecided leads of a case have an alert."""
    query = select(func.count()).where(*_undecided(case_id), col(LeadRow.alert_id).is_not(None))
    return int((await tx.exec(query)).one())


async def oldest_untold(tx: Transaction, case_id: int) -> int | None:
    """The undecided lead of a case that has waited longest for an alert."""
    query = select(LeadRow.id).where(*_undecided(case_id), col(LeadRow.alert_id).is_(None))
    return (await tx.exec(query.order_by(col(LeadRow.id)).limit(1))).first()


def _undecided(case_id: int) -> tuple[ColumnElement[bool], ...]:
    return (col(LeadRow.case_id) == case_id, col(LeadRow.state) == LeadState.NEW, _IS_TOLD)


async def name_alert(tx: Transaction, lead_id: int, alert_id: int | None) -> None:
    """Which alert tells of this lead."""
    await tx.exec(update(LeadRow).where(col(LeadRow.id) == lead_id).values(alert_id=alert_id))


async def settle(
    tx: Transaction, lead: Lead, state: LeadState, now: datetime, by: str = "", match_id: int = 0
) -> None:
    """Compare-and-set: what a named person said of it, or which match it became part of."""
    statement = (
        update(LeadRow)
        .where(col(LeadRow.id) == lead.id, col(LeadRow.version) == lead.version)
        .values(
            state=state,
            decided_by=by,
            decided_at=now,
            match_id=match_id or None,
            version=lead.version + 1,
        )
    )
    if (await tx.exec(statement.returning(col(LeadRow.id)))).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=f"lead {lead.id}")


async def link(tx: Transaction, safe: Safe, lead_id: int) -> str:
    """The address of the page; raises KeyErased when the case was erased."""
    row = await tx.get_one(LeadRow, lead_id)
    return safe.open(case_key(row.case_id), row.link)


async def review_facts(tx: Transaction, safe: Safe, lead_id: int) -> dict[str, Any]:
    """What the one who claimed a lead reads before deciding; the link is for their eyes only.

    `posted_at` is a moment, or none where the source doesn't tell.
    """
    lead = await find(tx, lead_id)
    return {
        "lead": lead.id,
        "link": await link(tx, safe, lead_id),
        "ways": list(lead.ways),
        "source": lead.source,
        "posted_at": lead.posted_at,
    }


def _lead(row: LeadRow) -> Lead:
    return Lead(
        id=row.id or 0,
        case_id=row.case_id,
        source=row.source,
        page_digest=row.page_digest,
        keyword_ids=tuple(row.keyword_ids),
        ways=tuple(row.ways),
        state=row.state,
        alert_id=row.alert_id,
        match_id=row.match_id,
        posted_at=row.posted_at,
        found_at=row.found_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        version=row.version,
    )
