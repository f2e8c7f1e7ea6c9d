"""Appointments: where a channel is told more than Slack takes, each message gets a moment of its own.

Without them everything that was refused would come back at once, and be refused again, the alert
among it no sooner than a line of small talk.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

EVERY_S = 1.0  # Slack takes a message a second in a channel, beyond a short burst.
MOST_GIVEN = 1_000
_MISSED_S = 600.0  # Who hasn't come by then was overtaken by a newer message, or erased.


@dataclass
class _Channel:
    """Until when, on the monotonic clock, it rests, and turns are given away to urgent ones and to all."""

    rests_until: float = 0.0
    urgent_until: float = 0.0
    all_until: float = 0.0


@dataclass
class Appointments:
    """One for a road. `channel` is whatever is limited by itself; a message is known by its number."""

    monotonic: Callable[[], float] = time.monotonic
    _channels: dict[Hashable, _Channel] = field(default_factory=dict)
    _given: dict[int, float] = field(default_factory=dict)

    def wait(self, channel: Hashable, message: int, *, is_urgent: bool) -> float:
        """Seconds until this message may be sent: 0 where nobody waits before it."""
        known, now = self._channels.get(channel), self.monotonic()
        if known is None:
            return 0.0
        if message in self._given:
            return max(0.0, self._given[message] - now)
        taken = max(known.urgent_until if is_urgent else known.all_until, known.rests_until)
        return self._give(known, message, is_urgent) if taken > now else 0.0

    def refused(self, channel: Hashable, message: int, asked_s: float, *, is_urgent: bool) -> float:
        """The channel wants to be left alone for so long: in how many seconds it is this one's turn."""
        known = self._channels.setdefault(channel, _Channel())
        known.rests_until = max(known.rests_until, self.monotonic() + asked_s)
        return self._give(known, message, is_urgent)

    def done(self, message: int) -> None:
        """It was sent, or never will be."""
        self._given.pop(message, None)

    def _give(self, channel: _Channel, message: int, is_urgent: bool) -> float:
        """Urgent ones before all others, each after those of its kind."""
        now = self.monotonic()
        before = channel.urgent_until if is_urgent else channel.all_until
        at = max(now, channel.rests_until, before + EVERY_S)
        channel.all_until = max(channel.all_until, at)
        if is_urgent:
            channel.urgent_until = at
        self._given[message] = at
        if len(self._given) > MOST_GIVEN:
            late = now - _MISSED_S
            self._given = {each: when for each, when in self._given.items() if when > late}
        return at - now
