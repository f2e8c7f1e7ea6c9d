"""Pacing: budgets last, new and hot words come first, and no word is forgotten."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.networks import Budget
from domain.pacing import FLOOR, Pace, Spent, calls_now, chosen, learned, wait_between
from tests.conftest import START

DAY = Budget(24_000, timedelta(days=1))
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_what_is_left_of_a_budget_is_spread_over_its_time() -> None:
    assert calls_now(Spent(0, START), DAY, MINUTE, START, is_hot=False) == 16
    late = START + 23 * HOUR
    assert calls_now(Spent(23_940, START), DAY, MINUTE, late, is_hot=False) == 1
    assert calls_now(Spent(24_000, START), DAY, MINUTE, late, is_hot=False) == 0


def test_a_hot_source_may_take_more_and_never_more_than_is_left() -> None:
    assert calls_now(Spent(0, START), DAY, MINUTE, START, is_hot=True) == 64
    ends = START + 24 * HOUR - 2 * MINUTE
    assert calls_now(Spent(23_997, START), DAY, MINUTE, ends, is_hot=True) == 3


def test_a_new_stretch_of_time_begins_with_a_full_budget() -> None:
    assert Spent(24_000, START).left(START + timedelta(days=1), DAY) == 24_000


@given(st.integers(0, 30_000), st.floats(0, 23.9), st.booleans())
def test_no_turn_passes_its_budget(calls: int, hours: float, is_hot: bool) -> None:
    now = START + hours * HOUR
    most = calls_now(Spent(calls, START), DAY, MINUTE, now, is_hot)
    assert 0 <= most <= max(0, DAY.calls - calls)
    assert most >= 1 or calls >= DAY.calls


def test_after_a_hit_a_source_is_asked_four_times_as_often() -> None:
    assert wait_between(MINUTE, START, START + MINUTE) == timedelta(seconds=15)
    assert wait_between(MINUTE, START, START) == MINUTE


def test_a_new_word_comes_first_then_hot_ones_then_whoever_waited_then_by_what_is_likely() -> None:
    paces = [
        Pace("slow", 1, START - MINUTE, 0.1),
        Pace("grave", 3, START - MINUTE, 0.1),
        Pace("fast", 1, START - MINUTE, 60.0),
        Pace("waited", 1, START - FLOOR, 0.0),
        Pace("hot", 1, START - MINUTE, 0.0, START + MINUTE),
        Pace("new", 1),
        Pace("forgotten", 1, START - 2 * FLOOR),
    ]
    assert chosen(paces, START, 9) == ["new", "forgotten", "hot", "waited", "fast", "grave", "slow"]
    assert chosen(paces, START, 2) == ["new", "forgotten"]
    assert chosen(paces, START, 0) == []


@given(st.integers(2, 60), st.integers(1, 10))
def test_every_word_has_its_turn_within_the_floor_or_one_round(words: int, most: int) -> None:
    asked = {f"w{number}": START for number in range(words)}
    speeds = {key: float(number * number) for number, key in enumerate(asked)}
    now, turns = START, 0
    while min(asked.values()) == START:
        now += MINUTE
        turns += 1
        paces = [Pace(key, 1, at, speeds[key]) for key, at in asked.items()]
        asked |= dict.fromkeys(chosen(paces, now, most), now)
        assert turns <= FLOOR / MINUTE + 2 * words / most + 2


def test_how_fast_posts_come_follows_what_polls_bring() -> None:
    assert learned(0.0, 5, None) == 0.0
    assert learned(0.0, 10, HOUR) == 3.0
    assert learned(10.0, 0, HOUR) == 7.0
