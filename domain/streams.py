"""Streams: an open connection by which a source tells of posts as they are made, and how it fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Deaf(StrEnum):
    """Why nothing is heard; each has one sentence in every language."""

    CLOSED = "closed"
    MUTE = "mute"


@dataclass(frozen=True)
class Stream:
    """How one fares that should be open. deaf: why nothing is heard of it since `deaf_since`, if so.

    told_at: when staff were told of it. trouble, failures: what it ended with (of domain.sources), and
    how often, since it was last well.
    """

    deaf: Deaf | None = None
    deaf_since: datetime | None = None
    told_at: datetime | None = None
    trouble: StrEnum | None = None
    trouble_detail: str = ""
    failures: int = 0

    def is_silent(self, now: datetime, patience: timedelta) -> bool:
        """Whether nothing was heard for longer than a centre's patience."""
        return self.deaf_since is not None and now - self.deaf_since > patience
