"""A match: how near media is to a registered fingerprint, what that is worth, and its review."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.alerts import Severity
from domain.dismissals import Bank
from domain.evidence import Evidence, Nearness
from domain.fingerprints import Fingerprint
from domain.lifecycle import Lifecycle
from domain.parts import Part
from domain.policy import Tiers
from domain.verdicts import AnyVerdict, KeptVerdict, Tier, Verdict, Way

_FLAT = 10  # Below this quality a picture has nothing to compare: only the same file counts.


@dataclass(frozen=True)
class Registered:
    """A fingerprint that is swept for, with the false alarms of it that stand."""

    fingerprint_id: int
    case_id: int
    fingerprint: Fingerprint
    bank: Bank | None = None


@dataclass(frozen=True)
class Finding:
    """A fingerprint that is swept for, and the verdict on media that resembles it.

    silenced_by: the dismissed match that makes it no news, 0 where it is some.
    """

    fingerprint_id: int
    case_id: int
    verdict: AnyVerdict
    silenced_by: int = 0


def weigh(evidence: Evidence, tiers: Tiers) -> Verdict | None:
    """The surest verdict that the evidence allows; none where it allows none.

    A fingerprint held to the strict tier (stripes, little texture) is certain or at most possible,
    and only by the whole picture.
    """
    if evidence.is_same_file:
        return Verdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, evidence.quality)
    found = [each for each in _verdicts(evidence, tiers) if each is not None]
    if evidence.is_strict:
        found = [_held(each, tiers) for each in found if each.way is Way.PDQ]
        found = [each for each in found if each.distance <= tiers.strong]
    return min(found, key=_sureness, default=None)


def _held(verdict: Verdict, tiers: Tiers) -> Verdict:
    is_certain = verdict.tier is Tier.CERTAIN and verdict.distance <= tiers.certain
    return verdict if is_certain else replace(verdict, tier=Tier.POSSIBLE)


def _sureness(verdict: Verdict) -> tuple[str, bool, int]:
    return verdict.tier.value, verdict.way is Way.PHASH and verdict.distance > 0, verdict.distance


def _verdicts(evidence: Evidence, tiers: Tiers) -> Iterable[Verdict | None]:
    yield _by_canonical(evidence, tiers)
    yield _by_phash(evidence, tiers)
    yield _by_variant(evidence, tiers)
    yield _by_points(evidence, tiers)


def _by_canonical(evidence: Evidence, tiers: Tiers) -> Verdict | None:
    near = evidence.canonical
    if near is None or near.quality < _FLAT:
        return None
    tier = _tier_of(near.distance, tiers)
    if near.quality < tiers.least_quality:  # With little texture a near hash says little.
        tier = Tier.POSSIBLE if tier is Tier.CERTAIN else None
    if tier in (Tier.CERTAIN, Tier.STRONG):
        return _verdict(tier, Way.PDQ, near, evidence)
    if strong := _by_place(near, evidence, tiers):
        return strong
    if tier is None and _is_sung(near, tiers.chorus_possible):
        return _verdict(Tier.POSSIBLE, Way.VARIANT, _fit(near), evidence)
    return _verdict(tier, Way.PDQ, near, evidence) if tier else None


def _by_phash(evidence: Evidence, tiers: Tiers) -> Verdict | None:
    far, quality = evidence.phash, evidence.quality
    if far is None or far > tiers.strong or quality < tiers.least_quality:
        return None
    if evidence.canonical is not None and evidence.canonical.distance <= tiers.strong:
        return None
    return Verdict(Tier.STRONG, Way.PHASH, far, 0, quality)


def _by_variant(evidence: Evidence, tiers: Tiers) -> Verdict | None:
    near = evidence.variant
    if near is None:
        return None
    if strong := _by_place(near, evidence, tiers):
        return strong
    is_near = near.quality >= tiers.least_quality and near.distance <= tiers.variant_possible
    if (is_near and not _is_coincidence(near, tiers)) or _is_sung(near, tiers.chorus_possible):
        return _verdict(Tier.POSSIBLE, Way.VARIANT, _fit(near), evidence)
    return None


def _by_place(near: Nearness, evidence: Evidence, tiers: Tiers) -> Verdict | None:
    """Strong where the place fits and the other variants agree, together within a sum of bits.

    Where nobody could ask the others, it must fit better, and both pictures must be full of texture:
    a bare one with a single edge is soon like another with one.
    """
    found = _fit(near)
    if near.chorus is None:
        is_strong = found.distance <= tiers.variant_strong and near.quality >= tiers.variant_quality
    else:
        most = tiers.chorus_strong if near.quality >= tiers.least_quality else tiers.chorus_faint
        is_strong = found.distance + near.chorus <= most
    return _verdict(Tier.STRONG, Way.VARIANT, found, evidence) if is_strong else None


def _is_sung(near: Nearness, most: int) -> bool:
    """Whether the picture's other variants are near at that place, too."""
    return near.chorus is not None and near.chorus <= most


def _is_coincidence(near: Nearness, tiers: Tiers) -> bool:
    """Whether one variant is near at a place where the others are as far as a stranger's."""
    return near.chorus is not None and near.chorus > tiers.chorus_against


def _by_points(evidence: Evidence, tiers: Tiers) -> Verdict | None:
    if evidence.inliers < tiers.inliers:
        return None
    share = tiers.least_share * (1 if evidence.inliers >= tiers.many_inliers else 2)
    is_strong = evidence.inliers >= tiers.strong_inliers and evidence.share >= share
    tier = Tier.STRONG if is_strong else Tier.POSSIBLE
    near = min(
        (each for each in (evidence.canonical, evidence.variant) if each),
        key=lambda each: each.distance,
        default=None,
    )
    form = 5 if evidence.is_mirrored else 0
    distance, quality = (near.distance, near.quality) if near else (0, evidence.quality)
    return Verdict(
        tier,
        Way.POINTS,
        distance,
        form,
        quality,
        inliers=evidence.inliers,
        region=Part.SPOT,
        box=evidence.agreed,
    )


def _fit(near: Nearness) -> Nearness:
    """With the distance after fitting, where that is less."""
    if near.fitted is None or near.fitted >= near.distance:
        return near
    return replace(near, distance=near.fitted)


def _verdict(tier: Tier, way: Way, near: Nearness, evidence: Evidence) -> Verdict:
    return Verdict(
        tier,
        way,
        near.distance,
        near.form,
        near.quality,
        near.variant,
        near.region,
        evidence.inliers,
        near.box,
        near.chorus,
    )


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
    """One finding for each case, the surest: a picture registered twice is still one match.

    What is silenced stands aside for what isn't, and is counted all the same.
    """
    best: dict[int, Finding] = {}
    silenced: list[Finding] = []
    for finding in findings:
        if finding.silenced_by:
            silenced.append(finding)
            continue
        known = best.get(finding.case_id)
        if known is None or _order(finding) < _order(known):
            best[finding.case_id] = finding
    return [best[case_id] for case_id in sorted(best)] + sorted(silenced, key=_order)


def _order(finding: Finding) -> tuple[str, int, int]:
    verdict = finding.verdict
    return verdict.tier.value, verdict.distance, finding.fingerprint_id


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
    TAKE_BACK = "take_back"


_UNDECIDED = (MatchState.FOUND, MatchState.SECOND_LOOK)

MATCH = Lifecycle(
    "match",
    MatchState.FOUND,
    {
        **{(state, MatchEvent.CONFIRM): MatchState.CONFIRMED for state in _UNDECIDED},
        **{(state, MatchEvent.DISMISS): MatchState.DISMISSED for state in _UNDECIDED},
        (MatchState.FOUND, MatchEvent.ASK_SECOND_LOOK): MatchState.SECOND_LOOK,
        (MatchState.DISMISSED, MatchEvent.TAKE_BACK): MatchState.FOUND,
    },
)


@dataclass(frozen=True)
class Match:
    """A match as staff see it; its link is not in it (`services.matches.show_match` gives it).

    is_held: a flood kept it from raising an alert of its own. silenced: how many later candidates
    it made no news of, being a false alarm.
    """

    id: int
    case_id: int
    fingerprint_id: int
    source: str
    verdict: KeptVerdict
    state: MatchState
    alert_id: int | None
    posted_at: datetime | None
    found_at: datetime
    decided_by: str
    decided_at: datetime | None
    version: int
    is_held: bool = False
    silenced: int = 0

    @property
    def is_undecided(self) -> bool:
        """Whether it waits for a person."""
        return self.state in _UNDECIDED


def subject_of(match_id: int) -> str:
    """What an alert about this match names."""
    return f"match:{match_id}"


def match_of(subject: str) -> int:
    """The match that an alert's subject names; 0 where it is about something else."""
    kind, _, number = subject.partition(":")
    return int(number) if kind == "match" and number.isdigit() else 0
