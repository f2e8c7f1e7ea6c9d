"""Floods: a fingerprint that matches too much is quarantined, with one notice, until it is released."""

from domain.access import Action, Actor
from domain.alerts import AlertDraft, AlertKind
from domain.cases import Case
from domain.floods import Gauge, is_never_held, severity_of_flood, subject_of
from domain.refusals import Reason, Refusal
from domain.verdicts import KeptVerdict
from services import alerts
from services.desk import Deed, Desk
from storage import cases as case_table
from storage import changes as changes_table
from storage import floods as table
from storage import matches as match_table


async def held_back(
    deed: Deed, case: Case, gauge: Gauge, match_id: int, verdict: KeptVerdict
) -> bool:
    """Whether a new match raises no alert of its own, for its fingerprint floods.

    The first that is too many tells of the flood. `gauge` must be held in this deed.
    """
    if is_never_held(verdict, case.is_minor):
        return False
    notice = gauge.notice
    if not gauge.is_quarantined:
        since = gauge.counted_from(deed.now, deed.policy.flood)
        count = await table.count(deed.tx, gauge, since, case.is_minor)
        if count <= deed.policy.flood.most:
            return False
        notice = await _begin(deed, case, gauge, count)
    await match_table.name_alert(deed.tx, match_id, notice, is_held=True)
    return True


async def _begin(deed: Deed, case: Case, gauge: Gauge, count: int) -> int:
    hours = round(deed.policy.flood.during.total_seconds() / 3600, 1)
    draft = _draft(case, gauge, "begun", count, hours=f"{hours:g}")
    notice = await alerts.raise_alert(deed, draft) or gauge.notice
    await table.quarantine(deed.tx, gauge, notice, deed.now)
    await deed.record(subject_of(gauge.fingerprint_id), event="quarantined", matches=count)
    return notice


async def release(desk: Desk, actor: Actor, fingerprint_id: int) -> int:
    """End a quarantine: from now on its matches alert; how many wait, told by one alert."""
    async with desk.deed(actor, Action.WITHDRAW_FINGERPRINT) as deed:
        await changes_table.hold(deed.tx)
        gauge = await table.hold(deed.tx, fingerprint_id)
        case = await case_table.find(deed.tx, gauge.case_id) if gauge else None
        if gauge is None or case is None:
            raise Refusal(Reason.NO_SUCH_FINGERPRINT, number=fingerprint_id)
        if not gauge.is_quarantined:
            raise Refusal(Reason.NOT_QUARANTINED, number=fingerprint_id)
        await table.release(deed.tx, gauge, deed.now)
        await end_notice(deed, fingerprint_id)
        count = await _tell_what_waited(deed, case, gauge)
        await deed.record(subject_of(fingerprint_id), event="released", matches=count)
        await deed.answer(
            "fingerprint_released", number=case.number, fingerprint=fingerprint_id, count=count
        )
    return count


async def _tell_what_waited(deed: Deed, case: Case, gauge: Gauge) -> int:
    waiting = await table.waiting(deed.tx, gauge.fingerprint_id)
    if waiting and deed.sealing(case.id) is not None:
        draft = _draft(case, gauge, "released", len(waiting))
        alert_id = await alerts.raise_alert(deed, draft)
        if alert_id is not None:
            await table.retell(deed.tx, gauge.fingerprint_id, alert_id)
    return len(waiting)


async def end_notice(deed: Deed, fingerprint_id: int) -> None:
    """Nobody need take the notice any more: its fingerprint was released or withdrawn."""
    gauge = await table.hold(deed.tx, fingerprint_id)
    if gauge is not None and gauge.notice:
        await alerts.end(deed, gauge.notice)


def _draft(case: Case, gauge: Gauge, cause: str, count: int, **more: str) -> AlertDraft:
    """`cause` begun: what is held back from now on; released: what was held back until now."""
    return AlertDraft(
        kind=AlertKind.FLOOD,
        severity=severity_of_flood(case.is_minor),
        subject=subject_of(gauge.fingerprint_id),
        dedup_key=f"flood:{gauge.fingerprint_id}:{gauge.version}:{cause}",
        case_id=case.id,
        facts={
            "number": case.number,
            "cause": cause,
            "fingerprint": gauge.fingerprint_id,
            "count": count,
            **more,
        },
    )
