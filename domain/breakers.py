"""A circuit breaker: a source that fails again and again is left alone, probed, and taken up again."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.lifecycle import Lifecycle


class BreakerState(StrEnum):
    """Whether a source is asked at all: closed: yes; open: not now; half open: once, to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerEvent(StrEnum):
    TRIP = "trip"
    PROBE = "probe"
    FAIL = "fail"
    SUCCEED = "succeed"


BREAKER = Lifecycle(
    "breaker",
    BreakerState.CLOSED,
    {
        (BreakerState.CLOSED, BreakerEvent.TRIP): BreakerState.OPEN,
        (BreakerState.OPEN, BreakerEvent.PROBE): BreakerState.HALF_OPEN,
        (BreakerState.HALF_OPEN, BreakerEvent.FAIL): BreakerState.OPEN,
        (BreakerState.HALF_OPEN, BreakerEvent.SUCCEED): BreakerState.CLOSED,
    },
)

TRIPS_AFTER = 5  # Failures in a row.
_FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=30)


@dataclass(frozen=True)
class Breaker:
    """How a source's circuit breaker stands: failures in a row, and from when on it may be probed."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    trips: int = 0
    rests_for: timedelta = timedelta()

    def failed(self) -> "Breaker":
        """After one more failure; `rests_for` says for how long nothing is asked, if it opened."""
        failures = self.failures + 1
        if self.state is BreakerState.HALF_OPEN:
            return self._opened(BreakerEvent.FAIL, failures)
        if self.state is BreakerState.CLOSED and failures >= TRIPS_AFTER:
            return self._opened(BreakerEvent.TRIP, failures)
        return Breaker(self.state, failures, self.trips)

    def succeeded(self) -> "Breaker":
        """After an answer: closed, and everything before forgotten."""
        return Breaker()

    def probed(self) -> "Breaker":
        """Its rest is over, and one call is made to see."""
        return Breaker(BREAKER.move(self.state, BreakerEvent.PROBE), self.failures, self.trips)

    def _opened(self, event: BreakerEvent, failures: int) -> "Breaker":
        rest: timedelta = _FIRST_REST * 2**self.trips
        state = BREAKER.move(self.state, event)
        return Breaker(state, failures, self.trips + 1, min(rest, _LONGEST_REST))
