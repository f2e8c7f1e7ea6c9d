"""A machine whose clock is off that of the database's machine is told so, before leases run by it."""

from datetime import UTC, datetime, timedelta

import pytest

from services import checkup
from services.checkup import Line, State


@pytest.mark.parametrize(
    ("off", "key", "state"),
    [
        (timedelta(), "clock_agrees", State.GOOD),
        (timedelta(seconds=-40), "clock_apart", State.BAD),
        (timedelta(seconds=40), "clock_apart", State.BAD),
    ],
)
async def test_clocks_that_are_apart_are_told(
    pg_url: str, off: timedelta, key: str, state: State
) -> None:
    [line] = await checkup.look_at_clock(pg_url, lambda: datetime.now(UTC) + off)
    assert (line.key, line.state) == (key, state)
    if off:
        assert abs(line.facts["seconds"] - 40) < 5


async def test_the_only_machine_has_the_only_clock() -> None:
    assert await checkup.look_at_clock("sqlite:///here.sqlite", lambda: datetime.now(UTC)) == []


async def test_a_database_that_is_away_is_told_as_such() -> None:
    told = await checkup.look_at_clock("postgresql://x@127.0.0.1:9/x", lambda: datetime.now(UTC))
    assert told == [Line("unreachable", State.BAD, told[0].facts)]
