"""Letting things leave: what is due is claimed, and how each attempt ended is written down."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from domain.access import SYSTEM, Action, Role
from domain.cases import CaseState
from domain.outbox import (
    DeliveryState,
    Draft,
    Operation,
    Outcome,
    Parcel,
    Result,
    Route,
    has_next_road,
    may_be_busy,
    next_wait,
    state_after,
)
from services import copies, removals, wipes
from services.desk import Deed, Desk
from storage import cases as case_table
from storage import outbox as outbox_table
from storage import people as people_table

LEASE = timedelta(seconds=30)
MOST_AT_ONCE = 20


async def claim_parcels(
    desk: Desk, route: Route, flying: Collection[int] = (), most: int = MOST_AT_ONCE
) -> list[Parcel]:
    """Lease what is due on a route, but nothing that this process has in its hands already.

    `flying` names those rows: where the practice clock runs fast a lease ends before its sending.
    """
    now = desk.clock.now()
    async with desk.database.reading() as tx:
        if not await outbox_table.is_due(tx, route, now, flying):
            return []
    async with desk.database.transaction() as tx:
        return await outbox_table.claim(tx, desk.safe, route, now, LEASE, most=most, besides=flying)


async def is_waiting(desk: Desk, route: Route) -> bool:
    """Whether anything on this route has yet to leave, due or not."""
    async with desk.database.reading() as tx:
        return await outbox_table.is_waiting(tx, route)


async def free_leases(desk: Desk) -> int:
    """At the start of the only process: what its forerunner had in its hands is due again. How many."""
    async with desk.database.transaction() as tx:
        return await outbox_table.free_leases(tx)


async def settle(desk: Desk, parcel: Parcel, outcome: Outcome) -> None:
    """Write down how an attempt ended, and take the next road where this one is closed."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        if await _is_erased(deed, parcel.draft.case_id):
            await _settle_erased(deed, parcel, outcome)
            return
        if _is_busy(parcel, outcome, deed.now):
            at = deed.now + (outcome.after or timedelta())
            await outbox_table.settle_untried(deed.tx, parcel, at, outcome.error)
            return
        state = state_after(parcel, outcome)
        if parcel.draft.is_urgent or state not in (DeliveryState.SENT, DeliveryState.WAITING):
            await _record(deed, parcel, state, outcome)
        if state is DeliveryState.WAITING:
            wait = next_wait(parcel.draft, parcel.attempt, outcome.after)
            await outbox_table.settle_later(deed.tx, parcel, deed.now + wait, outcome.error)
            return
        await outbox_table.settle(deed.tx, deed.safe, parcel, state, outcome, deed.now)
        if state is not DeliveryState.SENT:
            await _take_next_road(deed, parcel.draft)


def _is_busy(parcel: Parcel, outcome: Outcome, now: datetime) -> bool:
    """Whether it waits for its turn, at the moment it was given, and has lost no try by that."""
    age = now - (parcel.written_at or now)
    return outcome.result is Result.BUSY and may_be_busy(parcel.draft, age)


async def _is_erased(deed: Deed, case_id: int | None) -> bool:
    """Whether a case is erased: by its state, whose key goes a moment later, or by its key."""
    if case_id is None:
        return False
    case = await case_table.find(deed.tx, case_id)
    is_erased = case is not None and case.state is CaseState.ERASED
    return is_erased or deed.safe.is_case_erased(case_id)


async def _settle_erased(deed: Deed, parcel: Parcel, outcome: Outcome) -> None:
    """What was in the air when its case was erased: never tried again, and taken back if it arrived.

    Nothing more is sealed for the case: where it lies is known to the wipe alone.
    """
    is_sent = outcome.result is Result.SENT
    state = DeliveryState.SENT if is_sent else DeliveryState.GIVEN_UP
    await _record(deed, parcel, state, outcome)
    bare = replace(outcome, reference="", error="erased")
    await outbox_table.settle(deed.tx, deed.safe, parcel, state, bare, deed.now)
    if is_sent:
        await wipes.take_back_late(deed, parcel.draft, outcome)
        await removals.remove_late(deed, parcel.draft, outcome)
    else:
        await _take_next_road(deed, replace(parcel.draft, case_id=None))


async def _record(deed: Deed, parcel: Parcel, state: DeliveryState, outcome: Outcome) -> None:
    await deed.record(
        f"outbox:{parcel.id}",
        kind=parcel.draft.kind,
        attempt=parcel.attempt,
        state=state,
        error=outcome.error[:80],
    )


async def _take_next_road(deed: Deed, draft: Draft) -> None:
    """A page that can't reach its person goes to the alert channel, naming them; one that can't
    reach the channel goes to every supervisor; a file that can't be removed is told of, and a phone
    on which an erased case left something."""
    if draft.operation is Operation.DELETE_FILE:
        await _tell_of_file(deed, draft)
    elif draft.operation is Operation.WIPE and "erasure" in draft.facts:
        await _tell_of_phone(deed, draft)
    elif has_next_road(draft):
        for address in await _next_addresses(deed, draft):
            await deed.send(
                replace(
                    draft,
                    kind="alert_undelivered",
                    address=address,
                    dedup_key=f"{draft.dedup_key}:next:{address}",
                    facts=draft.facts | {"is_next_road": True, "person": draft.address},
                    order_key=f"next:{draft.dedup_key}:{address}",
                    target="",
                    thread="",
                )
            )


async def _next_addresses(deed: Deed, draft: Draft) -> list[str]:
    channel = deed.desk.places.alerts
    if draft.address != channel:
        return [channel]
    return await people_table.with_role(deed.tx, Role.SUPERVISOR)


async def _tell_of_phone(deed: Deed, wipe: Draft) -> None:
    """Whoever erased the case hears once, without its number, that its phone couldn't be wiped."""
    person = str(wipe.facts["user"])
    people = [person] if person else await people_table.with_role(deed.tx, Role.SUPERVISOR)
    for person in people:
        await deed.send(
            Draft(
                route=Route.SLACK,
                operation=Operation.POST,
                kind="phone_not_wiped",
                address=person,
                dedup_key=f"not-wiped:{wipe.facts['erasure']}:{person}",
                facts={"at": wipe.facts["at"]},
                language=await copies.language_of(deed, person),
            )
        )


async def _tell_of_file(deed: Deed, draft: Draft) -> None:
    """The officer who put the file there hears plainly that it is there still."""
    person = str(draft.facts.get("user", ""))
    if person:
        await deed.send(
            replace(
                draft,
                operation=Operation.POST,
                kind="file_still_there",
                address=person,
                dedup_key=f"{draft.dedup_key}:told",
                order_key="",
                target="",
            )
        )
