"""Copies of registered videos are found, and other videos are not."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from domain.fingerprints import Pdq
from domain.verdicts import Tier
from domain.videos import Frame, Overlap, VideoPrint, VideoTiers
from matching.decoding import Undecodable, Why
from matching.video_scoring import registered_hashes, score
from matching.videos import VideoFinding, VideoIndex
from tests.matching.footage import moving, video
from tests.matching.scenery import Pixels

pytestmark = pytest.mark.verify

FILMS = {name: list(moving(6, seed)) for name, seed in (("one", 1), ("two", 2))}


@pytest.fixture(scope="module")
def index() -> VideoIndex[str]:
    registered = VideoIndex[str]()
    for name, frames in FILMS.items():
        registered.register(video(frames), name)
    return registered


def only(found: Sequence[VideoFinding[str]]) -> tuple[str, Tier, Overlap]:
    [finding] = found
    return finding.name, finding.verdict.tier, finding.verdict.overlap


def framed(picture: Pixels) -> Pixels:
    return cv2.copyMakeBorder(picture, 24, 24, 40, 40, cv2.BORDER_CONSTANT).astype(np.uint8)


def mirrored(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1])


def grey(picture: Pixels) -> Pixels:
    return np.repeat(picture.mean(axis=2, keepdims=True), 3, 2).astype(np.uint8)


def cropped(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[6:-6, 10:-10])


def smaller(picture: Pixels) -> Pixels:
    return cv2.resize(picture, (128, 76), interpolation=cv2.INTER_AREA).astype(np.uint8)


@pytest.mark.parametrize("change", [framed, mirrored, grey, cropped, smaller])
def test_a_changed_copy_is_found(
    index: VideoIndex[str], change: Callable[[Pixels], Pixels]
) -> None:
    copy = video([change(each) for each in FILMS["two"]], crf="32")
    name, tier, _ = only(index.examine(copy))
    assert (name, tier) == ("two", Tier.CERTAIN)


def test_a_cut_is_found_at_its_place(index: VideoIndex[str]) -> None:
    name, tier, overlap = only(index.examine(video(FILMS["one"][25:50])))
    assert (name, tier) == ("one", Tier.CERTAIN)
    assert abs(overlap.offset_s - 2.5) < 0.4


@pytest.mark.parametrize("speed", [1.25, 0.8])
def test_another_speed_is_found_and_told(index: VideoIndex[str], speed: float) -> None:
    at = np.arange(0, 60, speed).astype(int).tolist()
    name, tier, overlap = only(index.examine(video([FILMS["one"][each] for each in at])))
    assert (name, tier) == ("one", Tier.CERTAIN)
    assert abs(overlap.speed - speed) < 0.05


def test_a_mirrored_copy_tells_its_form(index: VideoIndex[str]) -> None:
    _, _, overlap = only(index.examine(video([mirrored(each) for each in FILMS["one"]])))
    assert overlap.form == 5


def test_part_of_a_longer_video_is_found(index: VideoIndex[str]) -> None:
    longer = [*moving(6, 70), *FILMS["one"], *moving(6, 80)]
    name, tier, overlap = only(index.examine(video(longer)))
    assert (name, tier) == ("one", Tier.CERTAIN)
    assert 0.2 < overlap.share < 0.7
    assert abs(overlap.offset_s + 6.0) < 0.4


def test_other_videos_are_not_found(index: VideoIndex[str]) -> None:
    assert [index.examine(video(list(moving(4, seed)))) for seed in (7, 8, 9)] == [[], [], []]


def test_a_removed_video_is_not_found_and_removing_twice_is_no_error() -> None:
    index = VideoIndex[str]()
    index.register(video(FILMS["one"]), "one")
    index.remove("one")
    index.remove("one")
    assert (len(index), index.examine(video(FILMS["one"]))) == (0, [])


def test_a_name_registered_again_is_replaced() -> None:
    index = VideoIndex[str]()
    index.register(video(FILMS["one"]), "film")
    index.register(video(FILMS["two"]), "film")
    assert len(index) == 1
    assert index.examine(video(FILMS["one"])) == []


def test_nothing_is_registered_of_a_video_that_shows_nothing_or_is_cut_off() -> None:
    index = VideoIndex[str]()
    for data, reason in (
        (video([np.full((64, 96, 3), 90, np.uint8)] * 10), Why.PLAIN),
        (video(FILMS["one"])[:5000], Why.TRUNCATED),
    ):
        with pytest.raises(Undecodable) as refused:
            index.register(data, "film")
        assert refused.value.reason == reason
    assert len(index) == 0


def drawn(seed: int, times: Sequence[float], frames: Sequence[int]) -> VideoPrint:
    """A print whose frame n is the n-th random hash of that seed."""
    draw = np.random.default_rng(seed)
    hashes = [Pdq(draw.bytes(32), 100) for _ in range(200)]
    kept = (Frame(at_s, (hashes[n],)) for at_s, n in zip(times, frames, strict=True))
    return VideoPrint(max(times), tuple(kept))


def test_frames_in_the_wrong_order_are_alike_but_not_in_order() -> None:
    reference = drawn(1, [at / 2 for at in range(100)], range(100))
    shuffled = np.random.default_rng(2).permutation(100)[:20].tolist()
    overlap = score(
        drawn(1, range(0, 60, 3), shuffled), registered_hashes(reference), VideoTiers(radius=31)
    )
    assert (overlap.frames, overlap.share) == (20, 1.0)
    assert overlap.ordered <= 5


def test_a_line_of_time_is_measured() -> None:
    reference = drawn(1, [at / 2 for at in range(100)], range(100))
    query = drawn(1, [at / 1.5 for at in range(20)], range(30, 70, 2))
    overlap = score(query, registered_hashes(reference), VideoTiers(radius=31))
    assert (overlap.ordered, overlap.distinct, overlap.distance) == (20, 20, 0)
    assert (round(overlap.offset_s, 1), round(overlap.speed, 2)) == (15.0, 1.5)
    assert round(overlap.share_of_reference, 2) == round(19 / 49.5, 2)


def test_a_print_of_single_hashes_can_be_asked_and_an_empty_one_matches_nothing() -> None:
    reference = drawn(1, [0, 1, 2], [0, 1, 2])
    assert score(reference, registered_hashes(reference), VideoTiers()).ordered == 3
    assert score(VideoPrint(1.0, ()), registered_hashes(reference), VideoTiers()).frames == 0
    assert score(reference, registered_hashes(VideoPrint(1.0, ())), VideoTiers()).frames == 0


def test_where_half_of_a_video_is_stripes_only_near_frames_count_and_none_as_its_own() -> None:
    reference = drawn(1, [0, 1, 2, 3], [0, 1, 2, 3])
    strict = (replace(frame, is_strict=at < 2) for at, frame in enumerate(reference.frames))
    striped = VideoPrint(reference.duration_s, tuple(strict))
    assert score(reference, registered_hashes(striped), VideoTiers()).distinct == 0
    assert score(striped, registered_hashes(reference), VideoTiers()).distinct == 0
    assert set(registered_hashes(striped).reach(VideoTiers()).tolist()) == {31}
