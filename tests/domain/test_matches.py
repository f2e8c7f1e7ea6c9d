"""What a resemblance is worth: tiers, reasons, one finding for each case, the review."""

import json
from dataclasses import replace

import pytest

from domain.alerts import Severity
from domain.evidence import Evidence, Nearness
from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.lifecycle import IllegalMove
from domain.matches import (
    MATCH,
    Finding,
    MatchEvent,
    MatchState,
    best_per_case,
    match_of,
    severity_of,
    subject_of,
    weigh,
)
from domain.policy import Tiers
from domain.stills import StillVerdict
from domain.verdicts import AnyVerdict, Tier, Verdict, Way, kept
from domain.videos import Overlap, VideoReason, VideoVerdict

TIERS = Tiers(certain=31, strong=45, possible=67, least_quality=50)
FAR = (1 << 256) - 1


def bits(changed: int) -> bytes:
    """256 bits of which so many are set."""
    return ((1 << changed) - 1).to_bytes(32, "big")


def a_print(
    pdq: int = 0, phash: int = 0, sha: int = 1, quality: int = 90, mirrored: int | None = None
) -> Print:
    forms = [Pdq(bits(pdq), quality), *[Pdq(bits(200), quality)] * 7]
    if mirrored is not None:
        forms[5] = Pdq(bits(mirrored), quality)
    return Print(Sha256(bits(sha)), forms[0], Phash(bits(phash)), tuple(forms))


REGISTERED = Print(Sha256(bits(0)), Pdq(bits(0), 90), Phash(bits(0)))


def judge(query: Print, registered: Print, tiers: Tiers) -> Verdict | None:
    """The verdict on whole pictures alone."""
    quality = min(query.pdq.quality, registered.pdq.quality)
    distances = [form.distance(registered.pdq) for form in query.forms]
    near = Nearness(min(distances), quality, distances.index(min(distances)))
    is_same, far = query.sha256 == registered.sha256, query.phash.distance(registered.phash)
    return weigh(Evidence(is_same, canonical=near, phash=far, quality=quality), tiers)


@pytest.mark.parametrize(
    ("distance", "tier"),
    [
        (0, Tier.CERTAIN),
        (31, Tier.CERTAIN),
        (32, Tier.STRONG),
        (45, Tier.STRONG),
        (46, Tier.POSSIBLE),
        (67, Tier.POSSIBLE),
    ],
)
def test_the_tier_follows_the_distance(distance: int, tier: Tier) -> None:
    found = judge(a_print(distance, phash=128), REGISTERED, TIERS)
    assert found == Verdict(tier, Way.PDQ, distance, 0, 90)


def test_beyond_the_last_tier_there_is_no_match() -> None:
    assert judge(a_print(68, phash=128), REGISTERED, TIERS) is None


def test_the_same_file_is_certain_whatever_its_quality() -> None:
    query = a_print(200, phash=200, sha=0, quality=0)
    assert judge(query, REGISTERED, TIERS) == Verdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, 0)


def test_a_mirrored_copy_is_found_by_its_form() -> None:
    query = a_print(120, phash=128, mirrored=12)
    assert judge(query, REGISTERED, TIERS) == Verdict(Tier.CERTAIN, Way.PDQ, 12, 5, 90)


def test_a_near_perceptual_hash_is_strong_where_pdq_is_far() -> None:
    query = a_print(80, phash=30)
    assert judge(query, REGISTERED, TIERS) == Verdict(Tier.STRONG, Way.PHASH, 30, 0, 90)


def test_with_little_texture_a_near_hash_is_only_possible() -> None:
    assert judge(a_print(20, quality=40), REGISTERED, TIERS) == Verdict(
        Tier.POSSIBLE, Way.PDQ, 20, 0, 40
    )
    assert judge(a_print(40, quality=40), REGISTERED, TIERS) is None


NEAR = Nearness(70, 90, variant="crop 0.8", region="the middle")


@pytest.mark.parametrize("place", ["canonical", "variant"])
@pytest.mark.parametrize(
    ("fitted", "chorus", "quality", "tier"),
    [
        (32, None, 85, Tier.STRONG),
        (32, None, 84, None),
        (33, None, 90, None),
        (32, 34, 50, Tier.STRONG),
        (32, 35, 50, Tier.POSSIBLE),
        (12, 54, 90, Tier.STRONG),
        (12, 60, 49, Tier.POSSIBLE),
        (12, 28, 20, Tier.STRONG),
        (12, 29, 49, Tier.POSSIBLE),
        (68, 78, 30, Tier.POSSIBLE),
        (68, 79, 90, None),
        (20, 97, 90, None),
        (68, None, 90, None),
    ],
)
def test_a_place_counts_by_how_well_it_fits_and_by_what_the_other_variants_say(
    place: str, fitted: int, chorus: int | None, quality: int, tier: Tier | None
) -> None:
    near = replace(NEAR, fitted=fitted, chorus=chorus, quality=quality)
    evidence = Evidence(canonical=near) if place == "canonical" else Evidence(variant=near)
    found = weigh(evidence, TIERS)
    wanted = Verdict(
        tier or Tier.POSSIBLE,
        Way.VARIANT,
        fitted,
        0,
        quality,
        "crop 0.8",
        "the middle",
        chorus=chorus,
    )
    assert found == (wanted if tier else None)


def test_a_variant_that_is_near_by_chance_is_no_match() -> None:
    near = replace(NEAR, distance=50, fitted=48)
    found = [weigh(Evidence(variant=replace(near, chorus=c)), TIERS) for c in (None, 96, 97)]
    assert [verdict and verdict.tier for verdict in found] == [Tier.POSSIBLE, Tier.POSSIBLE, None]


def test_points_are_strong_if_enough_of_those_that_should_be_seen_agree() -> None:
    asked = [(32, 0.08), (31, 0.15), (16, 0.16), (15, 1.0), (8, 1.0), (100, 0.07)]
    found = [weigh(Evidence(inliers=count, share=share), TIERS) for count, share in asked]
    tiers = [verdict and verdict.tier for verdict in found]
    strong, possible = Tier.STRONG, Tier.POSSIBLE
    assert tiers == [strong, possible, strong, possible, None, possible]


def test_a_verdict_tells_how_the_other_variants_agree() -> None:
    verdict = weigh(Evidence(variant=replace(NEAR, fitted=30, chorus=31)), TIERS)
    assert verdict is not None
    assert verdict.reason().endswith(
        "as it is: 30 of 256 bits differ, the other variants there by 31, quality 90"
    )


def test_flat_pictures_match_nothing_but_themselves() -> None:
    assert judge(a_print(0, quality=5), REGISTERED, TIERS) is None


def test_a_picture_registered_twice_is_one_finding_the_surest() -> None:
    sure, fair = Verdict(Tier.CERTAIN, Way.PDQ, 4, 0, 90), Verdict(Tier.STRONG, Way.PDQ, 40, 0, 90)
    findings = [
        Finding(1, 7, fair),
        Finding(2, 7, sure),
        Finding(3, 8, fair),
    ]
    assert best_per_case(findings) == [findings[1], findings[2]]


def test_a_childs_match_is_the_gravest_and_a_possible_one_waits_for_morning() -> None:
    found = [severity_of(tier, minor) for tier in Tier for minor in (True, False)]
    assert found == [Severity.A, Severity.B, Severity.A, Severity.B, Severity.C, Severity.C]


def test_a_decided_match_stays_decided() -> None:
    with pytest.raises(IllegalMove):
        MATCH.move(MatchState.CONFIRMED, MatchEvent.DISMISS)


def test_an_alert_names_its_match() -> None:
    assert [match_of(subject_of(17)), match_of("checkin:3"), match_of("match:x")] == [17, 0, 0]


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, 90),
        Verdict(Tier.STRONG, Way.PHASH, 20, 0, 90),
        Verdict(Tier.STRONG, Way.POINTS, 70, 5, 80, inliers=12, box=(0.1, 0.2, 0.9, 1.0)),
        Verdict(Tier.STRONG, Way.VARIANT, 40, 1, 80, "crop 0.8", "the middle", 9, (0.0, 0.1, 1, 1)),
        Verdict(Tier.STRONG, Way.VARIANT, 60, 1, 80, "crop 0.8", "the middle", chorus=31),
        StillVerdict(Tier.STRONG, 12, 1, 7.25),
        VideoVerdict(
            Tier.CERTAIN,
            VideoReason.IN_ORDER,
            Overlap(9, 9, 8, 7, 1.0, 0.5, 2, 10, 3.0, 1.25, 0),
        ),
    ],
)
def test_a_verdict_that_was_kept_says_the_same(verdict: AnyVerdict) -> None:
    written = kept(verdict)
    read = replace(written, details=json.loads(json.dumps(written.details)))
    assert (read.tier, read.distance, read.facts()) == (
        verdict.tier,
        verdict.distance,
        {"quality": 0} | json.loads(json.dumps(verdict.facts())),
    )
