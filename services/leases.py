"""Candidates among many processes: who may look at which, and for how long.

The table says what is to be done; a message in a queue only says where to look. Whoever dies loses
its leases by their time, and what is due and in nobody's hands is handed out again.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from domain.access import SYSTEM, Action
from domain.sightings import Candidate
from services.candidates import in_haste
from services.desk import Desk
from storage import leases as table

HANDED_OUT = timedelta(minutes=1)  # A message that was lost, or its worker, costs so much.
LEASE = timedelta(seconds=30)
RENEWED_EVERY_S = 10.0


async def hand_out(desk: Desk, source: str, most: int) -> list[int]:
    """Candidates that are due and in nobody's hands, of one source or of all, to be told to a worker."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        return await table.hand_out(deed.tx, source, deed.now, HANDED_OUT, most)


async def take(desk: Desk, ids: Collection[int], owner: str) -> list[Candidate]:
    """Those of the candidates that are still due, now this owner's."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        taken = await table.take(deed.tx, deed.safe, ids, owner, deed.now, LEASE)
        return await in_haste(deed, taken)


async def renew(desk: Desk, ids: Sequence[int], owner: str) -> None:
    """The owner is still at work on them."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        await table.renew(deed.tx, ids, owner, deed.now, LEASE)


async def free_leases(desk: Desk) -> int:
    """At the start of the only process: what its forerunner had in its hands is due again. How many."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        return await table.free(deed.tx, deed.now)
