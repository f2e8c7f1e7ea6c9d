"""What was only glanced at while much waited is looked at in full as soon as nothing else is due."""

from jobs.candidates import examine_waiting
from jobs.sweeper import Sweeper
from services import candidates


async def look_again(sweeper: Sweeper) -> None:
    """Give what was only glanced at its thorough look, for as long as nothing else waits."""
    while await candidates.call_back(sweeper.desk):
        await examine_waiting(sweeper)
