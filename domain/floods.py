"""A flood: one fingerprint that matches far too much at once, until somebody says what it is."""

from dataclasses import dataclass
from datetime import datetime

from domain.alerts import Severity
from domain.fingerprints import is_quarantined
from domain.policy import FloodLimit
from domain.verdicts import KeptVerdict, Tier, Way


@dataclass(frozen=True)
class Gauge:
    """How a fingerprint stands: when its alerts were held back, and let go again.

    notice: the alert that tells of it, 0 where there is none.
    """

    fingerprint_id: int
    case_id: int
    quarantined_at: datetime | None
    released_at: datetime | None
    notice: int
    version: int

    @property
    def is_quarantined(self) -> bool:
        """Whether its alerts are held back."""
        return is_quarantined(self.quarantined_at, self.released_at)

    def counted_from(self, now: datetime, limit: FloodLimit) -> datetime:
        """From when on matches count: what was there before a release was judged by it."""
        since = now - limit.during
        return max(since, self.released_at) if self.released_at else since


def is_never_held(verdict: KeptVerdict, is_minor: bool) -> bool:
    """What alerts through any flood, and so is no sign of one: the same file as the registered one.

    Of a child also whatever is certain: floods come from pictures that are a little alike, and no
    sure copy of a child's waits for somebody to tidy up.
    """
    return verdict.way is Way.SAME_FILE or (is_minor and verdict.tier is Tier.CERTAIN)


def severity_of_flood(is_minor: bool) -> Severity:
    """How loudly a quarantine is told: like the matches that it holds back."""
    return Severity.A if is_minor else Severity.B


def subject_of(fingerprint_id: int) -> str:
    """What an alert about this fingerprint names."""
    return f"fingerprint:{fingerprint_id}"
