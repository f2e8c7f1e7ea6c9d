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
        self.version = int(kept.get("version", 0))
        self._started = time.monotonic()
        wall = time.time()
        since = float(kept.get("wall", wall))
        seconds = float(kept.get("time", wall)) + max(0.0, wall - since) * self.rate
        self._base = datetime.fromtimestamp(seconds, UTC)

    def now(self) -> datetime:
        """The practice time, aware, in UTC."""
        elapsed = time.monotonic() - self._started
        return self._base + timedelta(seconds=elapsed * self.rate)

    def timestamp(self) -> float:
        """The practice time in seconds since 1970."""
        return self.now().timestamp()

    def set_rate(self, rate: float) -> None:
        """Run `rate` times as fast as the wall, from now on."""
        self._rebase(timedelta(0), rate)

    def advance(self, seconds: float) -> None:
        """Jump forward."""
        self._rebase(timedelta(seconds=seconds), self.rate)

    def _rebase(self, jump: timedelta, rate: float) -> None:
        self._base = self.now() + jump
        self._started = time.monotonic()
        self.rate = rate
        self.version += 1
        kept = {"rate": rate, "version": self.version, "time": self._base.timestamp()}
        self._shelf.put("clock", "clock", {**kept, "wall": time.time()})
