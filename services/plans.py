"""Plans of check-ins: made with the person, paused, shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.access import Action, Actor
from domain.cases import Case, number_from, require_kept
from domain.checkins import Checkin, CheckinState, Plan, checked_times, next_due
from domain.consents import ConsentPart, require_part
from domain.contacts import SafeContact, require_current
from domain.refusals import Reason, Refusal
from domain.walltime import zone_named
from services.desk import Deed, Desk
from storage import cases, consents, contacts
from storage import checkins as table

_SHOWN = 5


@dataclass(frozen=True)
class CheckinView:
    """A case's plan, what is agreed, when it asks next, and how the last check-ins ended."""

    case: Case
    plan: Plan
    contact: SafeContact | None
    next_at: datetime | None
    last: tuple[Checkin, ...]


async def plan(
    desk: Desk,
    actor: Actor,
    word: str,
    times: Sequence[time],
    days: frozenset[int],
    zone: str = "",
) -> Plan:
    """Ask at these wall times on these days (0 is Monday), from now on, in place of what was planned."""
    async with desk.deed(actor, Action.PLAN_CHECKINS) as deed:
        case = await _ready_case(deed, word)
        name = zone or deed.policy.hours.zone
        zone_named(name)
        made = await table.save_plan(deed.tx, Plan(0, case.id, checked_times(times), days, name))
        first = await _reschedule(deed, made)
        await deed.record(
            f"case:{case.id}", number=case.number, event="planned", times=len(made.times)
        )
        await deed.answer("checkin_planned", number=case.number, **_facts(made, first))
    return made


async def pause(desk: Desk, actor: Actor, word: str, hours: int) -> Plan:
    """Ask nothing for this many hours; what was asked already still counts. 0 hours: go on now."""
    async with desk.deed(actor, Action.PLAN_CHECKINS) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        require_kept(case)
        found = await _plan_of(deed, case)
        until = deed.now + timedelta(hours=hours) if hours > 0 else None
        paused = Plan(found.id, case.id, found.times, found.days, found.zone, True, until)
        made = await table.save_plan(deed.tx, paused)
        first = await _reschedule(deed, made)
        await deed.record(f"case:{case.id}", number=case.number, event="paused", hours=hours)
        await deed.answer("checkin_planned", number=case.number, **_facts(made, first))
    return made


async def stop(desk: Desk, actor: Actor, word: str) -> None:
    """End a plan; what was asked already still counts."""
    async with desk.deed(actor, Action.PLAN_CHECKINS) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        found = await _plan_of(deed, case)
        ended = Plan(found.id, case.id, found.times, found.days, found.zone, is_active=False)
        await table.save_plan(deed.tx, ended)
        await table.forget_scheduled(deed.tx, found.id)
        await deed.record(f"case:{case.id}", number=case.number, event="plan_ended")
        await deed.answer("checkin_plan_ended", number=case.number)


async def list_checkins(desk: Desk, actor: Actor) -> list[CheckinView]:
    """Every plan in force."""
    async with desk.look(actor, Action.READ_CHECKINS) as tx:
        views = []
        for found in await table.plans(tx):
            case = await cases.find(tx, found.case_id)
            if case is None:
                continue
            asked = await table.in_states(tx, case.id, frozenset(CheckinState))
            coming = [c.next_at for c in asked if c.state is CheckinState.SCHEDULED]
            past = [c for c in asked if c.state is not CheckinState.SCHEDULED][:_SHOWN]
            contact = await contacts.find(tx, case.id)
            views.append(
                CheckinView(case, found, contact, coming[0] if coming else None, tuple(past))
            )
    return views


async def _ready_case(deed: Deed, word: str) -> Case:
    """The case, if its person agreed to be asked and it is known how; also after it was closed."""
    case = await cases.numbered(deed.tx, number_from(word))
    require_kept(case)
    held = await consents.of_case(deed.tx, case.id)
    require_part(case.number, held, ConsentPart.CHECKINS)
    require_current(case.number, await contacts.find(deed.tx, case.id), deed.now)
    return case


async def _plan_of(deed: Deed, case: Case) -> Plan:
    found = await table.plan_of(deed.tx, case.id)
    if found is None:
        raise Refusal(Reason.NO_SUCH_PLAN, number=case.number)
    return found


async def _reschedule(deed: Deed, made: Plan) -> datetime:
    """What was on the calendar goes, and the first moment of the new plan stands there."""
    await table.forget_scheduled(deed.tx, made.id)
    first = next_due(made, deed.now)
    await table.schedule(deed.tx, made, first)
    deed.wake_after("deadlines")
    return first


def _facts(made: Plan, first: datetime) -> dict[str, object]:
    return {
        "times": [at.strftime("%H:%M") for at in made.times],
        "days": sorted(made.days),
        "zone": made.zone,
        "first": first.isoformat(),
    }
