"""The one clock of the practice world: it can run fast and be moved forward."""

import time
from datetime import UTC, datetime, timedelta

from practice.shelf import Shelf


class WorldClock:
    """Wall time at a rate; kept on the shelf, so a restart never runs it backwards."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        kept = shelf.get("clock", "clock") or {}
        self.rate = float(kept.get("rate", 1.0))
        offset = timedelta(seconds=float(kept.get("offset_s", 0.0)))
        self._base = datetime.now(UTC) + offset
        self._started = time.monotonic()
        self.version = 0

    def now(self) -> datetime:
        """The practice time, aware, in UTC."""
        elapsed = time.monotonic() - self._started
        return self._base + timedelta(seconds=elapsed * self.rate)

    def timestamp(self) -> float:
        """The practice time in seconds since 1970."""
        return self.now().timestamp()

    def set_rate(self, rate: float) -> None:
        """Run `rate` times as fast as the wall, from now on."""
        self._rebase(timedelta(0))
        self.rate = rate
        self._keep()

    def advance(self, seconds: float) -> None:
        """Jump forward."""
        self._rebase(timedelta(seconds=seconds))
        self._keep()

    def _rebase(self, jump: timedelta) -> None:
        self._base = self.now() + jump
        self._started = time.monotonic()
        self.version += 1

    def _keep(self) -> None:
        offset = (self.now() - datetime.now(UTC)).total_seconds()
        self._shelf.put("clock", "clock", {"rate": self.rate, "offset_s": offset})
