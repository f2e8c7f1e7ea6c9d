"""How fast messages may be posted: ten at once, then one a second, per channel, in real time."""

import math
import time

from practice.slack.refusals import Refusal

_AT_ONCE = 10.0
_PER_S = 1.0


class Paces:
    """One bucket per channel."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, channel: str) -> None:
        """Count one message. Raises `ratelimited`, with the seconds to wait as `retry_after`."""
        now = time.monotonic()
        left, at = self._buckets.get(channel, (_AT_ONCE, now))
        left = min(_AT_ONCE, left + (now - at) * _PER_S)
        if left < 1:
            wait = max(1, math.ceil((1 - left) / _PER_S))
            raise Refusal("ratelimited", status=429, retry_after=wait)
        self._buckets[channel] = (left - 1, now)
