"""Trials: a source is added paused, read once, and what it would bring is shown before it counts."""

import re
from dataclasses import dataclass
from datetime import timedelta

from domain.access import SYSTEM, Action, Actor
from domain.networks import NETWORKS
from domain.outbox import Draft, Operation, Route
from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from domain.sources import MalformedSource, Page, Term, Watch, absolute, unclickable
from services import allowances
from services.desk import Deed, Desk
from services.sources import named
from services.turns import all_sources, stand
from storage import added_sources as added_table
from storage import sources as source_table
from storage import trials as table
from storage.trials import Trial, TrialRow

TRIALS = "trials"  # The loop that reads them.
MOST_CALLS = 10  # Of one trial.
SHOWN = 5  # Pages named in what is told of a trial.
SHORTEST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(days=1)
_NAME = re.compile(r"[a-z0-9-]{1,30}")


@dataclass(frozen=True)
class Tried:
    """What a source gave when it was read once: a page, what was wrong, or why it was not asked."""

    page: Page | None = None
    trouble: MalformedSource | None = None
    refusal: Refusal | None = None
    seconds: float = 0.0
    calls: int = 0


def addable() -> list[str]:
    """The networks whose sources a form may add: they need neither keys nor an approval."""
    return sorted(n.name for n in NETWORKS.values() if not n.needs and not n.needs_approval)


def checked(source: SourcePolicy) -> dict[str, Refusal]:
    """What is wrong with a source that somebody wants to add, by the field of the form."""
    wrong: dict[str, Refusal] = {}
    if not _NAME.fullmatch(source.name):
        wrong["name"] = Refusal(Reason.BAD_SOURCE_NAME)
    if not absolute("", source.url):
        wrong["url"] = Refusal(Reason.BAD_SOURCE_URL)
    if not SHORTEST_WAIT <= source.every <= LONGEST_WAIT:
        wrong["every"] = Refusal(Reason.BAD_SOURCE_WAIT)
    if source.kind not in addable():
        wrong["kind"] = Refusal(Reason.NO_SUCH_SOURCE, name=source.kind[:40])
    return wrong


async def refuse_taken(desk: Desk, actor: Actor, name: str) -> None:
    """Refuse a name that a source has already."""
    async with desk.look(actor, Action.CHANGE_SOURCES) as tx:
        if any(source.name == name for source in await all_sources(tx, desk)):
            raise Refusal(Reason.SOURCE_NAME_TAKEN, name=name)


async def add_source(desk: Desk, actor: Actor, source: SourcePolicy) -> None:
    """Keep a source, paused, and ask for its trial; whoever added it then lets it begin."""
    for refusal in checked(source).values():
        raise refusal
    async with desk.deed(actor, Action.CHANGE_SOURCES) as deed:
        is_new = all(each.name != source.name for each in await all_sources(deed.tx, desk))
        if not is_new or not await added_table.add(deed.tx, source, actor.id, deed.now):
            raise Refusal(Reason.SOURCE_NAME_TAKEN, name=source.name)
        row = await source_table.begin(deed.tx, source.name, deed.now)
        row.is_paused = True
        deed.tx.add(row)
        await deed.record(f"source:{source.name}", event="added", kind=source.kind)
        await _ask(deed, source.name)


async def try_source(desk: Desk, actor: Actor, name: str) -> None:
    """Have a source read once, keeping nothing; the answer comes when it was.

    Refuses one that may not be asked now.
    """
    async with desk.deed(actor, Action.SWEEP) as deed:
        source = named(await all_sources(deed.tx, desk), name)
        await _calls(deed, source)
        await deed.record(f"source:{source.name}", asked="trial")
        await _ask(deed, source.name)


async def _ask(deed: Deed, name: str) -> None:
    actor = deed.actor
    row = TrialRow(
        source=name,
        asked_by=actor.id,
        channel=actor.channel or actor.id,
        language=actor.language,
        asked_at=deed.now,
    )
    await table.add(deed.tx, row)
    await deed.answer("source_trial_begun", name=name)
    deed.wake_after("sources")
    deed.wake_after(TRIALS)


async def _calls(deed: Deed, source: SourcePolicy) -> int:
    """How many calls a trial may make now; refuses where the source may not be asked at all."""
    row = await source_table.begin(deed.tx, source.name, deed.now)
    await stand(deed, row, source)
    calls = allowances.require_calls(deed, row, source)
    deed.tx.add(row)
    return min(calls, MOST_CALLS)


async def waiting(desk: Desk) -> list[tuple[Trial, SourcePolicy | None]]:
    """Every trial that waits, with its source unless it is gone."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        known = {source.name: source for source in await all_sources(tx, desk)}
        return [(trial, known.get(trial.source)) for trial in await table.waiting(tx)]


async def begin_trial(desk: Desk, source: SourcePolicy) -> Watch:
    """What a trial starts from: the source's beginning; refuses as when it was asked for."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        calls = await _calls(deed, source)
    terms = tuple(Term(f"trial{number}", tag) for number, tag in enumerate(source.tags))
    return Watch(source, terms, calls=calls)


async def tell(desk: Desk, trial: Trial, tried: Tried) -> None:
    """Count what the trial cost, and show whoever asked what the source would have brought."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await source_table.find(deed.tx, trial.source)
        if row is not None:
            await _count(deed, trial.source, tried)
        if not await table.end(deed.tx, trial.id, deed.now):
            return
        added = {source.name for source in await added_table.all_added(deed.tx)}
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.EPHEMERAL,
            kind="source_tried",
            address=trial.channel,
            dedup_key=f"trial:{trial.id}",
            facts={
                **_seen(tried.page),
                **_unread(tried),
                "name": trial.source,
                "user": trial.asked_by,
                "seconds": round(tried.seconds, 1),
                "is_paused": row is not None and row.is_paused,
                "is_added": trial.source in added,
            },
            language=trial.language,
            order_key=f"answer:{trial.asked_by}",
        )
        await deed.send(draft)


async def _count(deed: Deed, name: str, tried: Tried) -> None:
    """Its calls are calls like any other, and so is a wait that the source asked for."""
    row = await source_table.begin(deed.tx, name)
    row.spent += tried.calls
    trouble = tried.trouble or (tried.page.trouble if tried.page else None)
    if trouble is not None and trouble.retry_after is not None:
        source_table.rest(row, trouble.retry_after, deed.now)
    deed.tx.add(row)


def _unread(tried: Tried) -> dict[str, object]:
    """What went wrong, and why it was not asked at all; empty where nothing did."""
    trouble, refusal = tried.trouble, tried.refusal
    return {
        "trouble": trouble.trouble if trouble else "",
        "detail": trouble.detail if trouble else "",
        "refused": refusal.reason if refusal else "",
        "until": refusal.facts.get("until", "") if refusal else "",
    }


def _seen(page: Page | None) -> dict[str, object]:
    if page is None:
        return {"media": 0, "posts": 0, "pages": []}
    pages = dict.fromkeys(item.page_url for item in page.items)
    shown = [unclickable(url)[:200] for url in pages][:SHOWN]
    return {"media": len(page.items), "posts": len(page.posts), "pages": shown}
