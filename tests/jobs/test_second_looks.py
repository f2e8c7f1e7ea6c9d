"""Second looks by workers: as many as these take, never before what is new, and they make no haste."""

from dataclasses import dataclass, replace

import pytest

from domain.sources import Item, Page
from jobs.glances import look_again
from jobs.handing import Handing
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from services import candidates
from services.desk import Desk
from tests.jobs.processes import Line
from tests.jobs.test_crowds import crowded
from tests.square_sweeps import SOURCE, jpeg, media

FRESH = Page((Item("99", 0, media(99), "https://square.example/99"),), None)


@dataclass
class Busy(Line):
    """A queue in which some jobs are left."""

    left: int = 0

    async def waiting(self) -> int:
        return self.left


@pytest.fixture
async def scheduler(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Sweeper:
    """Nine pictures were glanced at, and nothing else is due."""
    monkeypatch.setattr(candidates, "CROWD", 2)
    sweeper = crowded(any_desk, *(jpeg(seed) for seed in range(20, 29)))
    await run_once(sweeper, SOURCE.name)
    return replace(sweeper, handing=Handing(sweeper.desk, Busy()))


async def handed_out(scheduler: Sweeper) -> int:
    await look_again(scheduler)
    assert scheduler.handing is not None
    line = scheduler.handing.queue
    assert isinstance(line, Busy)
    return len(line.taken())


async def test_they_double_while_workers_leave_nothing_and_pause_while_they_do(
    scheduler: Sweeper,
) -> None:
    assert scheduler.handing is not None
    line = scheduler.handing.queue
    assert isinstance(line, Busy)
    assert [await handed_out(scheduler), await handed_out(scheduler)] == [2, 4]
    line.left = 1
    assert await handed_out(scheduler) == 0
    line.left = 0
    assert [await handed_out(scheduler), await handed_out(scheduler)] == [3, 0]


async def test_they_are_bounded_in_each_turn(
    scheduler: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.glances.MOST_AGAIN", 2)
    assert [await handed_out(scheduler), await handed_out(scheduler)] == [2, 2]


async def test_they_come_after_what_is_new_and_make_no_haste(scheduler: Sweeper) -> None:
    assert await handed_out(scheduler) == 2
    await candidates.take_in(scheduler.desk, SOURCE.name, FRESH)
    assert await handed_out(scheduler) == 1  # The new one alone.
    [first] = await candidates.lease(scheduler.desk, SOURCE.name, "worker", 1)
    assert (first.is_again, first.may_glance) == (False, False)
