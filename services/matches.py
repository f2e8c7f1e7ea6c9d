"""Examining media, writing down what it resembles, and what a named person says of a match."""

import asyncio
from dataclasses import dataclass

from domain.access import SYSTEM, Action, Actor
from domain.alerts import AlertDraft, AlertEvent, AlertKind
from domain.matches import (
    MATCH,
    Finding,
    Match,
    MatchEvent,
    match_of,
    severity_of,
    subject_of,
)
from domain.refusals import Reason, Refusal
from domain.sightings import Candidate, Seen
from services.alerts import move_alert, raise_alert
from services.desk import Deed, Desk
from services.examiner import Examiner, Query, Register
from services.fingerprints import Changes, load_changes, swept_case
from services.past import Past
from storage import alerts as alert_table
from storage import candidates as candidate_table
from storage import cases as case_table
from storage import changes as changes_table
from storage import matches as table
from storage import sightings as sighting_table
from storage import sources as source_table
from storage.database import Transaction

MOST_LISTED = 30

_ALERT_EVENTS = {
    MatchEvent.CONFIRM: AlertEvent.CONFIRM,
    MatchEvent.DISMISS: AlertEvent.DISMISS,
    MatchEvent.ASK_SECOND_LOOK: AlertEvent.ASK_SECOND_LOOK,
}


@dataclass(frozen=True)
class MatchView:
    """A match with its case's number; `link` is empty for all but the one who took its alert."""

    match: Match
    number: str
    link: str


async def refresh(desk: Desk, examiner: Examiner) -> None:
    """Tell the examiner of every fingerprint that came, went or changed since it last heard."""
    async with examiner.turn:
        changes = await load_changes(desk, examiner.number)
        while changes.number != examiner.number:
            await asyncio.to_thread(_put, examiner.register, changes)
            examiner.number = changes.number
            changes = await load_changes(desk, examiner.number)


def _put(register: Register, changes: Changes) -> None:
    for fingerprint_id, registered in changes.fingerprints:
        register.put(fingerprint_id, registered)


async def examine(desk: Desk, examiner: Examiner, candidate: Candidate, query: Query) -> int:
    """Compare a candidate with all that is registered at this moment; how many matches are new.

    A fingerprint that is registered meanwhile is either compared here or finds the candidate by
    looking back: the last change is held still while the candidate is settled.
    """
    while True:
        await refresh(desk, examiner)
        number = examiner.number
        findings = await asyncio.to_thread(examiner.register.findings, query)
        async with desk.deed(SYSTEM, Action.SWEEP) as deed:
            if await changes_table.last(deed.tx) == number:
                seen = Seen(candidate, query.print_)
                return await _settle(deed, examiner.past, seen, findings)


async def _settle(deed: Deed, past: Past, seen: Seen, findings: list[Finding]) -> int:
    kept = seen.print_ if deed.policy.retention.seen else None
    if not await candidate_table.end(deed.tx, deed.safe, seen.candidate, kept, deed.now):
        return 0
    if kept is not None:  # Before the commit: see services.look_back.
        past.add([seen.candidate.id], [deed.now], [kept.pdq])
    matched = await write(deed, seen, findings)
    await source_table.count(deed.tx, seen.candidate.source, fetched=1, matched=matched)
    return matched


async def write(deed: Deed, seen: Seen, findings: list[Finding]) -> int:
    """Sighting, matches and alerts; what was withdrawn meanwhile is left out."""
    return sum([await _write_one(deed, seen, finding) for finding in findings])


async def _write_one(deed: Deed, seen: Seen, finding: Finding) -> bool:
    candidate, verdict = seen.candidate, finding.verdict
    case = await swept_case(deed.tx, finding.case_id)
    if case is None:
        return False
    sighting = await sighting_table.see(deed.tx, candidate, deed.now)
    match_id = await table.add(deed.tx, deed.safe, sighting, seen, finding, deed.now)
    if match_id is None:
        return False
    page = f"{finding.fingerprint_id}:{candidate.page_digest}"
    posted_at = candidate.posted_at.isoformat() if candidate.posted_at else ""
    draft = AlertDraft(
        kind=AlertKind.MATCH,
        severity=severity_of(verdict.tier, case.is_minor),
        subject=subject_of(match_id),
        dedup_key=f"match:{page}",
        case_id=case.id,
        facts=verdict.facts()
        | {"number": case.number, "source": candidate.source, "posted_at": posted_at},
        bundle_key=f"match:{case.id}:{page}",
    )
    await table.name_alert(deed.tx, match_id, await raise_alert(deed, draft))
    await deed.record(subject_of(match_id), fingerprint=finding.fingerprint_id)
    return True


async def list_matches(desk: Desk, actor: Actor) -> list[MatchView]:
    """The newest matches, undecided ones first, without their links."""
    async with desk.look(actor, Action.READ_MATCHES) as tx:
        found = await table.newest(tx, MOST_LISTED)
        return [MatchView(match, await _number(tx, match), "") for match in found]


async def show_match(desk: Desk, actor: Actor, match_id: int) -> MatchView:
    """One match; its link is opened, and that is written down, for whoever took its alert."""
    async with desk.deed(actor, Action.READ_MATCHES) as deed:
        match = await table.find(deed.tx, match_id)
        link = ""
        if await _is_taken_by(deed, match):
            link = await table.link(deed.tx, deed.safe, match_id)
            await deed.record(subject_of(match_id), opened="link")
        return MatchView(match, await _number(deed.tx, match), link)


async def _is_taken_by(deed: Deed, match: Match) -> bool:
    if match.alert_id is None:
        return False
    alert = await alert_table.find(deed.tx, deed.safe, match.alert_id)
    return alert.owner == deed.actor.id


async def _number(tx: Transaction, match: Match) -> str:
    case = await case_table.find(tx, match.case_id)
    return case.number if case else ""


async def confirm(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person says that it is the victim's media."""
    return await _decide(desk, actor, alert_id, MatchEvent.CONFIRM)


async def dismiss(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person says that it is something else."""
    return await _decide(desk, actor, alert_id, MatchEvent.DISMISS)


async def ask_second_look(desk: Desk, actor: Actor, alert_id: int) -> Match:
    """A named person wants somebody else to look."""
    return await _decide(desk, actor, alert_id, MatchEvent.ASK_SECOND_LOOK)


async def _decide(desk: Desk, actor: Actor, alert_id: int, event: MatchEvent) -> Match:
    async with desk.deed(actor, Action.REVIEW_MATCH) as deed:
        alert = await move_alert(deed, alert_id, _ALERT_EVENTS[event])
        match_id = match_of(alert.subject)
        if not match_id:
            raise Refusal(Reason.NO_SUCH_MATCH, number=0)
        match = await table.find(deed.tx, match_id)
        state = MATCH.move(match.state, event)
        await table.decide(deed.tx, match, state, actor.id, deed.now)
        await deed.record(subject_of(match_id), decided=state)
        await deed.answer("match_decided", number=alert.case_number, match=match_id, state=state)
    return match
