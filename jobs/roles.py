"""Which loops run in which process, where the centre is more than one."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from domain.outbox import Route
from domain.processes import ProcessRole
from jobs.examining import follow_register
from jobs.handing import Handing
from jobs.loops import Loops, Row
from jobs.sweeper import Sweeper
from services.desk import delivery_loop
from services.fingerprints import LOOK_BACK
from services.ports import Wake

REGISTER = "register"
HAND_OUT = "hand-out"
_EVERYWHERE = frozenset({"health"})
_OF_BOT = frozenset({"tend", "tally", *map(delivery_loop, Route)})
_REFRESHED = timedelta(seconds=2)
_HANDED_OUT = timedelta(seconds=2)


def rows_of(role: ProcessRole, table: Iterable[Row]) -> list[Row]:
    """Of all loops those of this role: what speaks is the bot's, all else the scheduler's."""
    if role is ProcessRole.ALL:
        return list(table)
    return [row for row in table if row.name in _EVERYWHERE or _owner(row.name) is role]


def _owner(name: str) -> ProcessRole:
    return ProcessRole.BOT if name in _OF_BOT else ProcessRole.SCHEDULER


def hand_out_row(handing: Handing) -> Row:
    """The scheduler's: what is due, whoever had it."""
    return Row(HAND_OUT, _HANDED_OUT, handing.run)


def register_row(sweeper: Sweeper) -> Row:
    """A worker's: what is registered or withdrawn anywhere counts here, also while it is idle."""
    return Row(REGISTER, _REFRESHED, partial(follow_register, sweeper))


def waking(loops: Loops, elsewhere: Wake) -> Wake:
    """Wake a loop here, or wherever it runs."""

    def wake(loop: str) -> None:
        (loops.wake if loop in loops.beats else elsewhere)(loop)

    return wake


def heard_by(loops: Loops) -> Wake:
    """What another process woke, if it runs here; looking back means that fingerprints changed."""

    def heard(loop: str) -> None:
        for name in {loop, REGISTER if loop == LOOK_BACK else loop}:
            if name in loops.beats:
                loops.wake(name)

    return heard
