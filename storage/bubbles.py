"""Queries of the outbox about what lies on a phone, what is on its way there, and what mustn't leave."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, or_, select, update

from domain.outbox import DeliveryState, Operation, Route
from storage.database import Transaction
from storage.keys import KeyErased
from storage.outbox import OutboxRow
from storage.sealed import Safe


async def references(
    tx: Transaction, safe: Safe, case_id: int, lanes: Collection[str], since: datetime
) -> list[str]:
    """Where the messages lie that a case, or nobody's case, posted in these lanes since then."""
    query = select(OutboxRow).where(
        col(OutboxRow.order_key).in_(_order_keys(safe, lanes)),
        or_(col(OutboxRow.case_id) == case_id, col(OutboxRow.case_id).is_(None)),
        OutboxRow.operation == Operation.POST,
        OutboxRow.state == DeliveryState.SENT,
        col(OutboxRow.settled_at) >= since,
        col(OutboxRow.reference).is_not(None),
    )
    found = [_reference(safe, row) for row in (await tx.exec(query)).all()]
    return [reference for reference in found if reference]


async def posts(tx: Transaction, safe: Safe, case_id: int, route: Route) -> list[tuple[str, str]]:
    """Kind and place of every message that a case has on a route."""
    query = select(OutboxRow).where(
        OutboxRow.case_id == case_id,
        OutboxRow.route == route,
        OutboxRow.operation == Operation.POST,
        OutboxRow.state == DeliveryState.SENT,
        col(OutboxRow.reference).is_not(None),
    )
    found = [(row.kind, _reference(safe, row)) for row in (await tx.exec(query)).all()]
    return [(kind, reference) for kind, reference in found if reference]


async def call_off(tx: Transaction, case_id: int, now: datetime) -> None:
    """Nothing of this case that still waits will ever leave."""
    await tx.exec(
        update(OutboxRow)
        .where(col(OutboxRow.case_id) == case_id, col(OutboxRow.state) == DeliveryState.WAITING)
        .values(state=DeliveryState.GIVEN_UP, error="erased", settled_at=now)
        .execution_options(synchronize_session=False)
    )


async def lanes_in_the_air(
    tx: Transaction, safe: Safe, case_id: int, lanes: Collection[str]
) -> list[str]:
    """Those of these lanes in which a message of the case is in a sender's hands."""
    query = select(OutboxRow.order_key).where(
        OutboxRow.case_id == case_id,
        OutboxRow.operation == Operation.POST,
        OutboxRow.state == DeliveryState.LEASED,
    )
    flying = set((await tx.exec(query)).all())
    return [lane for lane in lanes if _order_keys(safe, [lane])[0] in flying]


def _order_keys(safe: Safe, lanes: Collection[str]) -> list[str]:
    return [safe.digest("order", f"{Route.TELEGRAM}:{lane}") for lane in lanes]


def _reference(safe: Safe, row: OutboxRow) -> str:
    try:
        return safe.open(row.key_id, row.reference) if row.reference is not None else ""
    except KeyErased:
        return ""
