"""How fast a bot may write: 30 messages a second in all, 1 a second in one chat."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from practice.telegram.refusals import too_many

_ALL = (30.0, 30.0)  # bucket, refill a second
_CHAT = (5.0, 1.0)


@dataclass
class _Bucket:
    size: float
    refill: float
    level: float
    at: float

    def wait_s(self, now: float) -> float:
        """Seconds until there is one in it."""
        self.level = min(self.size, self.level + (now - self.at) * self.refill)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.refill)


class Pace:
    """Token buckets in real seconds, for each bot and each of its chats."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, bot: str, person: str) -> None:
        """Count one message. Refuses with 429 and the whole seconds to wait."""
        now = self._now()
        buckets = [self._bucket(bot, "", *_ALL), self._bucket(bot, person, *_CHAT)]
        wait = max(bucket.wait_s(now) for bucket in buckets)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.level -= 1

    def _bucket(self, bot: str, person: str, size: float, refill: float) -> _Bucket:
        new = _Bucket(size, refill, size, self._now())
        return self._buckets.setdefault((bot, person), new)
