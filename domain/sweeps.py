"""A sweep that somebody asked for: which sources, and how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(minutes=15)  # After that its message changes no more.


class Unasked(StrEnum):
    """Why a source that somebody wanted swept was not asked; each has one sentence in every language."""

    PAUSED = "paused"
    NOT_APPROVED = "not_approved"
    RESTS = "rests"
    QUOTA = "quota"
    BACKLOG = "backlog"
    LATE = "late"


@dataclass(frozen=True)
class SweepRun:
    """One that was asked for; `number` is the case whose words it was for, else empty."""

    id: int
    sources: tuple[str, ...]
    number: str
    channel: str
    asked_by: str
    language: str
    began_at: datetime


@dataclass(frozen=True)
class Progress:
    """How far it is: sources that have answered, failed, or could not be asked, by name with the reason
    and until when they rest; and media listed since it began.
    """

    answered: int
    failed: tuple[str, ...]
    sources: int
    listed: int
    looked_at: int
    matched: int
    is_over: bool
    unasked: tuple[tuple[str, Unasked, datetime | None], ...] = ()

    @property
    def share(self) -> float:
        """From 0 to 1: asking is a half of it, looking the other."""
        asked = (self.answered + len(self.failed)) / self.sources if self.sources else 1.0
        looked = self.looked_at / self.listed if self.listed else asked
        return min(1.0, (asked + looked) / 2)
