"""Who is on call: the rota, its changes, and whom a rung reaches now."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.access import Action, Actor, Role
from domain.people import DUTY_RUNGS, Rota, Rung, Shift
from domain.refusals import Reason, Refusal
from services.desk import Deed, Desk
from storage import people as people_table
from storage.database import Transaction

SHOWN_AHEAD = timedelta(days=14)
USUAL_SHIFT = timedelta(days=7)


async def on_call_now(tx: Transaction, rung: Rung, now: datetime) -> list[str]:
    """The Slack ids of everybody on this rung at this moment; maybe nobody."""
    if rung is Rung.EVERYONE:
        return await people_table.everyone(tx)
    if rung is Rung.OUTSIDE:
        return await people_table.with_role(tx, Role.SUPERVISOR)
    shifts = await people_table.shifts_between(tx, now, now + timedelta(microseconds=1))
    on_duty = {shift.person for shift in shifts if shift.rung == rung}
    return sorted(on_duty & set(await people_table.everyone(tx)))


async def set_shift(
    desk: Desk,
    actor: Actor,
    person: str,
    rung: Rung = Rung.ON_CALL,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Shift:
    """Put somebody on the rota: from now for a week, if nothing else is said."""
    async with desk.deed(actor, Action.SET_ROTA) as deed:
        start = starts_at or deed.now
        end = ends_at or start + USUAL_SHIFT
        if end <= start:
            raise Refusal(Reason.SHIFT_BACKWARDS)
        await _require_staff(deed, person)
        await _require_free(deed, person, rung, start, end)
        shift = await people_table.add_shift(deed.tx, person, rung, start, end)
        await deed.record(f"shift:{shift.id}", person=person, rung=int(rung))
        await deed.answer("shift_set", **_facts(deed, shift))
    return shift


async def hand_over(desk: Desk, actor: Actor, shift_id: int, person: str) -> Shift:
    """Give a duty to somebody else; one's own, or anyone's for who sets the rota."""
    async with desk.deed(actor, Action.SWAP_SHIFT) as deed:
        await _require_staff(deed, person)
        before = await _shift(deed, shift_id)
        _require_own(actor, before)
        await _require_free(deed, person, before.rung, before.starts_at, before.ends_at)
        after = await _give(deed, before, person)
        await deed.answer("shift_given", **_facts(deed, after))
    return after


async def swap_shifts(desk: Desk, actor: Actor, first_id: int, second_id: int) -> None:
    """Exchange the people of two duties; one of them one's own, unless one sets the rota."""
    async with desk.deed(actor, Action.SWAP_SHIFT) as deed:
        first, second = await _shift(deed, first_id), await _shift(deed, second_id)
        _require_own(actor, first, second)
        await deed.answer(
            "shifts_swapped",
            first=_facts(deed, await _give(deed, first, second.person)),
            second=_facts(deed, await _give(deed, second, first.person)),
        )


async def show_rota(desk: Desk, actor: Actor) -> Rota:
    """Who is on call now, and the duties of the next two weeks."""
    async with desk.look(actor, Action.READ_ROTA) as tx:
        now = desk.clock.now()
        on_call = {rung: tuple(await on_call_now(tx, rung, now)) for rung in DUTY_RUNGS}
        shifts = await people_table.shifts_between(tx, now, now + SHOWN_AHEAD)
    return Rota(on_call, tuple(shifts))


async def _require_staff(deed: Deed, person: str) -> None:
    found = await people_table.find(deed.tx, person)
    if found is None or not found.roles:
        raise Refusal(Reason.UNKNOWN_PERSON, person=person)


async def _require_free(
    deed: Deed, person: str, rung: Rung, start: datetime, end: datetime
) -> None:
    """Nobody is twice on the same rung at the same time."""
    for shift in await people_table.shifts_between(deed.tx, start, end):
        if shift.person == person and shift.rung == rung:
            hours = deed.policy.hours
            taken = {
                "from_at": hours.wall_time(shift.starts_at),
                "to_at": hours.wall_time(shift.ends_at),
            }
            raise Refusal(Reason.SHIFT_OVERLAPS, person=person, **taken)


def _require_own(actor: Actor, *shifts: Shift) -> None:
    if not actor.may(Action.SET_ROTA) and actor.id not in {shift.person for shift in shifts}:
        raise Refusal(Reason.NOT_YOUR_SHIFT)


async def _shift(deed: Deed, shift_id: int) -> Shift:
    shift = await people_table.find_shift(deed.tx, shift_id)
    if shift is None or shift.ends_at <= deed.now:
        raise Refusal(Reason.NO_SUCH_SHIFT, number=shift_id)
    return shift


async def _give(deed: Deed, shift: Shift, person: str) -> Shift:
    after = replace(shift, person=person)
    await people_table.change_shift(deed.tx, after)
    await deed.record(f"shift:{shift.id}", given_by=shift.person, person=person)
    return after


def _facts(deed: Deed, shift: Shift) -> dict[str, str | int]:
    hours = deed.policy.hours
    return {
        "shift": shift.id,
        "person": shift.person,
        "rung": int(shift.rung),
        "starts": hours.wall_time(shift.starts_at),
        "ends": hours.wall_time(shift.ends_at),
    }
