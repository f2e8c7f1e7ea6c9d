"""Following what every process settles, so that the one that looks back knows all of it."""

import asyncio
from datetime import datetime

from domain.access import SYSTEM, Action
from services.desk import Desk
from services.past import Memory, Past
from storage import followed
from storage.kept_prints import KeptPrint
from storage.sealed import Safe

_READ_AT_ONCE = 2_000


def since(desk: Desk) -> datetime:
    """What was seen up to this moment is forgotten."""
    return desk.clock.now() - desk.policy.retention.seen


async def begin(desk: Desk, past: Past) -> None:
    """Before anything is read by its id: what is settled from now on is to be followed."""
    if past.memory is Memory.EVERYBODYS and past.read_from is None:
        async with desk.look(SYSTEM, Action.SWEEP) as tx:
            past.read_from, _ = await followed.bounds(tx)


async def follow(desk: Desk, past: Past) -> int:
    """Read all that is settled up to now and may not have been read; how many.

    What is under way is read again the next time: it may come twice, and is judged once.
    """
    if past.memory is not Memory.EVERYBODYS or past.read_from is None:
        return 0
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        under_way, below = await followed.bounds(tx)
    place, count = (past.read_from, 0), 0
    while True:
        async with desk.look(SYSTEM, Action.SWEEP) as tx:
            found = await followed.settled_after(tx, place, below, _READ_AT_ONCE)
        if not found:
            past.read_from = under_way
            return count
        place, count = found[-1][0], count + len(found)
        await keep(desk, past, [kept for _, kept in found])


async def keep(desk: Desk, past: Past, kept: list[KeptPrint]) -> None:
    """Add what isn't to be forgotten at once."""
    oldest = since(desk)
    lasting = [each for each in kept if each.examined_at > oldest]
    if lasting:
        await asyncio.to_thread(_add, past, desk.safe, lasting)


def _add(past: Past, safe: Safe, kept: list[KeptPrint]) -> None:
    pdqs = [each.pdq(safe) for each in kept]
    past.add([each.id for each in kept], [each.examined_at for each in kept], pdqs)
