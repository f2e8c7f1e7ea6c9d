"""Table and queries of matches: which fingerprint was seen where, how sure, and what a person said."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, select, update

from domain.matches import Finding, Match, MatchState
from domain.refusals import Reason, Refusal
from domain.sightings import Seen
from domain.verdicts import KeptVerdict, Tier, Way, kept
from storage.columns import enum_field, json_field, sealed_field
from storage.database import Transaction, insert_once
from storage.sealed import Safe, case_key
from storage.sightings import SightingRow


class MatchRow(SQLModel, table=True):
    """One fingerprint in one piece of media of a page. Sealed with the case's key: `link`, and
    `picture`, the print of what was seen there. `is_held`: a flood kept its alert back;
    `silenced`: how many later candidates it, a false alarm, made no news of; `shadow_source`: the
    source that found it in shadow mode, so that nobody was told.
    """

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("fingerprint_id", "sighting_id", "candidate_id"),
        Index("ix_match_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    fingerprint_id: int = Field(foreign_key="fingerprint.id")
    sighting_id: int = Field(foreign_key="sighting.id")
    candidate_id: int | None = None
    tier: Tier = enum_field(Tier)
    way: Way = enum_field(Way)
    distance: int
    form: int
    quality: int
    details: dict[str, Any] = json_field(default_factory=dict)
    state: MatchState = enum_field(MatchState, default=MatchState.FOUND)
    link: bytes = sealed_field()
    picture: bytes | None = sealed_field(nullable=True, default=None)
    alert_id: int | None = None
    found_at: datetime
    decided_by: str = Field(default="", max_length=40)
    decided_at: datetime | None = None
    is_held: bool = False
    silenced: int = 0
    shadow_source: str = Field(default="", max_length=60)
    version: int = 1


async def add(
    tx: Transaction,
    safe: Safe,
    sighting_id: int,
    seen: Seen,
    finding: Finding,
    now: datetime,
    shadow_source: str = "",
) -> int | None:
    """Write a match; its id, or none where one of this fingerprint on this page covers it.

    The fingerprint must be held (`storage.floods.hold`), so that two don't cover each other.
    """
    verdict, key = kept(finding.verdict), case_key(finding.case_id)
    if not shadow_source:
        lifted = await _lift_shadow(tx, sighting_id, seen, finding)
        if lifted is not None:
            return lifted
    if await _is_covered(tx, sighting_id, seen, finding, bool(shadow_source)):
        return None
    row = {
        "case_id": finding.case_id,
        "fingerprint_id": finding.fingerprint_id,
        "sighting_id": sighting_id,
        "candidate_id": seen.candidate.id,
        "tier": verdict.tier,
        "way": verdict.way,
        "distance": verdict.distance,
        "form": verdict.form,
        "quality": verdict.quality,
        "details": verdict.details,
        "state": MatchState.FOUND,
        "link": safe.seal(key, seen.candidate.page_url),
        "picture": safe.seal_bytes(key, seen.glimpse.to_bytes()) if seen.glimpse else None,
        "found_at": now,
        "decided_by": "",
        "is_held": False,
        "silenced": 0,
        "shadow_source": shadow_source,
        "version": 1,
    }
    if not await insert_once(tx, MatchRow, row):
        return None
    of_page = _of_page(finding.fingerprint_id, sighting_id)
    query = select(MatchRow.id).where(*of_page, MatchRow.candidate_id == seen.candidate.id)
    return (await tx.exec(query)).one()


async def _lift_shadow(
    tx: Transaction, sighting_id: int, seen: Seen, finding: Finding
) -> int | None:
    """The same media was found in shadow before: from now on that match counts; its id."""
    statement = (
        update(MatchRow)
        .where(
            *_of_page(finding.fingerprint_id, sighting_id),
            col(MatchRow.candidate_id) == seen.candidate.id,
            col(MatchRow.shadow_source) != "",
        )
        .values(shadow_source="", version=MatchRow.version + 1)
    )
    return (await tx.exec(statement.returning(col(MatchRow.id)))).scalars().first()


async def _is_covered(
    tx: Transaction, sighting_id: int, seen: Seen, finding: Finding, is_shadow: bool
) -> bool:
    """Whether this page needs no further match of this fingerprint: the same media was judged, or
    one as sure waits, or a person confirmed one. A false alarm covers no other media, and what was
    found in shadow covers only what is.
    """
    query = select(MatchRow.state, MatchRow.tier, MatchRow.candidate_id)
    query = query.where(*_of_page(finding.fingerprint_id, sighting_id))
    if not is_shadow:
        query = query.where(MatchRow.shadow_source == "")
    known = (await tx.exec(query)).all()
    return any(
        candidate_id in (seen.candidate.id, None)
        or state is MatchState.CONFIRMED
        or (state is not MatchState.DISMISSED and tier <= finding.verdict.tier)
        for state, tier, candidate_id in known
    )


def _of_page(fingerprint_id: int, sighting_id: int) -> tuple[Any, ...]:
    return (
        col(MatchRow.fingerprint_id) == fingerprint_id,
        col(MatchRow.sighting_id) == sighting_id,
    )


async def name_alert(
    tx: Transaction, match_id: int, alert_id: int | None, is_held: bool = False
) -> None:
    """Which alert tells of this match; `is_held`: one that tells of a flood, not of it alone."""
    statement = update(MatchRow).where(col(MatchRow.id) == match_id)
    await tx.exec(statement.values(alert_id=alert_id, is_held=is_held))


async def find(tx: Transaction, match_id: int) -> Match:
    """One match; refuses where there is none."""
    query = _joined().where(MatchRow.id == match_id)
    found = (await tx.exec(query)).first()
    if found is None:
        raise Refusal(Reason.NO_SUCH_MATCH, number=match_id)
    return _match(*found)


async def newest(tx: Transaction, most: int, fingerprint_id: int = 0) -> list[Match]:
    """The newest matches, of one fingerprint if it is named, those that wait for a person first."""
    undecided = col(MatchRow.state).in_((MatchState.FOUND, MatchState.SECOND_LOOK))
    query = _joined().order_by(undecided.desc(), col(MatchRow.id).desc()).limit(most)
    query = query.where(MatchRow.shadow_source == "")
    if fingerprint_id:
        query = query.where(MatchRow.fingerprint_id == fingerprint_id)
    return [_match(*found) for found in (await tx.exec(query)).all()]


async def in_shadow(tx: Transaction, source: str) -> list[Match]:
    """What this source found in shadow and nobody was told of, oldest first."""
    query = _joined().where(MatchRow.shadow_source == source)
    found = (await tx.exec(query.order_by(col(MatchRow.id)))).all()
    return [_match(*each) for each in found]


async def leave_shadow(tx: Transaction, match_id: int) -> None:
    """From now on this match counts like any other."""
    statement = update(MatchRow).where(col(MatchRow.id) == match_id)
    await tx.exec(statement.values(shadow_source="", version=MatchRow.version + 1))


async def decide(tx: Transaction, match: Match, state: MatchState, by: str, now: datetime) -> None:
    """Compare-and-set: what a named person said of it, and who."""
    statement = (
        update(MatchRow)
        .where(col(MatchRow.id) == match.id, col(MatchRow.version) == match.version)
        .values(state=state, decided_by=by, decided_at=now, version=match.version + 1)
    )
    if (await tx.exec(statement.returning(col(MatchRow.id)))).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=f"match {match.id}")


async def link(tx: Transaction, safe: Safe, match_id: int) -> str:
    """The address of the page; raises KeyErased when the case was erased."""
    row = await tx.get_one(MatchRow, match_id)
    return safe.open(case_key(row.case_id), row.link)


async def review_facts(tx: Transaction, safe: Safe, match_id: int) -> dict[str, Any]:
    """What the one who claimed a match reads before deciding; the link is for their eyes only.

    `posted_at` is a moment, or none where the source doesn't tell.
    """
    match = await find(tx, match_id)
    return {
        "match": match.id,
        "link": await link(tx, safe, match_id),
        **match.verdict.facts(),
        "source": match.source,
        "posted_at": match.posted_at,
    }


def _joined() -> Any:
    return select(MatchRow, SightingRow).join(
        SightingRow, col(SightingRow.id) == col(MatchRow.sighting_id)
    )


def _match(row: MatchRow, sighting: SightingRow) -> Match:
    return Match(
        id=row.id or 0,
        case_id=row.case_id,
        fingerprint_id=row.fingerprint_id,
        source=sighting.source,
        verdict=KeptVerdict(row.tier, row.way, row.distance, row.form, row.quality, row.details),
        state=row.state,
        alert_id=row.alert_id,
        posted_at=sighting.posted_at,
        found_at=row.found_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        version=row.version,
        is_held=row.is_held,
        silenced=row.silenced,
    )
