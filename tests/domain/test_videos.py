"""What the overlap of two videos is worth."""

from dataclasses import replace
from typing import Any

import pytest

from domain.verdicts import Tier
from domain.videos import Overlap, VideoReason, judge_video

SOLID = Overlap(
    asked=10,
    frames=9,
    ordered=8,
    distinct=8,
    share=0.9,
    share_of_reference=0.4,
    distance=6,
    typical=18,
    offset_s=12.04,
    speed=1.25,
    form=0,
)


def tier(**changed: Any) -> Tier | None:
    verdict = judge_video(replace(SOLID, **changed))
    return verdict.tier if verdict else None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Tier.CERTAIN),
        ({"asked": 100, "share_of_reference": 0.9}, Tier.CERTAIN),
        ({"asked": 100}, Tier.STRONG),
        ({"distance": 44, "typical": 55}, Tier.STRONG),
        ({"distance": 0, "typical": 66, "asked": 30}, Tier.POSSIBLE),
        ({"distance": 44, "typical": 45, "asked": 40}, Tier.STRONG),
        ({"distance": 44, "typical": 55, "asked": 100}, Tier.POSSIBLE),
        ({"distance": 60, "typical": 65, "distinct": 4}, Tier.POSSIBLE),
        ({"distance": 60, "typical": 65, "distinct": 2}, None),
        ({"distance": 60, "typical": 65, "asked": 60}, None),
        ({"distinct": 1}, Tier.STRONG),
        ({"distinct": 1, "typical": 40}, Tier.POSSIBLE),
        ({"asked": 60, "frames": 1, "ordered": 1, "distinct": 1}, Tier.POSSIBLE),
        ({"asked": 60, "distance": 40, "distinct": 2}, None),
        ({"asked": 60, "distinct": 0}, None),
        ({"frames": 0, "ordered": 0, "distinct": 0, "distance": 256, "typical": 256}, None),
    ],
)
def test_an_overlap_is_judged_by_distinct_frames_in_order(
    changed: dict[str, Any], expected: Tier | None
) -> None:
    assert tier(**changed) == expected


def test_a_verdict_says_every_figure_that_led_to_it() -> None:
    verdict = judge_video(replace(SOLID, form=5))
    assert verdict is not None
    assert verdict.reason == VideoReason.IN_ORDER
    assert verdict.in_words() == (
        "9 of 10 frames alike, 8 in one order of time (8 distinct) from 12.0 s at speed 1.25; "
        "nearest 6 bits, middle 18; covers 40% of the registered video, "
        "turned or mirrored (form 5)"
    )
    assert verdict.facts()["share_percent"] == 90


def test_nothing_asked_is_no_share() -> None:
    assert replace(SOLID, asked=0).ordered_share == 0.0
