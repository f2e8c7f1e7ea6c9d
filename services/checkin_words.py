"""What check-ins say: prompts and reminders to the phone, pages and notes to staff."""

from datetime import timedelta
from typing import Any

from domain.alerts import AlertDraft, AlertKind, Severity
from domain.cases import GRAVE, Case
from domain.checkins import Checkin
from services import phones
from services.alerts import raise_alert
from services.callees import Callee
from services.desk import Deed

RENEW_BEFORE = timedelta(days=3)


async def prompt(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Ask: by the persona, or by telling staff that a call is due."""
    key = f"prompt:{checkin.id}:{checkin.snoozes}"
    if callee.is_by_phone:
        await tell_unit(deed, callee.case, "checkin_call_due", key)
    elif callee.conversation is not None:
        await phones.say(deed, callee.conversation, "checkin_prompt", key, checkin=checkin.id)
        await _ask_to_renew(deed, callee)


async def remind(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Ask once more, more quietly."""
    key = f"reminder:{checkin.id}:{checkin.snoozes}"
    if callee.is_by_phone:
        await tell_unit(deed, callee.case, "checkin_call_late", key)
    elif callee.conversation is not None:
        await phones.say(deed, callee.conversation, "checkin_reminder", key, checkin=checkin.id)


async def page_missed(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Page staff: nobody answered within the agreed time."""
    key = f"missed:{checkin.id}"
    await _page(deed, checkin, callee.case, AlertKind.MISSED_CHECKIN, key)
    await _note(deed, callee, "checkin_missed", f"told:{key}")


async def page_call_back(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Page staff: the person pressed the third answer, which was agreed to mean: please call me."""
    key = phones.once(deed.actor, f"call-back:{checkin.id}")
    await _page(deed, checkin, callee.case, AlertKind.CALL_BACK, key)
    await _note(deed, callee, "checkin_not_ok", f"told:{key}")


async def tell_answered_late(deed: Deed, checkin: Checkin, callee: Callee) -> None:
    """Staff were paged already, and now the person has answered."""
    await _note(deed, callee, "checkin_answered_late", f"answered:{checkin.id}")


async def tell_withheld(deed: Deed, checkin: Checkin, callee: Callee, obstacle: str) -> None:
    """Nothing was sent to the phone, and why: staff hear of it.

    An agreement that has run out is nobody's wish: a human is to renew it, the sooner the graver.
    """
    await deed.record(f"checkin:{checkin.id}", event="withheld", why=obstacle)
    await tell_unit(
        deed, callee.case, "checkin_withheld", f"withheld:{checkin.id}", obstacle=obstacle
    )
    if obstacle == "no_contact":
        await _call_to_renew(deed, callee.case)


async def _call_to_renew(deed: Deed, case: Case) -> None:
    """One alert a day for as long as the safe contact is missing."""
    key = f"no-contact:{case.id}:{deed.now.date().isoformat()}"
    facts = {"number": case.number, "cause": "no_contact"}
    severity = Severity.B if case.risk in GRAVE else Severity.C
    subject = f"case:{case.id}"
    draft = AlertDraft(AlertKind.PHONE_QUIET, severity, subject, key, case.id, facts)
    await raise_alert(deed, draft)


async def tell_unit(deed: Deed, case: Case, kind: str, key: str, /, **facts: Any) -> None:
    """A line in the unit's channel, by case number."""
    await deed.send(phones.to_unit(deed, case, kind, key, facts))


async def _note(deed: Deed, callee: Callee, kind: str, key: str) -> None:
    if callee.conversation is None:
        await tell_unit(deed, callee.case, kind, key)
    else:
        await phones.tell_staff(deed, callee.conversation, callee.case, kind, key)


async def _page(deed: Deed, checkin: Checkin, case: Case, kind: AlertKind, key: str) -> None:
    asked = checkin.prompted_at or checkin.due_at
    facts = {
        "number": case.number,
        "alias": case.alias,
        "risk": case.risk,
        "asked_at": asked.isoformat(),
    }
    severity = Severity.A if case.risk in GRAVE else Severity.B
    subject = f"checkin:{checkin.id}"
    draft = AlertDraft(kind, severity, subject, key, case.id, facts, f"{kind}:{checkin.id}")
    await raise_alert(deed, draft)


async def _ask_to_renew(deed: Deed, callee: Callee) -> None:
    """Before the agreement runs out, the persona asks whether the same hours are still good."""
    contact, conversation = callee.contact, callee.conversation
    if contact is None or conversation is None:
        return
    if contact.expires_at - deed.now <= RENEW_BEFORE:
        key = f"renew:{callee.case.id}:{contact.expires_at.isoformat()}"
        await phones.say(deed, conversation, "renew", key)
