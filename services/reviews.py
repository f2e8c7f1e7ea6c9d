"""What a named person says of a match, by its own alert or by that of a flood, and takes back."""

from domain.access import Action, Actor
from domain.alerts import Alert, AlertEvent, AlertKind
from domain.cases import Case, require_open
from domain.matches import MATCH, Match, MatchEvent, match_of, subject_of
from domain.refusals import Reason, Refusal
from services.alerts import move_alert
from services.desk import Deed, Desk
from services.fingerprints import LOOK_BACK
from services.match_alerts import tell
from storage import alerts as alert_table
from storage import cases as case_table
from storage import changes as changes_table
from storage import dismissals as dismissal_table
from storage import matches as table

_ALERT_EVENTS = {
    MatchEvent.CONFIRM: AlertEvent.CONFIRM,
    MatchEvent.DISMISS: AlertEvent.DISMISS,
    MatchEvent.ASK_SECOND_LOOK: AlertEvent.ASK_SECOND_LOOK,
}


async def confirm(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person says that it is the victim's media."""
    return await _decide(desk, actor, alert_id, MatchEvent.CONFIRM)


async def dismiss(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person says that it is something else: this picture is no news of this fingerprint."""
    return await _decide(desk, actor, alert_id, MatchEvent.DISMISS)


async def ask_second_look(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person wants somebody else to look."""
    return await _decide(desk, actor, alert_id, MatchEvent.ASK_SECOND_LOOK)


async def _decide(desk: Desk, actor: Actor, alert_id: int, event: MatchEvent) -> Match:
    async with desk.deed(actor, Action.REVIEW_MATCH) as deed:
        await changes_table.hold(deed.tx)
        alert = await move_alert(deed, alert_id, _ALERT_EVENTS[event])
        match_id = match_of(alert.subject)
        if not match_id:
            raise Refusal(Reason.NO_SUCH_MATCH, number=0)
        match = await table.find(deed.tx, match_id)
        await _judge(deed, match, event, alert.case_number)
    return match


async def decide_held(desk: Desk, actor: Actor, match_id: int, event: MatchEvent) -> Match:
    """What whoever took the alert of a flood says of one match that it held back.

    A second look gets an alert of its own, for somebody else.
    """
    async with desk.deed(actor, Action.REVIEW_MATCH) as deed:
        await changes_table.hold(deed.tx)
        match = await table.find(deed.tx, match_id)
        alert = await _flood_alert(deed, match)
        await _judge(deed, match, event, alert.case_number)
        if event is MatchEvent.ASK_SECOND_LOOK:
            await tell(deed, await _open_case(deed, match), match_id)
    return match


async def _flood_alert(deed: Deed, match: Match) -> Alert:
    if match.alert_id is None:
        raise Refusal(Reason.NOT_YOURS, owner="-")
    alert = await alert_table.find(deed.tx, deed.safe, match.alert_id)
    if alert.kind is not AlertKind.FLOOD or alert.owner != deed.actor.id:
        raise Refusal(Reason.NOT_YOURS, owner=alert.owner or "-")
    return alert


async def take_back(desk: Desk, actor: Actor, match_id: int) -> Match:
    """A false alarm was none, or may be none: it asks for somebody anew, and silences nothing."""
    async with desk.deed(actor, Action.REVIEW_MATCH) as deed:
        await changes_table.hold(deed.tx)
        match = await table.find(deed.tx, match_id)
        case = await _open_case(deed, match)
        await _judge(deed, match, MatchEvent.TAKE_BACK, case.number)
        await tell(deed, case, match_id)
    return match


async def _open_case(deed: Deed, match: Match) -> Case:
    case = await case_table.find(deed.tx, match.case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_MATCH, number=match.id)
    require_open(case)
    return case


async def _judge(deed: Deed, match: Match, event: MatchEvent, number: str) -> None:
    """The decision, in the record; the sweeps hear of it where it changes what is news."""
    state = MATCH.move(match.state, event)
    by = "" if event is MatchEvent.TAKE_BACK else deed.actor.id
    await table.decide(deed.tx, match, state, by, deed.now)
    await deed.record(subject_of(match.id), decided=state, event=event)
    await _tell_sweeps(deed, match, event)
    await deed.answer("match_decided", number=number, match=match.id, state=state)


async def _tell_sweeps(deed: Deed, match: Match, event: MatchEvent) -> None:
    """A false alarm silences from now on; taken back or contradicted, what it silenced is looked for."""
    if event is MatchEvent.ASK_SECOND_LOOK:
        return
    if event is MatchEvent.CONFIRM and not await dismissal_table.has_any(
        deed.tx, match.fingerprint_id
    ):
        return
    is_looked_back = event is not MatchEvent.DISMISS
    await changes_table.note(
        deed.tx, [match.fingerprint_id], deed.now, is_looked_back=is_looked_back
    )
    if is_looked_back:
        deed.wake_after(LOOK_BACK)
