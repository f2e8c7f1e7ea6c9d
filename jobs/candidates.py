"""Candidates under way: each is fetched, looked at, compared, and told of where it matches."""

import asyncio
from dataclasses import replace

import structlog

from domain.sightings import Candidate
from domain.sources import Trouble
from jobs.loops import still_going
from jobs.sweeper import Sweeper
from services import candidates, matches
from services.examiner import Crowded, Unhashable
from services.ports import Fetched, Unfetchable

_AT_ONCE = 192  # While some are fetched, others are decoded and many wait to be settled together.
_TAKEN_AT_ONCE = 64  # At least, since each time is a transaction.
NEWS_S = 0.5  # Real seconds between two looks at what has become due, while nothing gets done.

log = structlog.get_logger()


async def examine_waiting(sweeper: Sweeper, name: str = "") -> int:
    """Look at every candidate that is due, of one source or of all, or hand it out; how many matches.

    So many are always under way, as long as there are any: a slow host holds up nobody else's, nor
    what becomes due meanwhile.
    """
    if sweeper.handing is not None:
        await sweeper.handing.hand_out(name)
        return 0
    matched, under_way = 0, set[asyncio.Task[int]]()
    try:
        while True:
            if len(under_way) <= _AT_ONCE - _TAKEN_AT_ONCE:
                under_way |= await _begin(sweeper, name, _AT_ONCE - len(under_way))
            if not under_way:
                return matched
            done, under_way = await asyncio.wait(
                under_way, timeout=NEWS_S, return_when=asyncio.FIRST_COMPLETED
            )
            matched += sum(each.result() for each in done if each.exception() is None)
            if done:
                still_going()
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _begin(sweeper: Sweeper, name: str, most: int) -> set[asyncio.Task[int]]:
    """Begin to look at the next candidates, none of which is under way already."""
    desk, hands = sweeper.desk, sweeper.hands
    await _give_back(sweeper)
    batch = await candidates.lease(desk, name, sweeper.owner, most, hands.held)
    if not batch:
        return set()
    hands.take(batch)
    try:
        await matches.refresh(desk, sweeper.examiner)  # It says what a look must find.
    except BaseException:
        hands.drop(batch)
        raise
    return {hands.start(each, examine_one(sweeper, each)) for each in batch}


async def _give_back(sweeper: Sweeper) -> None:
    """What was let fall is due again soon, or else its leases would have to run out first."""
    fallen = sweeper.hands.picked_up()
    if not fallen:
        return
    try:
        await candidates.give_back(sweeper.desk, fallen)
    except BaseException:
        sweeper.hands.drop(fallen)
        raise


async def examine_one(sweeper: Sweeper, candidate: Candidate) -> int:
    """One candidate; whatever goes wrong costs this one alone. Raises what keeps even that from being noted."""
    rest = None
    try:
        fetched = await sweeper.fetcher.fetch(candidate.media_url, candidate.etag)
        try:
            return await _examine(sweeper, candidate, fetched)
        finally:
            fetched.let_go()
    except Unfetchable as flaw:
        reason, rest = flaw.reason, flaw.retry_after
    except Crowded as crowd:
        reason, rest = crowd.reason, crowd.retry_after
    except Unhashable as flaw:
        reason = flaw.reason
    except Exception as error:  # noqa: BLE001 - a bug met by one picture must not hide the next one.
        # No traceback: its message could hold an address.
        log.error("candidate_failed", candidate=candidate.id, error=type(error).__name__)
        reason = Trouble.OUR_FAULT.value
    await candidates.note_failure(sweeper.desk, candidate, reason, rest)
    return 0


async def _examine(sweeper: Sweeper, candidate: Candidate, fetched: Fetched) -> int:
    """By a glance first, where that may do."""
    desk, examiner = sweeper.desk, sweeper.examiner
    if fetched.is_unchanged:
        await candidates.note_unchanged(desk, candidate)
        return 0
    seen = replace(candidate, etag=fetched.etag)
    if candidate.may_glance and await matches.pass_by(desk, examiner, seen, fetched.data):
        return 0
    query = await examiner.look(fetched.data)
    return await matches.examine(desk, examiner, seen, query)
