"""What was only glanced at while much waited is looked at in full as soon as nothing else is due."""

from jobs.candidates import examine_waiting
from jobs.handing import Handing
from jobs.sweeper import Sweeper
from services import candidates

MOST_AGAIN = 4_096  # In a turn: what many workers look at in some seconds.


async def look_again(sweeper: Sweeper) -> None:
    """Give what was only glanced at its thorough look, for as long as nothing else waits."""
    if sweeper.handing is not None:
        await _hand_out_again(sweeper, sweeper.handing)
        return
    while await candidates.call_back(sweeper.desk):
        await examine_waiting(sweeper)


async def _hand_out_again(sweeper: Sweeper, handing: Handing) -> None:
    """As much as workers take from one turn to the next: twice the last time's while they leave nothing in
    the queue, and nothing while they do, then less: what comes newly would wait behind it.
    """
    if await handing.queue.waiting():
        handing.called_back //= 2
        return
    share, called = max(2 * handing.called_back, candidates.CROWD), 0
    while called < min(share, MOST_AGAIN) and (more := await candidates.call_back(sweeper.desk)):
        called += more
    handing.called_back = called
    await handing.hand_out()
