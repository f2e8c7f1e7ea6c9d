"""How long something is tried: a page as long as its ladder needs, a phone for hours."""

from datetime import timedelta

import pytest

from domain.outbox import DELETABLE, Draft, Operation, Route, is_exhausted, may_be_busy, next_wait

PAGE = Draft(Route.SLACK, Operation.POST, "alert", "U1", "k", is_urgent=True)
ANSWER = Draft(Route.TELEGRAM, Operation.POST, "sos_received", "b:1", "k", is_urgent=True)
NOTE = Draft(Route.SLACK, Operation.POST, "case_card", "C1", "k")
WIPE = Draft(Route.TELEGRAM, Operation.WIPE, "wipe", "b:1", "k")
LONGEST_REPEAT = timedelta(minutes=30)


def tried_for(draft: Draft) -> timedelta:
    """The time from the first attempt to the last."""
    total, attempt = timedelta(), 1
    while not is_exhausted(draft, attempt):
        total += next_wait(draft, attempt)
        attempt += 1
    return total


def test_a_page_lives_until_its_ladder_pages_again() -> None:
    assert LONGEST_REPEAT < tried_for(PAGE) < 2 * LONGEST_REPEAT


@pytest.mark.parametrize("draft", [ANSWER, NOTE])
def test_what_has_no_ladder_is_tried_for_hours(draft: Draft) -> None:
    assert tried_for(draft) > timedelta(hours=4)


def test_an_urgent_one_is_tried_every_fifteen_seconds() -> None:
    assert {next_wait(PAGE, n) for n in (1, 5, 100)} == {timedelta(seconds=15)}


def test_the_wait_that_is_asked_for_is_kept() -> None:
    asked = timedelta(seconds=40)
    assert next_wait(PAGE, 1, asked) == asked
    assert next_wait(NOTE, 10, asked) == timedelta(minutes=15)


def test_a_wipe_is_tried_for_as_long_as_telegram_deletes_and_at_least_every_minute() -> None:
    assert max(next_wait(WIPE, n) for n in range(1, 3000)) == timedelta(minutes=1)
    assert timedelta(hours=47) < tried_for(WIPE) <= DELETABLE


def test_waiting_for_a_turn_is_no_failure_until_the_next_road_would_be_taken() -> None:
    assert may_be_busy(PAGE, timedelta(seconds=44))
    assert not may_be_busy(PAGE, timedelta(seconds=45))
    assert may_be_busy(NOTE, timedelta(minutes=29))
    assert not may_be_busy(NOTE, timedelta(minutes=30))
