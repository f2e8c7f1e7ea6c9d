"""A flood: what counts towards one, from when on, and what is never held back."""

from datetime import timedelta

import pytest

from domain.alerts import Severity
from domain.fingerprints import is_quarantined
from domain.floods import Gauge, is_never_held, severity_of_flood
from domain.policy import FloodLimit
from domain.verdicts import KeptVerdict, Tier, Way
from tests.conftest import START

LIMIT = FloodLimit(20, timedelta(hours=24))
HOUR = timedelta(hours=1)


def test_a_release_ends_a_quarantine_until_the_next_one() -> None:
    later = START + HOUR
    assert [
        is_quarantined(None, None),
        is_quarantined(START, None),
        is_quarantined(START, later),
        is_quarantined(later, START),
        is_quarantined(None, later),
    ] == [False, True, False, True, False]


def test_what_was_released_is_not_counted_again() -> None:
    now = START + HOUR
    fresh = Gauge(1, 1, None, None, 0, 1)
    released = Gauge(1, 1, START, START, 0, 1)
    assert fresh.counted_from(now, LIMIT) == now - LIMIT.during
    assert released.counted_from(now, LIMIT) == START
    assert released.counted_from(now + LIMIT.during, LIMIT) == now


@pytest.mark.parametrize(
    ("tier", "way", "is_minor", "never"),
    [
        (Tier.CERTAIN, Way.SAME_FILE, False, True),
        (Tier.CERTAIN, Way.PDQ, False, False),
        (Tier.CERTAIN, Way.PDQ, True, True),
        (Tier.STRONG, Way.VARIANT, True, False),
        (Tier.POSSIBLE, Way.PDQ, True, False),
    ],
)
def test_sure_copies_alert_through_any_flood(
    tier: Tier, way: Way, is_minor: bool, never: bool
) -> None:
    assert is_never_held(KeptVerdict(tier, way, 0, 0, 80, {}), is_minor) is never


def test_a_childs_flood_is_as_loud_as_a_childs_match() -> None:
    assert [severity_of_flood(True), severity_of_flood(False)] == [Severity.A, Severity.B]
