"""Of an animation up to eight frames are looked at; what repeats or is damaged is left out."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from matching.decoding import FORMATS, MOST_FRAMES, Undecodable, Why, decode, frames
from tests.matching.scenery import encoded, scene

SHADES = [Image.new("RGB", (60, 40), (13 * at, 255 - 13 * at, 90)) for at in range(20)]


def animated(pictures: list[Image.Image], kind: str) -> bytes:
    buffer = BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    pictures[0].save(
        buffer, kind, save_all=True, append_images=pictures[1:], duration=80, **options
    )
    return buffer.getvalue()


def mean(picture: Image.Image) -> int:
    return round(float(np.asarray(picture)[:, :, 0].mean()) / 13)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_eight_frames_are_spread_over_an_animation(kind: str) -> None:
    found = frames(animated(SHADES, kind))
    assert len(found) == MOST_FRAMES
    assert [mean(each) for each in found] == [0, 3, 5, 8, 11, 14, 16, 19]
    assert all(each.mode == "RGB" for each in found)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_frames_that_repeat_the_last_are_left_out(kind: str) -> None:
    found = frames(animated([SHADES[0]] * 4 + [SHADES[19]] * 4 + [SHADES[0]], kind))
    assert [mean(each) for each in found] == [0, 19, 0]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_still_is_one_frame_and_that_is_what_decode_gives(kind: str) -> None:
    data = encoded(scene(90, 60, 3), kind)
    (only,) = frames(data)
    np.testing.assert_array_equal(np.asarray(only), np.asarray(decode(data)))


def test_a_damaged_end_hides_nothing_of_what_comes_before() -> None:
    data = animated([Image.fromarray(scene(60, 40, seed)) for seed in range(6)], "GIF")
    assert 1 <= len(frames(data[: len(data) * 2 // 3])) < 6


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_new_kind_that_is_cut_off_is_refused(kind: str) -> None:
    data = encoded(scene(160, 120, 3), kind)
    for share in (0.02, 0.2, 0.6):
        with pytest.raises(Undecodable) as refused:
            frames(data[: int(len(data) * share)])
        assert refused.value.reason == Why.TRUNCATED


def test_a_video_is_no_picture() -> None:
    with pytest.raises(Undecodable) as refused:
        decode(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41")
    assert refused.value.reason == Why.NOT_MEDIA
