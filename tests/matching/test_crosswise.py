"""One register for pictures and videos: copies of either, stills of videos, pictures in videos."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from domain.stills import StillVerdict
from domain.videos import VideoTiers, VideoVerdict
from matching import Match, Matcher
from matching.decoding import Undecodable, Why
from matching.looks import looks_at
from matching.matcher import TIERS
from matching.video import hash_video
from tests.matching.footage import moving, sound, video
from tests.matching.landscapes import jpeg, landscape, stripes
from tests.matching.scenery import Pixels

FILM = list(moving(4, 1))
PICTURE = landscape(3)


def shown(picture: Image.Image, seconds: float = 1.5) -> list[Pixels]:
    small = np.asarray(picture.resize((192, 112)))
    return [small] * round(10 * seconds)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    registered = Matcher()
    registered.register(video(FILM), "film")
    registered.register(jpeg(PICTURE), "picture")
    return registered


def told(matches: list[Match]) -> list[tuple[str, str]]:
    return [(match.name, match.tier) for match in matches]


def test_a_copy_of_a_video_is_certain_and_says_so(matcher: Matcher) -> None:
    [found] = matcher.examine(video(FILM[10:], crf="32"))
    assert (found.name, found.tier, len(matcher)) == ("film", "A", 2)
    assert isinstance(found.verdict, VideoVerdict)
    assert "in one order of time" in found.reason
    assert found.distance == found.verdict.overlap.distance


def test_a_still_of_a_registered_video_is_strong_and_tells_its_moment(matcher: Matcher) -> None:
    for turn in (lambda picture: picture, ImageOps.mirror):
        [found] = matcher.examine(jpeg(turn(Image.fromarray(FILM[22]))))
        assert (found.name, found.tier) == ("film", "B")
        assert isinstance(found.verdict, StillVerdict)
        assert abs(found.verdict.at_s - 2.2) <= 0.3
    assert "mirrored" in found.reason
    assert found.verdict.facts()["reason"] == "still"


def test_other_limits_can_be_tried_on_stills_and_on_videos(matcher: Matcher) -> None:
    still = looks_at(jpeg(Image.fromarray(FILM[22])), with_points=False)
    film = hash_video(video(FILM[10:], crf="32"), dense=False)
    strict = replace(TIERS, certain=0, video=VideoTiers(certain=0, strong=0, radius=0))
    assert told(matcher.compare(still)) == [("film", "B")]
    assert told(matcher.compare_video(film)) == [("film", "A")]
    assert matcher.compare(still, strict) == []
    assert told(matcher.compare_video(film, strict)) == [("film", "C")]


def test_a_video_in_which_a_registered_picture_is_shown_is_found(matcher: Matcher) -> None:
    others = list(moving(2, 90))
    [found] = matcher.examine(video([*others, *shown(PICTURE), *others[::-1]]))
    assert (found.name, found.tier) == ("picture", "B")
    assert isinstance(found.verdict, StillVerdict)
    assert 2.0 <= found.verdict.at_s <= 3.5


def test_both_are_found_in_one_video_best_first(matcher: Matcher) -> None:
    found = matcher.examine(video([*FILM, *shown(PICTURE)]))
    assert told(found) == [("film", "A"), ("picture", "B")]


def test_slats_in_a_video_are_at_most_possible() -> None:
    matcher = Matcher()
    matcher.register(jpeg(stripes(37)), "slats")
    found = matcher.examine(video(shown(stripes(37), 2.0)))
    assert told(found) in ([("slats", "C")], [])


def test_other_videos_and_pictures_are_not_found(matcher: Matcher) -> None:
    assert matcher.examine(video(list(moving(3, 70)))) == []
    assert matcher.examine(jpeg(landscape(40))) == []


def test_a_name_stands_for_a_picture_or_a_video_whichever_came_last() -> None:
    matcher = Matcher()
    matcher.register(jpeg(PICTURE), "one")
    matcher.register(video(FILM), "one")
    assert (len(matcher), matcher.examine(jpeg(PICTURE))) == (1, [])
    matcher.register(jpeg(PICTURE), "one")
    assert (len(matcher), matcher.examine(video(FILM))) == (1, [])
    matcher.unregister("one")
    assert (len(matcher), matcher.examine(jpeg(PICTURE))) == (0, [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (sound(), Why.NO_VIDEO),
        (video(FILM)[:3000], Why.TRUNCATED),
        (video([np.full((64, 96, 3), 90, np.uint8)] * 10), Why.PLAIN),
        (b"\0\0\0\x18ftypisom" + bytes(range(256)) * 40, Why.TRUNCATED),
    ],
)
def test_a_bad_video_leaves_the_register_as_it_was(data: bytes, reason: Why) -> None:
    matcher = Matcher()
    matcher.register(jpeg(PICTURE), "one")
    with pytest.raises(Undecodable) as refused:
        matcher.register(data, "one")
    assert refused.value.reason == reason
    assert told(matcher.examine(jpeg(PICTURE))) == [("one", "A")]
