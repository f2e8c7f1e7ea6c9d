"""A loop takes its turn by the clock and when woken, never twice at once, and survives its errors."""

import asyncio
from datetime import timedelta

from jobs.loops import Loops, Row, still_going
from tests.conftest import START, FakeClock

HOUR = timedelta(hours=1)


class Work:
    """Something to do, that can be held in the middle."""

    def __init__(self) -> None:
        self.turns = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.fails = False

    async def __call__(self) -> None:
        self.turns += 1
        self.begun.set()
        await self.go_on.wait()
        if self.fails:
            raise RuntimeError("broken")


async def test_every_loop_takes_its_first_turn_at_the_start() -> None:
    work = Work()
    work.go_on.set()
    loops = Loops(FakeClock(), [Row("w", HOUR, work)])
    loops.start()
    await loops.settled()
    assert (work.turns, loops.beats["w"].last_success) == (1, START)
    await loops.stop()


async def test_however_often_it_is_woken_during_a_turn_it_takes_one_more() -> None:
    work = Work()
    loops = Loops(FakeClock(), [Row("w", HOUR, work)])
    loops.start()
    await work.begun.wait()
    for _ in range(5):
        loops.wake("w")
    work.go_on.set()
    await loops.settled()
    assert work.turns == 2
    await loops.stop()


async def test_an_error_is_counted_and_the_next_turn_comes() -> None:
    work = Work()
    work.fails = True
    work.go_on.set()
    loops = Loops(FakeClock(), [Row("w", HOUR, work)])
    loops.start()
    await loops.settled()
    assert (loops.beats["w"].failures, loops.beats["w"].last_success) == (1, None)
    work.fails = False
    loops.wake("w")
    await loops.settled()
    assert (loops.beats["w"].turns, loops.beats["w"].last_success) == (2, START)
    await loops.stop()


async def test_the_interval_brings_turns_by_itself() -> None:
    turned = asyncio.Event()
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            turned.set()

    loops = Loops(FakeClock(), [Row("w", timedelta(milliseconds=10), work)])
    loops.start()
    async with asyncio.timeout(5):
        await turned.wait()
    await loops.stop()
    assert loops.beats["w"].failures == 0


async def test_waking_before_the_start_after_the_end_or_by_a_wrong_name_is_harmless() -> None:
    work = Work()
    work.go_on.set()
    loops = Loops(FakeClock(), [Row("w", HOUR, work)])
    loops.wake("w")
    loops.start()
    await loops.settled()
    loops.wake("no such loop")
    await loops.stop()
    loops.wake("w")
    assert work.turns == 1


async def test_stopping_cancels_a_turn_that_hangs() -> None:
    work = Work()
    loops = Loops(FakeClock(), [Row("w", HOUR, work)])
    loops.start()
    await work.begun.wait()
    await loops.stop()
    assert loops.beats["w"].last_success is None


async def test_a_long_turn_that_says_it_goes_on_has_just_done_well() -> None:
    clock, begun, go_on = FakeClock(), asyncio.Event(), asyncio.Event()

    async def part() -> None:
        await go_on.wait()
        still_going()
        begun.set()

    async def long_turn() -> None:
        await asyncio.create_task(part())
        await asyncio.Event().wait()

    loops = Loops(clock, [Row("w", HOUR, long_turn)])
    loops.start()
    clock.advance(HOUR)
    go_on.set()
    await begun.wait()
    assert loops.beats["w"].last_good_s == clock.monotonic()
    assert loops.beats["w"].last_success == clock.now()
    await loops.stop()


def test_outside_a_turn_it_may_be_said_too() -> None:
    still_going()
