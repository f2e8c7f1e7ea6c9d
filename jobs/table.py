"""The one table: every loop of the centre, and how often it runs."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from jobs import candidates, deadlines, gaps, glances, retention, sweep, trials, watched
from jobs.backlogs import Backlogs
from jobs.delivery import Courier
from jobs.loops import Loops, Row
from jobs.streams import Streams
from jobs.sweeper import Sweeper
from jobs.tally import Tally
from services import audit, checkins, mornings, silences, sweeps
from services.candidates import EXAMINE
from services.desk import Desk, delivery_loop
from services.fingerprints import LOOK_BACK
from services.ports import Loop
from services.trials import TRIALS

_SECOND = timedelta(seconds=1)


def table_of(
    desk: Desk, couriers: Sequence[Courier], sweeper: Sweeper, tend: Loop, watch: Loop
) -> list[Row]:
    """All loops but those of sources; `tend` keeps Slack open and acts on letters left over, `watch`
    looks after our own health.
    """
    due = partial(deadlines.run, desk, (checkins.prompt_due, checkins.remind_and_expire))
    return [
        *(Row(delivery_loop(courier.route), _SECOND, courier.run) for courier in couriers),
        Row("deadlines", _SECOND, due),
        Row("checkins", 60 * _SECOND, due),
        Row(EXAMINE, 5 * _SECOND, partial(candidates.examine_waiting, sweeper)),
        Row("second-looks", 5 * _SECOND, partial(glances.look_again, sweeper)),
        Row(sweeps.PROGRESS, 2 * _SECOND, partial(sweeps.tell_progress, desk)),
        Row("gaps", 60 * _SECOND, partial(gaps.fill, sweeper)),
        Row(TRIALS, 60 * _SECOND, partial(trials.run, sweeper)),
        Row("silences", 60 * _SECOND, partial(silences.look, desk)),
        Row("backlogs", 30 * _SECOND, Backlogs(desk).look),
        Row("mornings", 60 * _SECOND, partial(mornings.say_good_morning, desk)),
        Row(LOOK_BACK, 30 * _SECOND, partial(sweep.look_back, sweeper)),
        Row("audit", 5 * _SECOND, partial(audit.seal, desk)),
        Row("retention", 3600 * _SECOND, partial(retention.run, desk)),
        Row("tend", 10 * _SECOND, tend),
        Row("health", 30 * _SECOND, watch),
        Row("tally", 60 * _SECOND, Tally(desk, couriers).run),
    ]


def sources_of(loops: Loops, sweeper: Sweeper, streams: Streams) -> list[Row]:
    """The loops that begin and end those of sources, and their streams."""
    return [
        Row("sources", 5 * _SECOND, partial(watched.follow, loops, sweeper)),
        Row("streams", 5 * _SECOND, streams.tend),
    ]
