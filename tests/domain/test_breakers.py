"""Circuit breakers open after failures in a row, rest longer each time, and close with one answer."""

from datetime import timedelta

from domain.breakers import TRIPS_AFTER, Breaker, BreakerState


def failing(times: int, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for _ in range(times):
        breaker = breaker.failed()
    return breaker


def test_it_opens_after_five_failures_in_a_row_and_not_before() -> None:
    assert failing(TRIPS_AFTER - 1).state is BreakerState.CLOSED
    opened = failing(TRIPS_AFTER)
    assert (opened.state, opened.rests_for) == (BreakerState.OPEN, timedelta(minutes=1))


def test_an_answer_forgets_every_failure() -> None:
    assert failing(TRIPS_AFTER - 1).succeeded() == Breaker()
    assert failing(TRIPS_AFTER).probed().succeeded() == Breaker()


def test_a_probe_that_fails_doubles_the_rest_up_to_half_an_hour() -> None:
    breaker, rests = failing(TRIPS_AFTER), list[float]()
    for _ in range(7):
        breaker = breaker.probed().failed()
        rests.append(breaker.rests_for / timedelta(minutes=1))
    assert rests == [2, 4, 8, 16, 30, 30, 30]


def test_failures_while_it_is_open_change_nothing_but_their_count() -> None:
    opened = failing(TRIPS_AFTER)
    assert opened.failed() == Breaker(BreakerState.OPEN, TRIPS_AFTER + 1, 1)
