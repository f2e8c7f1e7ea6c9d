"""Watching for backlogs: what waits too long is told of once it was seen to last."""

from dataclasses import dataclass

from services import backlogs
from services.desk import Desk

LASTS_S = 60.0  # A start, or a practice clock that jumps, finds much that is looked at in a moment.


@dataclass
class Backlogs:
    """Looks at the table; of its own it only knows since when, on the monotonic clock, too much waits."""

    desk: Desk
    since_s: float | None = None

    async def look(self) -> None:
        """One turn of the loop."""
        now_s = self.desk.clock.monotonic()
        is_sure = self.since_s is not None and now_s - self.since_s >= LASTS_S
        if not await backlogs.look(self.desk, is_sure=is_sure):
            self.since_s = None
        elif self.since_s is None:
            self.since_s = now_s
