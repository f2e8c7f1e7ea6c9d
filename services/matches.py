"""Examining media, writing down what it resembles, and listing what was found."""

import asyncio
from dataclasses import dataclass

from domain.access import SYSTEM, Action, Actor
from domain.films import Content
from domain.floods import Gauge
from domain.matches import Finding, Match, subject_of
from domain.sightings import Candidate, Seen
from domain.verdicts import kept
from services import floods, leads, shadows, thresholds, turn_ends
from services.desk import Deed, Desk
from services.examiner import Examiner
from services.fingerprints import Changes, load_changes, swept_case
from services.match_alerts import tell
from services.past import Past
from services.register import Query, Register
from services.strangers import kept_of, remember
from services.thresholds import weigh
from storage import alerts as alert_table
from storage import cases as case_table
from storage import changes as changes_table
from storage import dismissals as dismissal_table
from storage import floods as flood_table
from storage import matches as table
from storage import settlements as settlement_table
from storage import sightings as sighting_table
from storage import sources as source_table
from storage.database import Transaction

MOST_LISTED = 30


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
    seen = Seen(candidate, query.print_, query.glimpse)
    while True:
        number = examiner.number
        weighed = await asyncio.to_thread(weigh, examiner.register, query, desk.policy)
        if not weighed.is_news:
            if await examiner.strangers.settle(desk, examiner.past, seen, number):
                return 0
        else:
            async with desk.deed(SYSTEM, Action.SWEEP) as deed:
                if await changes_table.last(deed.tx) == number:
                    await thresholds.note(deed, candidate.id, weighed.changes)
                    return await _settle(deed, examiner.past, seen, weighed.findings)
        await refresh(desk, examiner)


async def pass_by(desk: Desk, examiner: Examiner, candidate: Candidate, data: Content) -> bool:
    """Whether a glance shows that media can wait for its look; then it is settled until little waits.

    Where nothing may be kept of what was seen, nothing can wait. Raises services.examiner.Unhashable.
    """
    if not desk.policy.retention.seen:
        return False
    number = examiner.number
    print_ = await examiner.glance(data)
    if print_ is None:
        return False
    seen = Seen(candidate, print_, is_glance=True)
    return await examiner.strangers.settle(desk, examiner.past, seen, number)


async def _settle(deed: Deed, past: Past, seen: Seen, findings: list[Finding]) -> int:
    times = deed.now, deed.now + deed.policy.recheck
    if not await settlement_table.end_all(deed.tx, deed.safe, [kept_of(deed, seen)], *times):
        return 0
    remember(deed, past, seen)
    matched = await write(deed, seen, findings)
    fetched = 0 if seen.candidate.is_again else 1
    await source_table.count(deed.tx, seen.candidate.source, fetched=fetched, matched=matched)
    return matched


async def write(deed: Deed, seen: Seen, findings: list[Finding]) -> int:
    """Sighting, matches and alerts; what was withdrawn meanwhile is left out.

    All fingerprints are held before anything is written, always in the same order.
    """
    ordered = sorted(findings, key=lambda each: each.fingerprint_id)
    gauges = [await flood_table.hold(deed.tx, each.fingerprint_id) for each in ordered]
    pairs = zip(ordered, gauges, strict=True)
    return sum([await _write_one(deed, seen, *pair) for pair in pairs])


async def _write_one(deed: Deed, seen: Seen, finding: Finding, gauge: Gauge | None) -> bool:
    case = await swept_case(deed.tx, finding.case_id)
    if case is None or gauge is None:
        return False
    if finding.silenced_by:
        await dismissal_table.count(deed.tx, finding.silenced_by)
        return False
    sighting = await sighting_table.see(deed.tx, seen.candidate, deed.now)
    source = seen.candidate.source
    is_shadow = await shadows.is_shadowed(deed.tx, deed.policy, source)
    match_id = await table.add(
        deed.tx, deed.safe, sighting, seen, finding, deed.now, source if is_shadow else ""
    )
    if match_id is None:
        return False
    if is_shadow:
        await deed.record(subject_of(match_id), fingerprint=finding.fingerprint_id, shadow=True)
        return True
    await turn_ends.heat(deed, source, [case.id])
    if not await floods.held_back(deed, case, gauge, match_id, kept(finding.verdict)):
        await tell(deed, case, match_id)
    alert_id = (await table.find(deed.tx, match_id)).alert_id
    if alert_id is not None:
        await leads.merge(deed, case, seen.candidate.page_digest, match_id, alert_id)
    await deed.record(subject_of(match_id), fingerprint=finding.fingerprint_id)
    return True


async def list_matches(desk: Desk, actor: Actor, fingerprint_id: int = 0) -> list[MatchView]:
    """The newest matches, of one fingerprint if it is named, undecided first, without their links."""
    async with desk.look(actor, Action.READ_MATCHES) as tx:
        found = await table.newest(tx, MOST_LISTED, fingerprint_id)
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
