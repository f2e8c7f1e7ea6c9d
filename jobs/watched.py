"""What is watched: a loop for each source, also for those that staff add while the centre runs."""

from functools import partial

from domain.policy import SourcePolicy
from jobs import sweep
from jobs.loops import Loops, Row
from jobs.sweeper import Sweeper
from services import turns
from services.sources import loop_of


def row_of(sweeper: Sweeper, source: SourcePolicy) -> Row:
    """A source's loop: it looks as often as the source may be hot, and polls when that is due."""
    return Row(
        loop_of(source.name), turns.tick_of(source), partial(sweep.poll_due, sweeper, source.name)
    )


async def follow(loops: Loops, sweeper: Sweeper) -> None:
    """Begin the loops of sources that were added, and end those of sources that are gone."""
    sources = await turns.every_source(sweeper.desk)
    wanted = {loop_of(source.name): source for source in sources}
    for name in [name for name in loops.beats if name.startswith(loop_of(""))]:
        if name not in wanted:
            loops.drop(name)
    for source in wanted.values():
        loops.put(row_of(sweeper, source))
