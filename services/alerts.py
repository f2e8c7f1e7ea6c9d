"""Raising, claiming, handing on and ending alerts."""

from typing import Any

from domain.access import Action, Actor
from domain.alerts import (
    ALERT,
    ASKS_FOR_SOMEBODY,
    ORDER_OF_SEVERITY,
    Alert,
    AlertDraft,
    AlertEvent,
    AlertKind,
    AlertState,
)
from domain.leads import lead_of
from domain.matches import match_of
from domain.outbox import Draft, Operation, Route
from domain.refusals import Reason, Refusal
from services import copies, ladder
from services.desk import Deed, Desk
from storage import alerts as alert_table
from storage import leads as lead_table
from storage import matches as match_table
from storage.keys import KeyErased

MOST_LISTED = 30
_REVIEWED = (AlertKind.MATCH, AlertKind.LEAD)


async def raise_alert(deed: Deed, draft: AlertDraft) -> int | None:
    """Raise an alert inside this deed; its id, or none where its dedup key was raised before.

    Of one bundle the first goes out at once; what comes within the policy's time joins it.
    """
    alert_id = await alert_table.insert(deed.tx, deed.safe, draft, deed.now)
    if alert_id is None:
        return None
    alert = await alert_table.find(deed.tx, deed.safe, alert_id)
    await deed.record(
        f"alert:{alert_id}",
        event="raised",
        kind=draft.kind,
        severity=draft.severity,
        about=draft.subject,
        number=alert.case_number,
        is_test=draft.is_test,
    )
    if not await _joined(deed, alert):
        await ladder.ask_again(deed, alert)
    return alert_id


async def _joined(deed: Deed, alert: Alert) -> bool:
    """Whether the alert became part of one that is out already and at least as grave."""
    since = deed.now - deed.policy.bundle_for
    leader_id = await alert_table.bundle_leader(deed.tx, alert, since)
    if leader_id is None:
        return False
    leader = await alert_table.find(deed.tx, deed.safe, leader_id, to_change=True)
    grave = ORDER_OF_SEVERITY.index
    if grave(leader.severity) > grave(alert.severity):
        return False
    merged = ALERT.move(alert.state, AlertEvent.MERGE)
    await alert_table.change(deed.tx, deed.safe, alert, state=merged, merged_into=leader_id)
    leader = await alert_table.change(deed.tx, deed.safe, leader, joined=leader.joined + 1)
    await deed.record(f"alert:{alert.id}", event="merged", into=leader_id)
    await copies.refresh(deed, leader)
    return True


async def claim(desk: Desk, actor: Actor, alert_id: int) -> Alert:
    """Take an alert: the ladder stops, every message says who has it."""
    async with desk.deed(actor, Action.CLAIM_ALERT) as deed:
        alert = await _leader(deed, alert_id)
        _require_free(alert, actor)
        alert = await alert_table.change(
            deed.tx,
            deed.safe,
            alert,
            state=ALERT.move(alert.state, AlertEvent.CLAIM),
            owner=actor.id,
            claimed_until=ladder.claim_end(deed, alert),
            is_reminded=False,
            next_rung_at=None,
        )
        await deed.record(f"alert:{alert.id}", event="claimed", owner=actor.id)
        await copies.refresh(deed, alert)
        await _hand_over(deed, alert)
    return alert


async def keep(desk: Desk, actor: Actor, alert_id: int) -> Alert:
    """Answer a reminder: still at it, for as long again."""
    async with desk.deed(actor, Action.CLAIM_ALERT) as deed:
        alert = await _own(deed, alert_id)
        until = ladder.claim_end(deed, alert)
        alert = await alert_table.change(
            deed.tx, deed.safe, alert, claimed_until=until, is_reminded=False
        )
        await deed.record(f"alert:{alert.id}", event="kept", owner=actor.id)
        told = {"until": deed.policy.hours.wall_time(until)}
        await deed.answer("alert_kept", **copies.alert_facts(deed, alert) | told)
    return alert


async def release(desk: Desk, actor: Actor, alert_id: int) -> Alert:
    """Give an alert back: it asks for somebody again, from the foot of its ladder."""
    async with desk.deed(actor, Action.CLAIM_ALERT) as deed:
        alert = await ladder.let_go(deed, await _own(deed, alert_id))
        await deed.answer("alert_released", **copies.alert_facts(deed, alert))
    return alert


async def close(desk: Desk, actor: Actor, alert_id: int) -> Alert:
    """Say that what an alert asked for was done; a match or a lead is ended by its review instead."""
    async with desk.deed(actor, Action.CLAIM_ALERT) as deed:
        alert = await _own(deed, alert_id)
        if alert.kind in _REVIEWED:
            raise Refusal(
                Reason.ILLEGAL_MOVE, lifecycle=ALERT.name, state=alert.state, event="close"
            )
        if alert.kind is AlertKind.FLOOD and alert.facts.get("cause") == "begun":
            raise Refusal(Reason.FLOOD_STANDS, fingerprint=alert.facts["fingerprint"])
        alert = await move_alert(deed, alert.id, AlertEvent.CLOSE)
        await deed.answer("alert_closed", **copies.alert_facts(deed, alert))
    return alert


async def end(deed: Deed, alert_id: int) -> None:
    """What an alert told of is over by another deed: nobody need take it. Whoever had it keeps it."""
    alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
    if alert.is_over:
        return
    after = ALERT.move(AlertState.CLAIMED, AlertEvent.CLOSE)
    owner = alert.owner or deed.actor.id
    alert = await alert_table.change(
        deed.tx, deed.safe, alert, state=after, owner=owner, claimed_until=None, next_rung_at=None
    )
    await deed.record(f"alert:{alert.id}", event="ended", owner=owner)
    await copies.refresh(deed, alert)


async def move_alert(deed: Deed, alert_id: int, event: AlertEvent) -> Alert:
    """What its claimer decided about an alert, inside this deed; every message shows it.

    Refuses NOT_YOURS for anybody else, and an event that its state doesn't allow.
    """
    alert = await _own(deed, alert_id)
    after = ALERT.move(alert.state, event)
    released = ladder.NO_OWNER if after in ASKS_FOR_SOMEBODY else {"claimed_until": None}
    alert = await alert_table.change(deed.tx, deed.safe, alert, state=after, **released)
    await deed.record(f"alert:{alert.id}", event=event, owner=deed.actor.id)
    if after in ASKS_FOR_SOMEBODY:
        return await ladder.ask_again(deed, alert)
    await copies.refresh(deed, alert)
    return alert


async def list_alerts(desk: Desk, actor: Actor) -> list[Alert]:
    """Alerts that nobody has ended, the gravest and oldest first."""
    async with desk.look(actor, Action.READ_ALERTS) as tx:
        return await alert_table.not_over(tx, desk.safe, MOST_LISTED)


async def show_alert(desk: Desk, actor: Actor, alert_id: int) -> Alert:
    """One alert."""
    async with desk.look(actor, Action.READ_ALERTS) as tx:
        return await alert_table.find(tx, desk.safe, alert_id)


async def _leader(deed: Deed, alert_id: int) -> Alert:
    """The alert, or the one that it became part of, held until the deed ends."""
    alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
    if alert.merged_into is None:
        return alert
    return await _leader(deed, alert.merged_into)


async def _own(deed: Deed, alert_id: int) -> Alert:
    """The alert that this actor has; refuses if it is somebody else's, nobody's, or over."""
    alert = await _leader(deed, alert_id)
    if alert.is_over:
        raise Refusal(Reason.ALERT_OVER, number=alert.id)
    if alert.state is not AlertState.CLAIMED or alert.owner != deed.actor.id:
        raise Refusal(Reason.NOT_YOURS, owner=alert.owner or "-")
    return alert


def _require_free(alert: Alert, actor: Actor) -> None:
    if alert.is_over:
        raise Refusal(Reason.ALERT_OVER, number=alert.id)
    if alert.owner == actor.id:
        raise Refusal(Reason.ALREADY_YOURS, number=alert.id)
    if alert.owner:
        raise Refusal(Reason.ALREADY_CLAIMED, owner=alert.owner)


async def _hand_over(deed: Deed, alert: Alert) -> None:
    """What the claimer needs, for their eyes only; and who called for help hears of it."""
    until = deed.policy.hours.wall_time(alert.claimed_until or deed.now)
    await deed.answer("alert_claimed", **copies.alert_facts(deed, alert) | {"until": until})
    if alert.kind in _REVIEWED:
        await _ask_to_review(deed, alert)
    conversation: Any = alert.facts.get("conversation")
    if alert.kind is AlertKind.SOS and conversation:
        await deed.send(_sos_claimed(alert, str(conversation)))


async def _ask_to_review(deed: Deed, alert: Alert) -> None:
    """The link and the two decisions; nothing where its case was erased meanwhile."""
    try:
        facts = await _review_facts(deed, alert)
    except KeyErased:
        return
    posted_at = facts["posted_at"]
    at = deed.policy.hours.wall_time(posted_at) if posted_at else ""
    await copies.review(deed, alert, {**facts, "posted_at": at})


async def _review_facts(deed: Deed, alert: Alert) -> dict[str, Any]:
    if alert.kind is AlertKind.LEAD:
        return await lead_table.review_facts(deed.tx, deed.safe, lead_of(alert.subject))
    return await match_table.review_facts(deed.tx, deed.safe, match_of(alert.subject))


def _sos_claimed(alert: Alert, conversation: str) -> Draft:
    """To the phone, only now: a human has seen it."""
    return Draft(
        route=Route.TELEGRAM,
        operation=Operation.POST,
        kind="sos_claimed",
        address=conversation,
        dedup_key=f"alert:{alert.id}:sos_claimed",
        facts={"language": alert.facts.get("language", "ko")},
        language=str(alert.facts.get("language", "ko")),
        case_id=alert.case_id,
        order_key=conversation,
        is_urgent=True,
    )
