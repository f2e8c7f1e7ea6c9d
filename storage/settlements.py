"""Queries that end a lease of a candidate: it was examined, waits for another look, or is given up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast
from sqlmodel import col, func, update

from domain import prints
from domain.fingerprints import Print
from domain.sightings import Candidate, CandidateState, Seen
from storage.candidates import HOUSE, CandidateRow, body_of
from storage.database import Transaction, bare
from storage.sealed import Safe, Seal


async def end_all(
    tx: Transaction, safe: Safe, seen: Sequence[Seen], now: datetime, recheck_at: datetime
) -> int:
    """These were examined; how many of them, without those whose lease this look doesn't hold.

    Their prints are kept for looking back, in their canonical form alone; where there is none, nothing
    is, nor an ETag, so that a recheck sees all of it. What was only glanced at bears the moment.
    """
    is_held = (
        col(CandidateRow.id) == bindparam("held_id"),
        col(CandidateRow.state) == CandidateState.LEASED,
        col(CandidateRow.attempts) == bindparam("held_attempt"),
        col(CandidateRow.source) == bindparam("held_source"),
    )
    values: dict[str, Any] = dict(
        state=CandidateState.EXAMINED,
        note="",
        lease_owner="",
        lease_until=None,
        examined_at=now,
        recheck_at=recheck_at,
        **{name: bindparam(f"new_{name}") for name in ("body", "hashes", "glanced_at")},
    )
    if tx.get_bind().dialect.name == "postgresql":
        values["settled_in"] = this_transaction()
    seal = safe.sealing(HOUSE)
    rows = [_ended(seal, each, now) for each in seen]
    result = await tx.exec(update(bare(CandidateRow)).where(*is_held).values(**values), params=rows)
    return int(result.rowcount)


def _ended(seal: Seal, seen: Seen, now: datetime) -> dict[str, Any]:
    candidate, print_ = seen.candidate, seen.print_
    # With its ETag the thorough look after a glance would find it unchanged.
    etag = "" if seen.is_glance else candidate.etag
    body = body_of(seal, candidate.media_url, candidate.page_url, etag)
    return {
        "held_id": candidate.id,
        "held_attempt": candidate.attempt,
        "held_source": candidate.source,
        "new_body": b"" if print_ is None else body,
        "new_hashes": None if print_ is None else sealed(seal, print_),
        "new_glanced_at": now if seen.is_glance else None,
    }


def this_transaction() -> Any:
    """PostgreSQL's number of the transaction under way, for a statement."""
    return cast(cast(func.pg_current_xact_id(), Text), BigInteger)


def sealed(seal: Seal, print_: Print) -> bytes:
    """A print as it is kept: in its canonical form alone, with the house's seal."""
    canonical = replace(print_, forms=(print_.pdq,))
    return seal.seal_bytes(prints.to_bytes(canonical))


async def try_again(tx: Transaction, candidate: Candidate, reason: str, at: datetime) -> bool:
    """This look failed; the next one is at this moment."""
    return await settle(
        tx, candidate, state=CandidateState.WAITING, next_try_at=at, note=reason[:40]
    )


async def give_back(tx: Transaction, candidate: Candidate, at: datetime) -> bool:
    """This look was broken off, and doesn't count; the next one is at this moment."""
    fewer = candidate.attempt - 1
    return await settle(tx, candidate, state=CandidateState.WAITING, next_try_at=at, attempts=fewer)


async def give_up(tx: Transaction, candidate: Candidate, reason: str) -> bool:
    """No further look; the note says why."""
    return await settle(tx, candidate, state=CandidateState.FAILED, note=reason[:40])


async def settle(
    tx: Transaction, candidate: Candidate, *also: ColumnElement[bool], **values: Any
) -> bool:
    """End a lease with these values; false where this look doesn't hold it, or `also` doesn't hold.

    Looks are told apart by their number and their source: what another source takes over is counted anew.
    """
    statement = (
        update(CandidateRow)
        .where(
            col(CandidateRow.id) == candidate.id,
            col(CandidateRow.state) == CandidateState.LEASED,
            col(CandidateRow.attempts) == candidate.attempt,
            col(CandidateRow.source) == candidate.source,
            *also,
        )
        .values(**values, lease_owner="", lease_until=None)
    )
    return (await tx.exec(statement.returning(col(CandidateRow.id)))).first() is not None
