"""Shadow mode: everything is done and counted for a source, nobody is paged, and a report says what
would have been.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from domain.access import Action, Actor
from domain.matches import severity_of
from domain.policy import Policy
from domain.refusals import Reason, Refusal
from domain.verdicts import Tier
from services import leads
from services.desk import Deed, Desk
from services.fingerprints import swept_case
from services.match_alerts import tell
from services.sources import named
from services.turns import all_sources
from storage import cases as case_table
from storage import leads as lead_table
from storage import matches as match_table
from storage import sources as table
from storage.database import Transaction

_PAGES_NOBODY = frozenset({Tier.POSSIBLE})


@dataclass(frozen=True)
class ShadowReport:
    """What a source would have brought since it began in shadow.

    alerts: by severity; leads: how many would have waited for the morning; cases: the numbers of the
    cases that both are about; busiest: the most alerts in one hour, and pages: how many would have
    woken somebody.
    """

    name: str
    since: datetime | None
    seen: int
    fetched: int
    alerts: dict[str, int]
    leads: int
    cases: tuple[str, ...]
    pages: int
    busiest: int
    is_over: bool


async def is_shadowed(tx: Transaction, policy: Policy, name: str) -> bool:
    """Whether nobody is paged for what this source brings."""
    row = await table.find(tx, name)
    if row is not None and (row.shadow_since is not None or row.shadow_ended_at is not None):
        return row.shadow_since is not None
    return any(source.name == name and source.is_shadow for source in policy.sources)


async def shadowed(tx: Transaction, policy: Policy) -> frozenset[str]:
    """The names of all sources in shadow."""
    rows = await table.every_row(tx)
    names = {source.name for source in policy.sources} | set(rows)
    return frozenset([name for name in names if await is_shadowed(tx, policy, name)])


async def begin(desk: Desk, actor: Actor, name: str) -> None:
    """From now on nobody is paged for what this source brings."""
    async with desk.deed(actor, Action.APPROVE_SOURCE) as deed:
        named(await all_sources(deed.tx, desk), name)
        row = await table.begin(deed.tx, name, deed.now)
        row.shadow_since, row.shadow_ended_at = row.shadow_since or deed.now, None
        deed.tx.add(row)
        await deed.record(f"source:{name}", event="shadow_begun")
        await deed.answer("shadow_begun", name=name)


async def report(desk: Desk, actor: Actor, name: str) -> ShadowReport:
    """What would have been; refuses a source that was never in shadow."""
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        named(await all_sources(tx, desk), name)
        row = await table.find(tx, name)
        if row is None or (row.shadow_since is None and row.shadow_ended_at is None):
            raise Refusal(Reason.NOT_IN_SHADOW, name=name)
        found = await match_table.in_shadow(tx, name)
        alerts: Counter[str] = Counter()
        hours: Counter[str] = Counter()
        numbers, pages = set[str](), 0
        for match in found:
            case = await case_table.existing(tx, match.case_id)
            alerts[severity_of(match.verdict.tier, case.is_minor)] += 1
            numbers.add(case.number)
            if match.verdict.tier not in _PAGES_NOBODY:
                pages += 1
                hours[match.found_at.strftime("%Y-%m-%d %H")] += 1
        waiting = await lead_table.in_shadow(tx, name)
        for lead in waiting:
            numbers.add((await case_table.existing(tx, lead.case_id)).number)
        return ShadowReport(
            name=name,
            since=row.shadow_since,
            seen=row.seen,
            fetched=row.fetched,
            alerts=dict(alerts),
            leads=len(waiting),
            cases=tuple(sorted(numbers)),
            pages=pages,
            busiest=max(hours.values(), default=0),
            is_over=row.shadow_since is None,
        )


async def end(desk: Desk, actor: Actor, name: str, *, are_told: bool) -> int:
    """From now on this source pages; are_told: what it found in shadow does, too. How many it told of."""
    async with desk.deed(actor, Action.APPROVE_SOURCE) as deed:
        named(await all_sources(deed.tx, desk), name)
        row = await table.begin(deed.tx, name, deed.now)
        if row.shadow_since is None:
            raise Refusal(Reason.NOT_IN_SHADOW, name=name)
        row.shadow_since, row.shadow_ended_at = None, deed.now
        deed.tx.add(row)
        count = await _tell_all(deed, name) if are_told else 0
        await deed.record(f"source:{name}", event="shadow_ended", told=count)
        await deed.answer("shadow_ended", name=name, count=count)
    return count


async def _tell_all(deed: Deed, name: str) -> int:
    count = 0
    for match in await match_table.in_shadow(deed.tx, name):
        case = await swept_case(deed.tx, match.case_id)
        if case is not None:
            await match_table.leave_shadow(deed.tx, match.id)
            await tell(deed, case, match.id)
            count += 1
    return count + await leads.tell_of_shadow(deed, name)
