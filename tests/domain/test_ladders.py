"""Ladders, lifecycles, hours and wall times: what follows from the rules alone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts import ALERT, AlertEvent, AlertState, Ladder, next_step
from domain.lifecycle import IllegalMove
from domain.people import Rung, moment_named, rung_named
from domain.policy import Hours
from domain.refusals import Reason, Refusal

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 12:00 in Seoul, a Monday
MINUTE = timedelta(minutes=1)
OPEN = Hours("Asia/Seoul", frozenset(range(5)), time(10), time(17))
LADDER = Ladder(
    ((Rung.ON_CALL, 0 * MINUTE), (Rung.SECOND, 5 * MINUTE)), 15 * MINUTE, 10 * MINUTE, 2 * MINUTE
)


def test_the_next_rung_is_counted_from_the_beginning_and_never_lies_in_the_past() -> None:
    assert next_step(LADDER, Rung.ON_CALL, NOON, NOON) == (Rung.SECOND, NOON + 5 * MINUTE)
    late = NOON + 9 * MINUTE
    assert next_step(LADDER, Rung.ON_CALL, NOON, late) == (Rung.SECOND, late)
    assert next_step(LADDER, Rung.SECOND, NOON, late) == (Rung.SECOND, late + 15 * MINUTE)


def test_an_alert_that_is_over_cannot_be_claimed() -> None:
    for state in (AlertState.CLOSED, AlertState.CONFIRMED, AlertState.FALSE_ALARM):
        with pytest.raises(IllegalMove):
            ALERT.move(state, AlertEvent.CLAIM)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T12:00", "2026-11-23T13:00"),
        ("2026-11-23T09:59", "2026-11-23T10:00"),
        ("2026-11-23T16:00", "2026-11-24T10:00"),
        ("2026-11-27T18:30", "2026-11-30T10:00"),
    ],
)
def test_the_next_working_hour_skips_nights_and_weekends(now: str, expected: str) -> None:
    wall = [moment_named(word, OPEN.zone, NOON) for word in (now, expected)]
    assert OPEN.next_hour(wall[0]) == wall[1]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("2026-11-24", datetime(2026, 11, 23, 15, 0, tzinfo=UTC)),
        ("2026-11-24T18:00", datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        ("18:00", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ("09:00", datetime(2026, 11, 24, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_typed_time_is_the_centres_wall_time(word: str, expected: datetime) -> None:
    assert moment_named(word, "Asia/Seoul", NOON) == expected


def test_words_that_are_no_time_and_no_rung_are_refused() -> None:
    with pytest.raises(Refusal) as no_time:
        moment_named("soon", "Asia/Seoul", NOON)
    with pytest.raises(Refusal) as no_rung:
        rung_named("king")
    assert (no_time.value.reason, no_rung.value.reason) == (Reason.NOT_A_TIME, Reason.UNKNOWN_RUNG)


def test_a_clock_change_in_between_keeps_the_wall_time() -> None:
    berlin = Hours("Europe/Berlin", frozenset(range(7)), time(2), time(4))
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30; at 02:00 clocks jump to 03:00.
    assert berlin.next_hour(before) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
