"""The ladder: who is paged when nobody has taken an alert, and what becomes of a claim that runs out."""

from datetime import datetime

from domain.access import SYSTEM, Action
from domain.alerts import (
    ALERT,
    ASKS_FOR_SOMEBODY,
    Alert,
    AlertEvent,
    Ladder,
    Severity,
    next_step,
)
from domain.outbox import Draft, Operation, Route
from domain.people import Rung
from services import copies, rota
from services.desk import Deed, Desk
from storage import alerts as alert_table

MOST_IN_BRIEFING = 20
NO_OWNER = {"owner": "", "claimed_until": None, "is_reminded": False}


async def start(deed: Deed, alert: Alert) -> Alert:
    """Begin (or begin again) at the foot of the ladder, at once."""
    first = _ladder(deed, alert).rungs[0][0]
    alert = await alert_table.change(deed.tx, deed.safe, alert, ladder_from=deed.now, skipped=[])
    return await page(deed, alert, first)


async def page(deed: Deed, alert: Alert, rung: Rung) -> Alert:
    """Page this rung, or the next one that has somebody; set the moment of the one after it."""
    ladder = _ladder(deed, alert)
    reached, people, skipped = await _reach(deed, ladder, rung)
    step = next_step(ladder, reached, alert.ladder_from, deed.now)
    if step is None and not people:  # Nobody at all: ask again rather than fall silent.
        step = reached, deed.now + (ladder.repeat or ladder.claim_lasts)
    alert = await alert_table.change(
        deed.tx,
        deed.safe,
        alert,
        state=ALERT.move(alert.state, AlertEvent.NOTIFY),
        rung=int(reached),
        next_rung_at=step[1] if step else None,
        paged=people,
        skipped=sorted({*map(int, alert.skipped), *map(int, skipped)}),
        pages=alert.pages + 1,
    )
    await deed.record(
        f"alert:{alert.id}", event="paged", rung=int(reached), people=people, nobody_on=skipped
    )
    await _post(deed, alert, people)
    return alert


async def _reach(deed: Deed, ladder: Ladder, rung: Rung) -> tuple[Rung, list[str], list[int]]:
    """The first rung from here up that has somebody, and the rungs that had nobody."""
    skipped: list[int] = []
    for later, _ in ladder.rungs:
        if later < rung:
            continue
        people = await rota.on_call_now(deed.tx, later, deed.now)
        if people:
            return later, people, skipped
        skipped.append(int(later))
    return ladder.rungs[-1][0], [], skipped


async def _post(deed: Deed, alert: Alert, people: list[str]) -> None:
    """A direct message to each; the channel hears of the first page and of the last rungs anew."""
    fresh = [await copies.post(deed, alert, person) for person in people]
    if alert.pages == 1 or alert.rung is Rung.OUTSIDE or not people:
        fresh.append(await copies.post(deed, alert, deed.desk.places.alerts))
    await copies.refresh(deed, alert, fresh)


async def due_ladders(desk: Desk) -> list[int]:
    """The alerts whose next rung is due."""
    async with desk.look(SYSTEM, Action.READ_ALERTS) as tx:
        return await alert_table.due_rungs(tx, desk.clock.now(), briefed=False)


async def advance_ladder(desk: Desk, alert_id: int) -> None:
    """Page the next rung of one alert, if that is still due."""
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
        is_due = alert.next_rung_at is not None and alert.next_rung_at <= deed.now
        if is_due and alert.state in ASKS_FOR_SOMEBODY:
            ladder = _ladder(deed, alert)
            step = next_step(ladder, alert.rung, alert.ladder_from, deed.now)
            await page(deed, alert, step[0] if step else alert.rung)


async def advance_ladders(desk: Desk) -> None:
    """Everything whose next rung is due, one transaction each."""
    for alert_id in await due_ladders(desk):
        await advance_ladder(desk, alert_id)


async def send_briefing(desk: Desk) -> None:
    """Post what severity C has collected up to this working hour, as one message; page nobody."""
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        due = await alert_table.due_rungs(deed.tx, deed.now, briefed=True)
        told = [await _brief(deed, alert_id) for alert_id in due[:MOST_IN_BRIEFING]]
        if told:
            await copies.brief(deed, told)
            await deed.record("briefing", alerts=[alert.id for alert in told])


async def _brief(deed: Deed, alert_id: int) -> Alert:
    alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
    after = ALERT.move(alert.state, AlertEvent.NOTIFY)
    return await alert_table.change(deed.tx, deed.safe, alert, state=after, next_rung_at=None)


async def due_claims(desk: Desk) -> list[int]:
    """The claims that have run out."""
    async with desk.look(SYSTEM, Action.READ_ALERTS) as tx:
        return await alert_table.due_claims(tx, desk.clock.now())


async def expire_claim(desk: Desk, alert_id: int) -> None:
    """Remind whoever has an alert; if the reminder has run out as well, let it go and begin again."""
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
        if alert.claimed_until is None or alert.claimed_until > deed.now:
            return
        if alert.is_reminded:
            await let_go(deed, alert)
        else:
            await _remind(deed, alert)


async def expire_claims(desk: Desk) -> None:
    """Every claim that has run out, one transaction each."""
    for alert_id in await due_claims(desk):
        await expire_claim(desk, alert_id)


async def let_go(deed: Deed, alert: Alert) -> Alert:
    """Nobody has it any more: the ladder begins again, or the next briefing takes it up."""
    owner = alert.owner
    alert = await alert_table.change(
        deed.tx, deed.safe, alert, state=ALERT.move(alert.state, AlertEvent.RELEASE), **NO_OWNER
    )
    await deed.record(f"alert:{alert.id}", event="released", owner=owner)
    return await ask_again(deed, alert)


async def ask_again(deed: Deed, alert: Alert) -> Alert:
    """Look for somebody by the way of the alert's severity."""
    if alert.severity is Severity.C:
        return await wait_for_briefing(deed, alert)
    return await start(deed, alert)


async def wait_for_briefing(deed: Deed, alert: Alert) -> Alert:
    """Severity C: nobody is paged, the next working hour's briefing names it."""
    at = deed.policy.hours.next_hour(deed.now)
    alert = await alert_table.change(deed.tx, deed.safe, alert, next_rung_at=at)
    await copies.refresh(deed, alert)
    return alert


def claim_end(deed: Deed, alert: Alert) -> datetime:
    """Until when a claim made now holds; severity C reminds nobody out of hours."""
    end = deed.now + _ladder(deed, alert).claim_lasts
    return deed.policy.hours.next_hour(end) if alert.severity is Severity.C else end


async def _remind(deed: Deed, alert: Alert) -> None:
    until = deed.now + _ladder(deed, alert).reminder_grace
    alert = await alert_table.change(
        deed.tx, deed.safe, alert, is_reminded=True, claimed_until=until
    )
    await deed.record(f"alert:{alert.id}", event="reminded", owner=alert.owner)
    until_wall = deed.policy.hours.wall_time(until)
    await deed.send(
        Draft(
            route=Route.SLACK,
            operation=Operation.POST,
            kind="alert_reminder",
            address=alert.owner,
            dedup_key=f"alert:{alert.id}:remind:{alert.version}",
            facts=copies.alert_facts(deed, alert) | {"until": until_wall},
            language=await copies.language_of(deed, alert.owner),
            case_id=deed.sealing(alert.case_id),
            order_key=f"alert:{alert.id}:remind",
            is_urgent=True,
        )
    )


def _ladder(deed: Deed, alert: Alert) -> Ladder:
    return deed.policy.ladders[alert.severity]
