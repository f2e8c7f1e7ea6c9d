"""Taking in what sources list, handing it out to be looked at, and letting go of what was seen."""

from datetime import timedelta

from domain.access import SYSTEM, Action
from domain.sightings import Candidate, next_try
from domain.sources import Page
from services.desk import Desk
from storage import candidates as table
from storage import sources as source_table

LEASE = timedelta(minutes=5)
GIVEN_UP = timedelta(days=30)  # Where nothing is kept: else what failed were listed and tried anew.


async def take_in(desk: Desk, source: str, page: Page) -> int:
    """Keep a page's media and move the cursor past it, both or neither; how many are new."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        added = [await table.add(deed.tx, deed.safe, source, item, deed.now) for item in page.items]
        await source_table.move(deed.tx, source, page.cursor, sum(added), deed.now)
        await source_table.note_trouble(deed.tx, source, page.trouble)
    return sum(added)


async def lease(desk: Desk, source: str, owner: str, most: int) -> list[Candidate]:
    """Take the next candidates of a source that are due; they come back if this process dies."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        return await table.lease(deed.tx, deed.safe, source, owner, deed.now, LEASE, most)


async def note_failure(desk: Desk, candidate: Candidate, reason: str) -> None:
    """A look that gave nothing: another one later, or a note of why there is none."""
    wait = next_try(reason, candidate.attempt)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        if wait is not None:
            await table.try_again(deed.tx, candidate, reason, deed.now + wait)
        elif await table.give_up(deed.tx, candidate, reason):
            await source_table.count(deed.tx, candidate.source, failed=1)


async def forget_old(desk: Desk) -> None:
    """Drop what was seen longer ago than the policy keeps it, and what was given up."""
    seen = desk.policy.retention.seen
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await table.forget_before(deed.tx, deed.now - seen)
        await table.delete_failed_before(deed.tx, deed.now - (seen or GIVEN_UP))
