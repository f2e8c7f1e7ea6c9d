"""What stands still is told of, once, and what only waits is not."""

from datetime import timedelta

from domain.outbox import Outcome, Result, Route
from jobs.delivery import Courier
from jobs.loops import Loops, Row
from jobs.watch import Pulse, pulses_of, run
from services.alerts import list_alerts
from services.desk import Desk
from tests.conftest import SUPERVISOR, clock_of
from tests.jobs.test_delivery import a_draft, sent
from tests.post_office import PostOffice


async def works() -> None:
    """A turn in which all goes well."""


async def breaks() -> None:
    raise RuntimeError("broken")


async def test_a_loop_that_fails_every_turn_is_told_of_once(desk: Desk) -> None:
    loops = Loops(
        desk.clock,
        [Row("good", timedelta(hours=1), works), Row("bad", timedelta(seconds=5), breaks)],
    )
    pulses = pulses_of(loops)
    loops.start()
    await loops.settled()
    assert await run(desk, pulses) == []
    clock_of(desk).advance(timedelta(minutes=3))
    assert await run(desk, pulses) == ["bad"]
    assert await run(desk, pulses) == ["bad"]
    await loops.stop()
    assert [alert.subject for alert in await list_alerts(desk, SUPERVISOR)] == ["health:bad"]


async def test_a_road_on_which_nothing_gets_through_is_told_of(desk: Desk) -> None:
    office = PostOffice(lambda parcel: Outcome(Result.TRY_LATER, error="down"))
    courier = Courier(desk, Route.TELEGRAM, office)
    pulses = pulses_of(Loops(desk.clock, []), [courier])
    await sent(desk, a_draft("t", route=Route.TELEGRAM, address="bot:7"))
    for _ in range(2):
        clock_of(desk).advance(timedelta(minutes=3))
        await courier.run()
        await courier.finish()
    assert await run(desk, pulses) == ["road-telegram"]
    office.answers = lambda parcel: Outcome(Result.SENT, "bot:7:1")
    clock_of(desk).advance(timedelta(minutes=1))
    await courier.run()
    await courier.finish()
    assert await run(desk, pulses) == []


async def test_a_road_with_nothing_to_carry_is_well(desk: Desk) -> None:
    courier = Courier(desk, Route.SLACK, PostOffice())
    clock_of(desk).advance(timedelta(hours=1))
    await courier.run()
    assert await run(desk, pulses_of(Loops(desk.clock, []), [courier])) == []


async def test_any_pulse_can_be_watched(desk: Desk) -> None:
    poll = Pulse("poll", lambda: 0.0, timedelta(minutes=1))
    assert await run(desk, [poll]) == []
    clock_of(desk).advance(timedelta(minutes=2))
    assert await run(desk, [poll]) == ["poll"]
