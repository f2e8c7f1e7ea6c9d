"""What a named person says of a lead: to be asked to be deleted, or nothing of the case's."""

from domain.access import Action, Actor
from domain.alerts import AlertEvent
from domain.leads import LEAD, Lead, LeadEvent, lead_of, subject_of
from domain.refusals import Reason, Refusal
from services import leads
from services.alerts import move_alert
from services.desk import Desk
from services.fingerprints import swept_case
from storage import leads as table

_ALERT_EVENTS = {LeadEvent.CONFIRM: AlertEvent.CONFIRM, LeadEvent.DISMISS: AlertEvent.DISMISS}


async def confirm(desk: Desk, actor: Actor, alert_id: int) -> Lead:
    """A named person says that this post is to become a deletion request."""
    return await _decide(desk, actor, alert_id, LeadEvent.CONFIRM)


async def dismiss(desk: Desk, actor: Actor, alert_id: int) -> Lead:
    """A named person says that it is about somebody else: this page is no lead of the case again."""
    return await _decide(desk, actor, alert_id, LeadEvent.DISMISS)


async def _decide(desk: Desk, actor: Actor, alert_id: int, event: LeadEvent) -> Lead:
    async with desk.deed(actor, Action.REVIEW_LEAD) as deed:
        alert = await move_alert(deed, alert_id, _ALERT_EVENTS[event])
        lead_id = lead_of(alert.subject)
        if not lead_id:
            raise Refusal(Reason.NO_SUCH_LEAD, number=0)
        lead = await table.find(deed.tx, lead_id)
        state = LEAD.move(lead.state, event)
        await table.settle(deed.tx, lead, state, deed.now, by=actor.id)
        await deed.record(subject_of(lead_id), decided=state, number=alert.case_number)
        case = await swept_case(deed.tx, lead.case_id)
        if case is not None:
            await leads.tell_next(deed, case)
        await deed.answer("lead_decided", number=alert.case_number, lead=lead_id, state=state)
    return lead
