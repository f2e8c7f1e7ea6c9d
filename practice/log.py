"""The log of every call that the practice servers answered."""

from collections import deque
from typing import Any

from practice.clock import WorldClock
from practice.shelf import Shelf

_KEPT = 20_000


class CallLog:
    """Calls with time, method, sizes of arguments and outcome; numbered from 1."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._calls: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def add(self, server: str, method: str, sizes: dict[str, int], outcome: str) -> None:
        """Write down one call: argument sizes in characters, never their contents."""
        self._calls.append(
            {
                "number": self._shelf.next_number("call"),
                "at": self._clock.timestamp(),
                "server": server,
                "method": method,
                "sizes": sizes,
                "outcome": outcome,
            }
        )

    def since(self, number: int) -> list[dict[str, Any]]:
        """The calls with a number above this one."""
        return [call for call in self._calls if call["number"] > number]
