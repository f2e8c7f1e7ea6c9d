"""Why something is a match, in words that an officer can act on, in both languages."""

import pytest

from bot.render.matches import why
from bot.render.texts import say, texts
from domain.parts import Part, coded, in_words, of_shares, read
from domain.stills import StillVerdict
from domain.verdicts import AnyVerdict, Tier, Verdict, Way
from domain.videos import Overlap, VideoReason, VideoVerdict

CROPPED = Verdict(
    Tier.STRONG, Way.VARIANT, 40, 5, 80,
    of_shares(Part.CROP, 0.85, 0.075, 0.15), Part.IN_A_PAGE, box=(0.1, 0.2, 0.9, 0.75),
)  # fmt: skip
OVERLAP = Overlap(9, 9, 8, 7, 1.0, 0.5, 2, 10, 3.0, 1.25, 0)
VERDICTS: list[AnyVerdict] = [
    CROPPED,
    Verdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, 90),
    Verdict(Tier.CERTAIN, Way.PDQ, 4, 1, 90),
    Verdict(Tier.STRONG, Way.PHASH, 20, 0, 90),
    Verdict(Tier.STRONG, Way.POINTS, 70, 0, 80, Part.WHOLE, Part.SPOT, 12, (0.1, 0.2, 0.9, 1.0)),
    StillVerdict(Tier.STRONG, 12, 0, 7.2),
    *(VideoVerdict(Tier.CERTAIN, reason, OVERLAP) for reason in VideoReason),
]


def test_a_cropped_copy_is_told_with_its_places() -> None:
    assert why("ko", CROPPED.facts()) == (
        "강함(B) · 자르거나 돌린 모양: PDQ 차이 40/256 · 좌우를 뒤집은 모양 · 품질 80\n"
        "등록한 사진: 가로·세로 85 %만 남긴 부분(왼쪽에서 8 %, 위에서 15 %)"
        " → 올라온 사진: 화면 속에 놓인 그림 (가로 10–90 %, 세로 20–75 %)"
    )
    assert why("en", CROPPED.facts()) == (
        "strong (B) · a cropped or turned form: PDQ distance 40 of 256 · mirrored · quality 80\n"
        "Registered: a crop of 85 % of each side (8 % from the left, 15 % from the top)"
        " → found: the picture shown on a screen (10–90 % across, 20–75 % down)"
    )


def test_a_copy_that_is_a_part_and_nothing_else_needs_no_place() -> None:
    verdict = Verdict(Tier.STRONG, Way.VARIANT, 2, 0, 90, of_shares(Part.WITHOUT_RIGHT, 0.4))
    assert why("ko", verdict.facts()).splitlines()[1] == (
        "등록한 사진: 오른쪽 40 %를 잘라 낸 부분 → 올라온 사진: 사진 전체"
    )


def test_a_whole_copy_needs_no_places() -> None:
    assert why("en", Verdict(Tier.CERTAIN, Way.PDQ, 4, 0, 90).facts()) == (
        "certain (A) · PDQ distance 4 of 256 · as it is · quality 90"
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_told_without_a_gap(language: str, verdict: AnyVerdict) -> None:
    told = why(language, verdict.facts())
    assert "{" not in told
    assert "match." not in told


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("part", Part)
def test_every_part_and_way_has_its_words(language: str, part: Part) -> None:
    assert f"match.part.{part}" in texts(language)
    for way in Way:
        assert f"alert.reason.{way}" in texts(language)
    assert say(language, f"match.part.{part}", a=1, b=2, c=3)


def test_a_code_of_another_release_is_the_whole() -> None:
    assert (read("spiral 3"), read("")) == ((Part.WHOLE, ()), (Part.WHOLE, ()))
    assert in_words("without_left 10") == "without 10 % at the left"
    assert (
        in_words(coded(Part.CROP, 85))
        == "a crop of 85 % of each side, ? % from the left, ? % from the top"
    )
