"""Leads: posts that name a case found in what sources list, told, listed, and merged with matches."""

import asyncio
from dataclasses import dataclass, replace

from domain.access import Action, Actor
from domain.alerts import ALERT, AlertDraft, AlertEvent, AlertKind, Severity
from domain.cases import Case
from domain.leads import LEAD, MOST_ALERTED, Lead, LeadEvent, subject_of
from domain.sources import Page, Post
from domain.words import Named, Words
from services import alerts, copies
from services.desk import Deed, Desk
from services.fingerprints import swept_case
from services.keywords import compiled_words
from storage import alerts as alert_table
from storage import cases as case_table
from storage import keywords as keyword_table
from storage import leads as table
from storage.database import Transaction

MOST_LISTED = 30
Found = tuple[Post, Named]


@dataclass(frozen=True)
class LeadView:
    """A lead with its case's number; `link` is empty for all but the one who took its alert."""

    lead: Lead
    number: str
    link: str = ""


async def named_in(desk: Desk, page: Page) -> list[Found]:
    """The posts of a page that name a case, compared here, in memory; nothing is written."""
    posts = [post for post in page.posts if post.page_url and post.text]
    if not posts:
        return []
    words = await compiled_words(desk)
    return await asyncio.to_thread(_compared, words, posts)


def _compared(words: Words, posts: list[Post]) -> list[Found]:
    return [
        (post, named) for post in posts for named in words.named_in(post.text) if named.is_telling
    ]


async def write(deed: Deed, source: str, found: list[Found], *, is_shadow: bool = False) -> int:
    """Keep what was found as leads, each page once for each case; how many are new.

    is_shadow: nobody is told of them.
    """
    return sum([await _write_one(deed, source, *each, is_shadow=is_shadow) for each in found])


async def _write_one(deed: Deed, source: str, post: Post, named: Named, *, is_shadow: bool) -> bool:
    digest = table.page_digest(deed.safe, post)
    if await table.known_pages(deed.tx, named.case_id, [digest], in_shadow=is_shadow):
        return False
    case, still = await swept_case(deed.tx, named.case_id), await _still_set(deed, named)
    if case is None or still is None:
        return False
    lead_id = await table.add(
        deed.tx, deed.safe, source, post, still, deed.now, is_shadow=is_shadow
    )
    if lead_id is None:
        return False
    await deed.record(subject_of(lead_id), event="found", number=case.number, shadow=is_shadow)
    if is_shadow:
        return True
    if await table.alerted(deed.tx, case.id) < MOST_ALERTED:
        await _tell(deed, case, lead_id)
    return True


async def _still_set(deed: Deed, named: Named) -> Named | None:
    """Without the words that were forgotten since the comparison."""
    kept = await keyword_table.kept_of(deed.tx, named.keyword_ids)
    if not kept:
        return None
    pairs = zip(named.keyword_ids, named.ways, strict=True)
    left = [(each, way) for each, way in pairs if each in kept]
    return replace(named, keyword_ids=tuple(i for i, _ in left), ways=tuple(way for _, way in left))


async def _tell(deed: Deed, case: Case, lead_id: int) -> None:
    """Raise the alert of a lead: for the next briefing, never at night."""
    lead = await table.find(deed.tx, lead_id)
    draft = AlertDraft(
        kind=AlertKind.LEAD,
        severity=Severity.C,
        subject=subject_of(lead_id),
        dedup_key=f"lead:{lead_id}:{lead.version}",
        case_id=case.id,
        facts={
            "number": case.number,
            "source": lead.source,
            "count": len(lead.keyword_ids),
            "posted_at": lead.posted_at.isoformat() if lead.posted_at else "",
        },
    )
    await table.name_alert(deed.tx, lead_id, await alerts.raise_alert(deed, draft))


async def tell_of_shadow(deed: Deed, source: str) -> int:
    """What this source found in shadow counts from now on, without what a match has overtaken; how many."""
    count = 0
    for lead in await table.in_shadow(deed.tx, source):
        case = await swept_case(deed.tx, lead.case_id)
        if case is None or await table.known_pages(deed.tx, case.id, [lead.page_digest]):
            continue
        await table.leave_shadow(deed.tx, lead.id)
        count += 1
        if await table.alerted(deed.tx, case.id) < MOST_ALERTED:
            await _tell(deed, case, lead.id)
    return count


async def tell_next(deed: Deed, case: Case) -> None:
    """One of a case was decided: the one that has waited longest for its alert gets it."""
    waiting = await table.oldest_untold(deed.tx, case.id)
    if waiting is not None and await table.alerted(deed.tx, case.id) < MOST_ALERTED:
        await _tell(deed, case, waiting)


async def merge(deed: Deed, case: Case, page_digest: str, match_id: int, alert_id: int) -> None:
    """Media on the page of an undecided lead matched: the lead and its alert become part of that.

    alert_id: the match's alert. Whoever had taken the lead's alert keeps it, as ended.
    """
    lead = await table.on_page(deed.tx, case.id, page_digest)
    if lead is None:
        return
    after = LEAD.move(lead.state, LeadEvent.MERGE)
    await table.settle(deed.tx, lead, after, deed.now, match_id=match_id)
    await deed.record(subject_of(lead.id), event="merged", match=match_id)
    if lead.alert_id is not None:
        await _merge_alert(deed, lead.alert_id, alert_id)
    await tell_next(deed, case)


async def _merge_alert(deed: Deed, alert_id: int, into: int) -> None:
    alert = await alert_table.find(deed.tx, deed.safe, alert_id, to_change=True)
    if not ALERT.allows(alert.state, AlertEvent.MERGE):
        await alerts.end(deed, alert_id)
        return
    merged = ALERT.move(alert.state, AlertEvent.MERGE)
    alert = await alert_table.change(
        deed.tx, deed.safe, alert, state=merged, merged_into=into, next_rung_at=None
    )
    await deed.record(f"alert:{alert_id}", event="merged", into=into)
    await copies.refresh(deed, alert)


async def list_leads(desk: Desk, actor: Actor) -> list[LeadView]:
    """The newest leads, undecided first, without their links."""
    async with desk.look(actor, Action.READ_LEADS) as tx:
        found = await table.newest(tx, MOST_LISTED)
        return [LeadView(lead, await _number(tx, lead)) for lead in found]


async def show_lead(desk: Desk, actor: Actor, lead_id: int) -> LeadView:
    """One lead; its link is opened, and that is written down, for whoever took its alert."""
    async with desk.deed(actor, Action.READ_LEADS) as deed:
        lead = await table.find(deed.tx, lead_id)
        link = ""
        if await _is_taken_by(deed, lead) and deed.sealing(lead.case_id) is not None:
            link = await table.link(deed.tx, deed.safe, lead_id)
            await deed.record(subject_of(lead_id), opened="link")
        return LeadView(lead, await _number(deed.tx, lead), link)


async def _is_taken_by(deed: Deed, lead: Lead) -> bool:
    if lead.alert_id is None:
        return False
    alert = await alert_table.find(deed.tx, deed.safe, lead.alert_id)
    return alert.owner == deed.actor.id


async def _number(tx: Transaction, lead: Lead) -> str:
    case = await case_table.find(tx, lead.case_id)
    return case.number if case else ""
