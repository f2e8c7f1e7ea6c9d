"""Check-ins that come due, fall late and are missed: one engine for the chat and the telephone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from domain.access import SYSTEM, Action
from domain.checkins import (
    CHECKIN,
    Checkin,
    CheckinEvent,
    CheckinState,
    late_after,
    missed_after,
    next_due,
)
from domain.refusals import Reason, Refusal
from services import checkin_words
from services.callees import Callee, callee_of
from services.desk import Deed, Desk
from storage import checkins as table

_TO_PROMPT = frozenset({CheckinState.SCHEDULED, CheckinState.SNOOZED})
_TO_EXPIRE = frozenset({CheckinState.PROMPTED, CheckinState.LATE, CheckinState.REMINDED})

_Work = Callable[[Deed, Checkin, Callee], Awaitable[None]]


async def due_prompts(desk: Desk) -> list[int]:
    """The check-ins to be asked now."""
    return await _due(desk, _TO_PROMPT)


async def prompt_one(desk: Desk, checkin_id: int) -> None:
    """Ask, within the safe hours and as agreed; harmless if it isn't due any more."""
    await _one_due(desk, checkin_id, _TO_PROMPT, _prompt)


async def due_silences(desk: Desk) -> list[int]:
    """The check-ins whose answer is late, or missing."""
    return await _due(desk, _TO_EXPIRE)


async def expire_one(desk: Desk, checkin_id: int) -> None:
    """Remind who is late, page staff for who is missed; harmless if it isn't due any more."""
    await _one_due(desk, checkin_id, _TO_EXPIRE, _overdue)


async def prompt_due(desk: Desk) -> int:
    """Ask everybody whose time has come; how many rows were looked at."""
    found = await due_prompts(desk)
    for checkin_id in found:
        await prompt_one(desk, checkin_id)
    return len(found)


async def remind_and_expire(desk: Desk) -> int:
    """Deal with every overdue answer; how many rows were looked at."""
    found = await due_silences(desk)
    for checkin_id in found:
        await expire_one(desk, checkin_id)
    return len(found)


async def move(deed: Deed, checkin: Checkin, event: CheckinEvent, **values: object) -> Checkin:
    """One step of a check-in, kept and recorded; the check-in as it is then."""
    after = CHECKIN.move(checkin.state, event)
    await table.change(deed.tx, checkin, state=after, **values)
    await deed.record(f"checkin:{checkin.id}", event=event, state=after)
    found = await table.find(deed.tx, checkin.id)
    if found is None:
        raise Refusal(Reason.NO_SUCH_CHECKIN, number=checkin.id)
    return found


async def expire(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Silence, past the agreed time: missed, and staff are paged in the same transaction."""
    missed = await move(deed, checkin, CheckinEvent.EXPIRE, next_at=None)
    raised = await move(deed, missed, CheckinEvent.ALERT)
    await checkin_words.page_missed(deed, raised, callee)


async def schedule_next(deed: Deed, checkin: Checkin) -> None:
    """Put the plan's next check-in on the calendar; those that time has passed are skipped."""
    plan = await table.plan_of(deed.tx, checkin.case_id)
    if plan is not None and plan.is_active:
        await table.schedule(deed.tx, plan, next_due(plan, max(checkin.due_at, deed.now)))


async def _due(desk: Desk, states: frozenset[CheckinState]) -> list[int]:
    async with desk.look(SYSTEM, Action.PLAN_CHECKINS) as tx:
        return await table.due(tx, states, desk.clock.now())


async def _one_due(
    desk: Desk, checkin_id: int, states: frozenset[CheckinState], work: _Work
) -> None:
    async with desk.deed(SYSTEM, Action.PLAN_CHECKINS) as deed:
        checkin = await table.find(deed.tx, checkin_id)
        if checkin is None or checkin.state not in states:
            return
        if checkin.next_at is None or checkin.next_at > deed.now:
            return
        callee = await callee_of(deed, checkin.case_id)
        if callee.is_erased:
            await move(deed, checkin, CheckinEvent.DROP, next_at=None)
        else:
            await work(deed, checkin, callee)


async def _prompt(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    obstacle = callee.obstacle(deed.now)
    if obstacle:
        await _cannot_prompt(deed, checkin, callee, obstacle)
        return
    if callee.contact is not None and not callee.contact.is_open(deed.now):
        if checkin.state is CheckinState.SNOOZED:  # A rest period delays no alarm that counts.
            await expire(deed, checkin, callee)
            return
        await table.change(deed.tx, checkin, next_at=callee.contact.next_open(deed.now))
        return
    late = deed.now + late_after(deed.policy.checkins, callee.case.risk)
    prompted = await move(deed, checkin, CheckinEvent.PROMPT, prompted_at=deed.now, next_at=late)
    await checkin_words.prompt(deed, prompted, callee)
    await schedule_next(deed, prompted)


async def _cannot_prompt(deed: Deed, checkin: Checkin, callee: Callee, obstacle: str) -> None:
    """Not sent, and never silently so; one that was asked already counts as silence."""
    if checkin.state is CheckinState.SNOOZED:
        await expire(deed, checkin, callee)
        return
    await move(deed, checkin, CheckinEvent.DROP, next_at=None)
    await checkin_words.tell_withheld(deed, checkin, callee, obstacle)
    await schedule_next(deed, checkin)


async def _overdue(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    missed_at = (checkin.prompted_at or deed.now) + _missed_after(deed, callee)
    if deed.now >= missed_at:
        await expire(deed, checkin, callee)
        return
    late = checkin
    if checkin.state is CheckinState.PROMPTED:
        late = await move(deed, checkin, CheckinEvent.FALL_LATE, next_at=missed_at)
    may_remind = not callee.obstacle(deed.now) and callee.contact is not None
    if late.state is CheckinState.LATE and may_remind and _is_open(deed, callee):
        reminded = await move(deed, late, CheckinEvent.REMIND)
        await checkin_words.remind(deed, reminded, callee)


def _is_open(deed: Deed, callee: Callee) -> bool:
    return callee.contact is not None and callee.contact.is_open(deed.now)


def _missed_after(deed: Deed, callee: Callee) -> timedelta:
    return missed_after(deed.policy.checkins, callee.case.risk)
