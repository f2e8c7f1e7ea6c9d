"""A match: how near media is to a registered fingerprint, what that is worth, and its review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.alerts import Severity
from domain.fingerprints import Print
from domain.lifecycle import Lifecycle
from domain.policy import Tiers

_FLAT = 10  # Below this quality a picture has nothing to compare: only the same file counts.


class Tier(StrEnum):
    """A certain: alert at once; B strong: alert at once; C possible: reviewed in working hours."""

    CERTAIN = "A"
    STRONG = "B"
    POSSIBLE = "C"


class Way(StrEnum):
    """By which hash a match was found."""

    SAME_FILE = "sha256"
    PDQ = "pdq"
    PHASH = "phash"


@dataclass(frozen=True)
class Verdict:
    """How sure, and why: the way, the distance in bits, the form (0: as is), the lower quality."""

    tier: Tier
    way: Way
    distance: int
    form: int
    quality: int

    def facts(self) -> dict[str, str | int]:
        """The verdict as a text's facts; `reason` is the way."""
        return {
            "tier": self.tier.value,
            "reason": self.way.value,
            "distance": self.distance,
            "form": self.form,
            "quality": self.quality,
        }


@dataclass(frozen=True)
class Registered:
    """A fingerprint that is swept for."""

    fingerprint_id: int
    case_id: int
    print_: Print


@dataclass(frozen=True)
class Finding:
    """A registered fingerprint and the verdict on a picture that resembles it."""

    registered: Registered
    verdict: Verdict


def judge(query: Print, registered: Print, tiers: Tiers) -> Verdict | None:
    """The verdict on a picture against one fingerprint; none where they are different."""
    quality = min(query.pdq.quality, registered.pdq.quality)
    if query.sha256 == registered.sha256:
        return Verdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, quality)
    if quality < _FLAT:
        return None
    distances = [form.distance(registered.pdq) for form in query.forms]
    distance = min(distances)
    form = distances.index(distance)
    far = query.phash.distance(registered.phash)
    if quality < tiers.least_quality:
        return _on_poor_pictures(Verdict(Tier.POSSIBLE, Way.PDQ, distance, form, quality), tiers)
    if distance > tiers.strong and far <= tiers.strong:
        return Verdict(Tier.STRONG, Way.PHASH, far, 0, quality)
    tier = _tier_of(distance, tiers)
    return Verdict(tier, Way.PDQ, distance, form, quality) if tier else None


def _on_poor_pictures(verdict: Verdict, tiers: Tiers) -> Verdict | None:
    """With little texture a near hash says little: a person looks, and nobody is paged."""
    return verdict if verdict.distance <= tiers.certain else None


def _tier_of(distance: int, tiers: Tiers) -> Tier | None:
    for tier, most in (
        (Tier.CERTAIN, tiers.certain),
        (Tier.STRONG, tiers.strong),
        (Tier.POSSIBLE, tiers.possible),
    ):
        if distance <= most:
            return tier
    return None


def best_per_case(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each case, the surest: a picture registered twice is still one match."""
    best: dict[int, Finding] = {}
    for finding in findings:
        known = best.get(finding.registered.case_id)
        if known is None or _order(finding) < _order(known):
            best[finding.registered.case_id] = finding
    return [best[case_id] for case_id in sorted(best)]


def _order(finding: Finding) -> tuple[str, int, int]:
    verdict = finding.verdict
    return verdict.tier.value, verdict.distance, finding.registered.fingerprint_id


def severity_of(tier: Tier, is_minor: bool) -> Severity:
    """How loudly a match is told: a child's at the top, a possible one in working hours."""
    if tier is Tier.POSSIBLE:
        return Severity.C
    return Severity.A if is_minor else Severity.B


class MatchState(StrEnum):
    FOUND = "found"
    SECOND_LOOK = "second_look"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class MatchEvent(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ASK_SECOND_LOOK = "ask_second_look"


_UNDECIDED = (MatchState.FOUND, MatchState.SECOND_LOOK)

MATCH = Lifecycle(
    "match",
    MatchState.FOUND,
    {
        **{(state, MatchEvent.CONFIRM): MatchState.CONFIRMED for state in _UNDECIDED},
        **{(state, MatchEvent.DISMISS): MatchState.DISMISSED for state in _UNDECIDED},
        (MatchState.FOUND, MatchEvent.ASK_SECOND_LOOK): MatchState.SECOND_LOOK,
    },
)


@dataclass(frozen=True)
class Match:
    """A match as staff see it; its link is not in it (`services.matches.show_match` gives it)."""

    id: int
    case_id: int
    fingerprint_id: int
    source: str
    verdict: Verdict
    state: MatchState
    alert_id: int | None
    posted_at: datetime | None
    found_at: datetime
    decided_by: str
    decided_at: datetime | None
    version: int


def subject_of(match_id: int) -> str:
    """What an alert about this match names."""
    return f"match:{match_id}"


def match_of(subject: str) -> int:
    """The match that an alert's subject names; 0 where it is about something else."""
    kind, _, number = subject.partition(":")
    return int(number) if kind == "match" and number.isdigit() else 0
