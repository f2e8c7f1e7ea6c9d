"""Wall times: what a clock change skips or repeats still happens once, and not later than agreed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.checkins import EVERY_DAY, Plan, next_due
from domain.refusals import Refusal
from domain.walltime import is_between, moment, next_opening, time_from, zone_named

NEW_YORK = ZoneInfo("America/New_York")
SEOUL = ZoneInfo("Asia/Seoul")


def plan(at: time, zone: str = "America/New_York", days: frozenset[int] = EVERY_DAY) -> Plan:
    return Plan(1, 1, (at,), days, zone)


def test_a_time_that_the_spring_change_skips_comes_an_hour_later_by_the_clock() -> None:
    skipped = moment(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert skipped.astimezone(NEW_YORK).time() == time(3, 30)


def test_of_a_time_that_the_autumn_change_repeats_the_first_is_meant() -> None:
    first = moment(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_plan_asks_once_on_the_day_with_a_gap() -> None:
    before = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
    first = next_due(plan(time(2, 30)), before)
    second = next_due(plan(time(2, 30)), first)
    assert first == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert second == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)


def test_a_plan_asks_once_on_the_day_with_an_overlap() -> None:
    first = next_due(plan(time(1, 30)), datetime(2026, 11, 1, 4, 0, tzinfo=UTC))
    second = next_due(plan(time(1, 30)), first)
    assert second - first == timedelta(hours=25)


def test_a_plan_keeps_its_wall_time_over_a_change() -> None:
    before = next_due(plan(time(9)), datetime(2026, 3, 7, 0, 0, tzinfo=UTC))
    after = next_due(plan(time(9)), before)
    assert (before.hour, after.hour) == (14, 13)


def test_a_plan_on_some_days_skips_the_others() -> None:
    monday = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    found = next_due(plan(time(9), "Asia/Seoul", frozenset({2})), monday)
    assert found == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def test_safe_hours_may_reach_over_midnight() -> None:
    night = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 00:30 in Seoul
    assert is_between(night, time(22), time(2), SEOUL)
    assert not is_between(night, time(9), time(21), SEOUL)
    assert next_opening(night, time(9), time(21), SEOUL) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("word", ["25:00", "9", "9:5", "nine", ""])
def test_what_is_no_time_is_refused(word: str) -> None:
    with pytest.raises(Refusal):
        time_from(word)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Refusal):
        zone_named("../etc/passwd")
