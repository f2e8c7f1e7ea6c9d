"""The one table: every loop of the centre, and how often it runs."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from jobs import deadlines, retention, sweep
from jobs.delivery import Courier
from jobs.loops import Row
from jobs.sweep import Sweeper
from jobs.tally import Tally
from services import audit, checkins
from services.desk import Desk, delivery_loop
from services.fingerprints import LOOK_BACK
from services.ports import Loop
from services.sources import loop_of

_SECOND = timedelta(seconds=1)


def table_of(
    desk: Desk, couriers: Sequence[Courier], sweeper: Sweeper, tend: Loop, watch: Loop
) -> list[Row]:
    """All loops; `tend` keeps Slack open and acts on letters left over, `watch` looks after our own health."""
    due = partial(deadlines.run, desk, (checkins.prompt_due, checkins.remind_and_expire))
    return [
        *(Row(delivery_loop(courier.route), _SECOND, courier.run) for courier in couriers),
        Row("deadlines", _SECOND, due),
        Row("checkins", 60 * _SECOND, due),
        *(_sweep(sweeper, source.name, source.every) for source in desk.policy.sources),
        Row(LOOK_BACK, 30 * _SECOND, partial(sweep.look_back, sweeper)),
        Row("audit", 5 * _SECOND, partial(audit.seal, desk)),
        Row("retention", 3600 * _SECOND, partial(retention.run, desk)),
        Row("tend", 10 * _SECOND, tend),
        Row("health", 30 * _SECOND, watch),
        Row("tally", 60 * _SECOND, Tally(desk, couriers).run),
    ]


def _sweep(sweeper: Sweeper, name: str, every: timedelta) -> Row:
    return Row(loop_of(name), every, partial(sweep.run_once, sweeper, name))
