"""Taking in what sources list, handing it out to be looked at, and letting go of what was seen."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from domain.access import SYSTEM, Action, Actor
from domain.sightings import LONGEST_REST, Candidate, next_try
from domain.sources import Gap, Page
from services import leads, shadows, turn_ends
from services.desk import Deed, Desk
from services.leads import Found
from services.turn_ends import NOTHING_ASKED, Asked
from storage import candidates as table
from storage import glances as glance_table
from storage import rechecks
from storage import settlements as settlement_table
from storage import sources as source_table

EXAMINE = "examine"  # The loop that looks at what waits.
LEASE = timedelta(minutes=5)
SOON = timedelta(seconds=5)
CROWD = 64  # Due at once: two cores give them their full treatment in two seconds.
LISTED, BY_WORD = 0, 1  # What a case's words brought is looked at first.
GIVEN_UP = timedelta(days=30)  # Where nothing is kept: else what failed were listed and tried anew.


async def take_in(desk: Desk, source: str, page: Page, asked: Asked = NOTHING_ASKED) -> int:
    """Keep a page's media and leads and move the cursor past it, all or nothing; how many are new."""
    named = await leads.named_in(desk, page)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        added = await _add(deed, source, page, named)
        await turn_ends.end_page(deed, source, page, added, asked)
        deed.wake_after(EXAMINE)
    return added.total()


async def take_in_stream(desk: Desk, source: str, page: Page, place: str = "") -> int:
    """The same for what a stream of this place told."""
    named = await leads.named_in(desk, page)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        added = await _add(deed, source, page, named)
        await turn_ends.end_stream_page(deed, source, page, added.total(), place)
        deed.wake_after(EXAMINE)
    return added.total()


async def fill_in(
    desk: Desk, source: str, page: Page, gap: Gap, calls: int = 0, *, place: str = ""
) -> bool:
    """The same for a page of what a source's gap had left out; whether there is more of it now."""
    named = await leads.named_in(desk, page)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        added = await _add(deed, source, page, named)
        filled = turn_ends.Filled(gap, added.total(), calls, place)
        is_more = await turn_ends.end_gap_page(deed, source, page, filled)
        deed.wake_after(EXAMINE)
    return is_more


async def _add(deed: Deed, source: str, page: Page, named: list[Found]) -> Counter[str]:
    """How many pieces of media are new, by the key of the word that brought them."""
    added: Counter[str] = Counter()
    in_shadow = await shadows.shadowed(deed.tx, deed.policy)
    is_in_shadow = source in in_shadow
    await leads.write(deed, source, named, is_shadow=is_in_shadow)
    listed = [(item, BY_WORD if item.term else LISTED) for item in page.items]
    news = await table.add_all(deed.tx, deed.safe, source, listed, deed.now)
    for item, is_new in zip(page.items, news, strict=True):
        if not is_new and in_shadow and not is_in_shadow:
            is_new = await rechecks.take_over(deed.tx, deed.safe, source, item, deed.now, in_shadow)
        if not is_new:
            await rechecks.list_again(deed.tx, deed.safe, source, item, deed.now)
        added[item.term] += is_new
    return added


async def lease(
    desk: Desk, source: str, owner: str, most: int, held: Collection[int] = ()
) -> list[Candidate]:
    """Take the next candidates that are due, of one source or of all (no name); they come back if this
    process dies, but not those it says it holds. Where many more are due, a glance may do for those that
    nothing speaks for.
    """
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        taken = await table.lease(deed.tx, deed.safe, source, owner, deed.now, LEASE, most, held)
        return await in_haste(deed, taken)


async def give_back(desk: Desk, fallen: Sequence[Candidate]) -> None:
    """These looks were broken off by no fault of the media's: they don't count, and are made anew soon."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        for each in fallen:
            await settlement_table.give_back(deed.tx, each, deed.now + SOON)


async def in_haste(deed: Deed, taken: list[Candidate]) -> list[Candidate]:
    """These as they are where they and what is still due are a crowd; else none is to be glanced at."""
    if await glance_table.is_crowded(deed.tx, deed.now, CROWD - len(taken)):
        return taken
    return [replace(each, may_glance=False) for each in taken]


async def call_back(desk: Desk) -> int:
    """Let some of what was only glanced at be looked at, unless anything else is due; how many."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        if await glance_table.is_crowded(deed.tx, deed.now, 1):
            return 0
        return await glance_table.call_back(deed.tx, deed.now, CROWD)


async def note_failure(
    desk: Desk, candidate: Candidate, reason: str, retry_after: timedelta | None = None
) -> None:
    """A look that gave nothing: another one later, or a note of why there is none.

    retry_after: its host wants to be left alone for so long, which costs it no attempt.
    """
    wait = next_try(reason, candidate.attempt, retry_after)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        if retry_after is not None and wait is not None:
            await _let_rest(deed, candidate, reason, wait)
        elif wait is not None:
            await settlement_table.try_again(deed.tx, candidate, reason, deed.now + wait)
        else:
            await _give_up(deed, candidate, reason)


async def _let_rest(deed: Deed, candidate: Candidate, reason: str, wait: timedelta) -> None:
    latest = deed.now - LONGEST_REST
    if not await rechecks.rest(deed.tx, candidate, reason, deed.now + wait, latest):
        await _give_up(deed, candidate, reason)


async def _give_up(deed: Deed, candidate: Candidate, reason: str) -> None:
    """What is known of it from before stands all the same."""
    if await rechecks.stand(deed.tx, candidate, reason, deed.now + deed.policy.recheck):
        return
    if await settlement_table.give_up(deed.tx, candidate, reason):
        await source_table.count(deed.tx, candidate.source, failed=1)


async def note_unchanged(desk: Desk, candidate: Candidate) -> None:
    """It is what it was when it was examined."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        await rechecks.stand(deed.tx, candidate, "", deed.now + deed.policy.recheck)


async def notes_by_source(desk: Desk, actor: Actor) -> dict[str, dict[str, int]]:
    """Why looks gave nothing: for each source how many candidates bear which reason now."""
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        return await rechecks.notes(tx)


async def forget_old(desk: Desk) -> None:
    """Drop what was seen longer ago than the policy keeps it, and what was given up."""
    seen = desk.policy.retention.seen
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await table.forget_before(deed.tx, deed.now - seen)
        await table.delete_failed_before(deed.tx, deed.now - (seen or GIVEN_UP))
