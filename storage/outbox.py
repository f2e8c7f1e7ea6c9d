"""Table and queries of the outbox: everything that leaves, written in the transaction that caused it."""

import secrets
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Field, Index, SQLModel, col, exists, or_, select, update

from domain.outbox import DeliveryState, Draft, Operation, Outcome, Parcel, Route
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key, day_key

_UNFINISHED = (DeliveryState.WAITING, DeliveryState.LEASED)


class OutboxRow(SQLModel, table=True):
    """One thing to send. `body` holds address, facts and language, sealed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "next_try_at"),
        Index("ix_outbox_order", "order_key", "state", "id"),
        Index("ix_outbox_target", "target", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True, max_length=200)
    opaque_id: str = Field(unique=True, max_length=40)
    route: Route = enum_field(Route)
    operation: Operation = enum_field(Operation)
    kind: str = Field(max_length=60)
    order_key: str = Field(max_length=120)
    target: str = Field(default="", max_length=200)
    case_id: int | None = Field(default=None, index=True)
    key_id: str = Field(max_length=60)
    body: bytes = sealed_field()
    state: DeliveryState = enum_field(DeliveryState, default=DeliveryState.WAITING)
    attempts: int = 0
    lease_until: datetime | None = None
    next_try_at: datetime
    reference: bytes | None = sealed_field(nullable=True, default=None)
    reference_digest: str = Field(default="", max_length=64, index=True)
    error: str = Field(default="", max_length=200)
    created_at: datetime
    settled_at: datetime | None = None


async def enqueue(tx: Transaction, safe: Safe, draft: Draft, now: datetime) -> bool:
    """Write one row; false where a row of this dedup key was there already."""
    key_id = case_key(draft.case_id) if draft.case_id is not None else day_key(now.date())
    if draft.operation is Operation.EDIT:
        await _supersede(tx, draft.target, now)
    return await insert_once(tx, OutboxRow, _values(draft, safe, key_id, now))


def _values(draft: Draft, safe: Safe, key_id: str, now: datetime) -> dict[str, Any]:
    body = asdict(draft)
    return {
        "dedup_key": draft.dedup_key,
        "opaque_id": secrets.token_hex(16),
        "route": draft.route,
        "operation": draft.operation,
        "kind": draft.kind,
        "order_key": safe.digest("order", f"{draft.route}:{draft.order_key or draft.address}"),
        "target": draft.target,
        "case_id": draft.case_id,
        "key_id": key_id,
        "body": safe.seal_json(key_id, body),
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "error": "",
        "reference_digest": "",
        "created_at": now,
    }


async def _supersede(tx: Transaction, target: str, now: datetime) -> None:
    """Edits of one message coalesce: those still waiting will never be seen."""
    await tx.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.target) == target,
            col(OutboxRow.operation) == Operation.EDIT,
            col(OutboxRow.state) == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.SUPERSEDED, settled_at=now)
    )


def _due(route: Route, now: datetime, besides: Collection[int]) -> Any:
    """What may leave now on a route: of each order key the oldest unfinished row, if its time has come."""
    earlier = aliased(OutboxRow)
    waits_for_earlier = exists().where(
        col(earlier.order_key) == col(OutboxRow.order_key),
        col(earlier.state).in_(_UNFINISHED),
        col(earlier.id) < col(OutboxRow.id),
    )
    return (
        select(OutboxRow)
        .where(
            OutboxRow.route == route,
            col(OutboxRow.id).not_in(besides),
            or_(
                (col(OutboxRow.state) == DeliveryState.WAITING)
                & (col(OutboxRow.next_try_at) <= now),
                (col(OutboxRow.state) == DeliveryState.LEASED)
                & (col(OutboxRow.lease_until) <= now),
            ),
            ~waits_for_earlier,
        )
        .order_by(col(OutboxRow.id))
    )


async def is_due(
    tx: Transaction, route: Route, now: datetime, besides: Collection[int] = ()
) -> bool:
    """Whether anything may leave now, but for the rows named by `besides`."""
    return (await tx.exec(_due(route, now, besides).limit(1))).first() is not None


async def claim(
    tx: Transaction,
    safe: Safe,
    route: Route,
    now: datetime,
    lease: timedelta,
    most: int,
    besides: Collection[int] = (),
) -> list[Parcel]:
    """Lease what is due on a route, expired leases too, but for the rows named by `besides`."""
    query = _due(route, now, besides).limit(most).with_for_update(skip_locked=True)
    parcels = [await _lease(tx, safe, row, now + lease) for row in (await tx.exec(query)).all()]
    return [parcel for parcel in parcels if parcel is not None]


async def _lease(tx: Transaction, safe: Safe, row: OutboxRow, until: datetime) -> Parcel | None:
    tx.add(row)
    try:
        draft = _draft(row, safe)
    except KeyErased:  # The case was erased: nobody can read this any more, and nobody should.
        row.state, row.error = DeliveryState.GIVEN_UP, "erased"
        return None
    row.state = DeliveryState.LEASED
    row.lease_until = until
    row.attempts += 1
    return Parcel(
        id=row.id or 0,
        opaque_id=row.opaque_id,
        draft=draft,
        attempt=row.attempts,
        is_retry=row.attempts > 1,
        reference=draft.lies_at or await reference_of(tx, safe, draft.target),
        thread_reference=await reference_of(tx, safe, draft.thread),
        written_at=row.created_at,
    )


async def free_leases(tx: Transaction) -> int:
    """Make every leased row wait again, due as it was; only where no process sends. How many.

    Of its attempts one is left, which may have arrived: that a process died is no failure of Slack's,
    and whoever dies often must not give up sooner.
    """
    change = update(OutboxRow).where(col(OutboxRow.state) == DeliveryState.LEASED)
    freed = await tx.exec(change.values(state=DeliveryState.WAITING, lease_until=None, attempts=1))
    return freed.rowcount


async def reference_of(tx: Transaction, safe: Safe, dedup_key: str) -> str:
    """The external reference under which a row was delivered; empty if it wasn't, or nobody knows any more."""
    if not dedup_key:
        return ""
    query = select(OutboxRow).where(OutboxRow.dedup_key == dedup_key)
    row = (await tx.exec(query)).first()
    if row is None or row.reference is None:
        return ""
    try:
        return safe.open(row.key_id, row.reference)
    except KeyErased:
        return ""


def _draft(row: OutboxRow, safe: Safe) -> Draft:
    body = safe.open_json(row.key_id, row.body)
    body["route"] = Route(body["route"])
    body["operation"] = Operation(body["operation"])
    return Draft(**body)


async def settle(
    tx: Transaction,
    safe: Safe,
    parcel: Parcel,
    state: DeliveryState,
    outcome: Outcome,
    now: datetime,
) -> None:
    """The end of a row: sent (its reference is kept), refused by the other side, or given up."""
    row = await tx.get_one(OutboxRow, parcel.id)
    row.state = state
    row.settled_at = now
    row.lease_until = None
    row.error = outcome.error[:200]
    if outcome.reference:
        row.reference = safe.seal(row.key_id, outcome.reference)
        row.reference_digest = safe.digest("reference", outcome.reference)
    tx.add(row)


async def settle_later(tx: Transaction, parcel: Parcel, at: datetime, error: str) -> None:
    """Not now: try again at this moment."""
    row = await tx.get_one(OutboxRow, parcel.id)
    row.state = DeliveryState.WAITING
    row.lease_until = None
    row.next_try_at = at
    row.error = error[:200]
    tx.add(row)


async def settle_untried(tx: Transaction, parcel: Parcel, at: datetime, error: str) -> None:
    """Its turn is at this moment; this was no try."""
    await settle_later(tx, parcel, at, error)
    row = await tx.get_one(OutboxRow, parcel.id)
    row.attempts = max(0, row.attempts - 1)
    tx.add(row)


async def is_waiting(tx: Transaction, route: Route) -> bool:
    """Whether anything on this route has yet to leave."""
    query = select(OutboxRow.id).where(
        OutboxRow.route == route, col(OutboxRow.state).in_(_UNFINISHED)
    )
    return (await tx.exec(query.limit(1))).first() is not None


async def dedup_key_at(tx: Transaction, safe: Safe, reference: str) -> str:
    """The dedup key of the message that lies at this reference; empty if it isn't one of ours."""
    digest = safe.digest("reference", reference)
    query = select(OutboxRow.dedup_key).where(OutboxRow.reference_digest == digest)
    return (await tx.exec(query.order_by(col(OutboxRow.id)).limit(1))).first() or ""


async def delivered_to(
    tx: Transaction, safe: Safe, route: Route, order_key: str, since: datetime
) -> list[str]:
    """The dedup keys of what was posted under an order key since then, oldest first."""
    query = (
        select(OutboxRow.dedup_key)
        .where(
            OutboxRow.order_key == safe.digest("order", f"{route}:{order_key}"),
            OutboxRow.operation == Operation.POST,
            OutboxRow.state == DeliveryState.SENT,
            col(OutboxRow.settled_at) >= since,
        )
        .order_by(col(OutboxRow.id))
    )
    return list((await tx.exec(query)).all())


async def to_take_back(
    tx: Transaction, safe: Safe, route: Route, before: datetime, most: int
) -> list[Draft]:
    """Messages delivered before this moment that nobody has asked to delete yet, oldest first."""
    deletion = aliased(OutboxRow)
    is_asked = exists().where(
        col(deletion.target) == col(OutboxRow.dedup_key),
        col(deletion.operation) == Operation.DELETE,
    )
    query = (
        select(OutboxRow)
        .where(
            OutboxRow.route == route,
            OutboxRow.operation == Operation.POST,
            OutboxRow.state == DeliveryState.SENT,
            col(OutboxRow.settled_at) < before,
            col(OutboxRow.reference).is_not(None),
            ~is_asked,
        )
        .order_by(col(OutboxRow.id))
        .limit(most)
    )
    found = [_readable(row, safe) for row in (await tx.exec(query)).all()]
    return [draft for draft in found if draft is not None]


def _readable(row: OutboxRow, safe: Safe) -> Draft | None:
    """The draft; of an erased case nobody knows any more where the message lies, so it is let go."""
    try:
        return _draft(row, safe)
    except KeyErased:
        row.reference = None
        return None
