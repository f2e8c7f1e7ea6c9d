"""The messages that show an alert: posted once each, and all changed when the alert changes."""

from collections.abc import Collection
from typing import Any

from domain.alerts import Alert, AlertState, Copy
from domain.outbox import Draft, Operation, Route
from services.desk import Deed
from storage import alerts as alert_table
from storage import people as people_table

CHANNEL_LANGUAGE = "ko"
_REVIEWS = ("match_review", "lead_review")
_FOR_STAFF_NEVER = frozenset({"conversation"})


def alert_facts(deed: Deed, alert: Alert) -> dict[str, Any]:
    """What the text of an alert says; addresses of phones stay behind."""
    told = {key: value for key, value in alert.facts.items() if key not in _FOR_STAFF_NEVER}
    return {
        "told": told,
        "alert": alert.id,
        "about": alert.kind,
        "severity": alert.severity,
        "state": alert.state,
        "number": alert.case_number,
        "since": deed.policy.hours.wall_time(alert.raised_at),
        "owner": alert.owner,
        "paged": list(alert.paged),
        "skipped": [int(rung) for rung in alert.skipped],
        "rung": int(alert.rung),
        "joined": alert.joined,
        "is_test": alert.is_test,
    }


async def language_of(deed: Deed, person: str) -> str:
    """The language that a member of staff reads."""
    found = await people_table.find(deed.tx, person)
    return str(found.language) if found else CHANNEL_LANGUAGE


async def post(deed: Deed, alert: Alert, address: str) -> str:
    """Show an alert at a Slack address; the dedup key of the message."""
    is_channel = address == deed.desk.places.alerts
    language = CHANNEL_LANGUAGE if is_channel else await language_of(deed, address)
    key = f"alert:{alert.id}:{alert.pages}:{address}"
    copy = Copy(alert.id, "alert", address, key, language)
    await alert_table.add_copy(deed.tx, copy)
    facts, case_id = alert_facts(deed, alert), deed.sealing(alert.case_id)
    await deed.send(_draft(copy, Operation.POST, key, facts, case_id))
    return key


async def review(deed: Deed, alert: Alert, facts: dict[str, Any]) -> None:
    """What the claimer alone reads before deciding about a match or a lead; gone when they have."""
    key = f"alert:{alert.id}:review:{alert.version}"
    kind = f"{alert.kind}_review"
    copy = Copy(alert.id, kind, alert.owner, key, await language_of(deed, alert.owner))
    await alert_table.add_copy(deed.tx, copy)
    shown = alert_facts(deed, alert) | facts
    await deed.send(_draft(copy, Operation.POST, key, shown, alert.case_id))


async def brief(deed: Deed, alerts: list[Alert]) -> None:
    """Show the collected alerts of severity C in one message of the alert channel."""
    address = deed.desk.places.alerts
    key = f"briefing:{alerts[0].id}:{alerts[-1].id}"
    for alert in alerts:
        await alert_table.add_copy(
            deed.tx, Copy(alert.id, "briefing", address, key, CHANNEL_LANGUAGE)
        )
    copy = Copy(alerts[0].id, "briefing", address, key, CHANNEL_LANGUAGE)
    facts = {"alerts": [alert_facts(deed, alert) for alert in alerts]}
    await deed.send(_draft(copy, Operation.POST, key, facts, None))


async def refresh(deed: Deed, alert: Alert, fresh: Collection[str] = ()) -> None:
    """Change every message that shows this alert, but those just posted."""
    for copy in await alert_table.copies_of(deed.tx, alert.id):
        is_in_review = copy.kind in _REVIEWS and alert.state is AlertState.CLAIMED
        if copy.dedup_key in fresh or is_in_review:
            continue
        facts, case_id = await _content(deed, copy, alert)
        key = f"{copy.dedup_key}:a{alert.id}v{alert.version}"
        await deed.send(_draft(copy, Operation.EDIT, key, facts, case_id))


async def _content(deed: Deed, copy: Copy, alert: Alert) -> tuple[dict[str, Any], int | None]:
    if copy.kind != "briefing":
        return alert_facts(deed, alert), deed.sealing(alert.case_id)
    shown = await alert_table.shown_in(deed.tx, deed.safe, copy.dedup_key)
    return {"alerts": [alert_facts(deed, each) for each in shown]}, None


def _draft(
    copy: Copy, operation: Operation, key: str, facts: dict[str, Any], case_id: int | None
) -> Draft:
    """One order for each message, so that a road that is blocked for one blocks no other.

    A review is edited into the plain alert: the link doesn't stay with who no longer has it.
    """
    is_edit = operation is Operation.EDIT
    return Draft(
        route=Route.SLACK,
        operation=operation,
        kind="alert" if is_edit and copy.kind in _REVIEWS else copy.kind,
        address=copy.address,
        dedup_key=key,
        facts=facts,
        language=copy.language,
        case_id=case_id,
        target=copy.dedup_key if is_edit else "",
        order_key=copy.dedup_key,
        is_urgent=not is_edit,
    )
