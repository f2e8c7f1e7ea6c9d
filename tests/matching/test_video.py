"""Videos of every kind become prints, and what is none is refused for its own reason."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.videos import VideoPrint
from matching.decoding import Undecodable, Why
from matching.video import finer, hash_video
from matching.video_decoding import VideoLimits, luma_of
from matching.video_luma import pdq_forms_of_luma
from tests.matching.footage import moving, sound, video
from tests.matching.scenery import encoded, oracle, scene

pytestmark = pytest.mark.verify

FILM = list(moving(4, 1))
FILE = video(FILM)
MATROSKA = video(FILM, container="matroska")


def why(data: bytes, *, dense: bool = True, limits: VideoLimits | None = None) -> Why:
    with pytest.raises(Undecodable) as refused:
        hash_video(data, dense=dense, limits=limits or VideoLimits())
    return refused.value.reason


def times(print_: VideoPrint) -> list[float]:
    return [round(frame.at_s, 2) for frame in print_.frames]


def apart(one: VideoPrint, other: VideoPrint) -> int:
    """The most bits between the frames of two prints that are shown at the same time."""
    pairs = zip(one.frames, other.frames, strict=False)
    return max(a.forms[0].distance(b.forms[0]) for a, b in pairs)


def test_the_luma_of_a_frame_hashes_as_the_reference_hashes_its_colours() -> None:
    with av.open(io.BytesIO(FILE), "r") as container:
        for frame in list(container.decode(video=0))[::7]:
            bits, quality = oracle(frame.to_ndarray(format="rgb24").astype(np.uint8))
            ours = pdq_forms_of_luma(luma_of(frame))[0]
            differing = int.from_bytes(ours.bits, "big") ^ int.from_bytes(bits, "big")
            assert differing.bit_count() <= 10
            assert abs(ours.quality - quality) <= 1


def test_registration_takes_two_frames_a_second_and_more_where_the_picture_moves() -> None:
    still = video([scene(192, 112, 3 + at // 10) for at in range(40)])
    assert times(hash_video(still, dense=True)) == [0.0, 1.0, 2.0, 3.0]
    assert len(hash_video(FILE, dense=True).frames) > 8


def test_a_query_takes_key_frames_only() -> None:
    asked = hash_video(FILE, dense=False)
    assert times(asked) == [0.0, 1.0, 2.0, 3.0]
    assert round(asked.duration_s, 1) == 4.0
    assert all(not frame.variants for frame in asked.frames)


def test_where_key_frames_are_few_the_beginning_is_decoded_whole() -> None:
    assert len(hash_video(video(FILM, g="250", sc_threshold="0"), dense=False).frames) > 8


def test_near_a_hit_frames_are_taken_as_densely_as_at_registration() -> None:
    closer = finer(FILE, [2.0], reach_s=0.6)
    assert min(times(closer)) >= 1.4
    assert max(times(closer)) <= 2.6
    assert len(closer.frames) >= 3


@pytest.mark.parametrize("container", ["matroska", "mov", "mpegts", "avi", "flv"])
def test_every_usual_container_gives_the_same_frames(container: str) -> None:
    found = hash_video(video(FILM, container=container), dense=False)
    assert apart(found, hash_video(FILE, dense=False)) <= 4


def test_ten_bits_odd_pixels_and_other_codecs_hash_as_the_plain_video_does() -> None:
    def odd(stream: av.VideoStream) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)

    plain = hash_video(FILE, dense=False)
    for other in (
        video(FILM, shape="yuv420p10le"),
        video(FILM, prepare=odd),
    ):
        assert apart(hash_video(other, dense=False), plain) <= 16


def test_full_range_colours_without_luma_and_vp9_are_read() -> None:
    plain = hash_video(FILE, dense=False).frames[0].forms[0]
    jpegs = video(FILM[:10], container="avi", codec="mjpeg", shape="yuvj420p")
    colours = video(FILM[:10], container="matroska", codec="ffv1", shape="bgr0")
    webm = video(FILM[:10], container="webm", codec="libvpx-vp9", deadline="realtime")
    for other in (jpegs, colours, webm):
        assert hash_video(other, dense=False).frames[0].forms[0].distance(plain) <= 20


def test_the_rotation_that_a_container_asks_for_is_applied() -> None:
    turned = video(FILM, prepare=lambda stream: stream.set_display_rotation(90))
    upright = video([np.ascontiguousarray(np.rot90(each)) for each in FILM])
    assert apart(hash_video(turned, dense=False), hash_video(upright, dense=False)) <= 24


def test_frames_at_uneven_times_keep_their_times() -> None:
    uneven = video(FILM, times=[at * at for at in range(40)])
    assert times(hash_video(uneven, dense=False)) == [0.0, 1.0, 4.0, 9.0]


def test_borders_and_what_moves_on_a_still_screen_are_hashed_as_well() -> None:
    def screen(picture: np.ndarray) -> np.ndarray:
        page = np.full((320, 208, 3), 240, np.uint8)
        page[20:30, 10:90] = 40
        page[60:172, 8:200] = picture
        page[220:300:16, 20:160] = 90
        return page

    plain = hash_video(FILE, dense=False).frames
    shown = hash_video(video([screen(each) for each in FILM]), dense=False).frames
    for frame, known in zip(shown, plain, strict=True):
        nearest = min(form.distance(known.forms[0]) for form in frame.upright)
        assert nearest <= 31 < frame.forms[0].distance(known.forms[0])


def test_progress_rises_from_nothing_to_one() -> None:
    for dense in (True, False):
        told: list[float] = []
        hash_video(FILE, dense=dense, progress=told.append)
        assert told == sorted(told)
        assert told[-1] == 1.0


def test_a_file_handle_is_read_as_bytes_are() -> None:
    assert hash_video(io.BytesIO(FILE), dense=False) == hash_video(FILE, dense=False)


def test_a_video_without_texture_has_no_frames() -> None:
    plain = [np.full((64, 96, 3), 90, np.uint8)] * 10
    assert hash_video(video(plain), dense=True).frames == ()


def test_what_is_no_video_is_refused_for_its_own_reason() -> None:
    assert why(b"") == Why.EMPTY
    assert why("영상이 아닌 글".encode()) == Why.NOT_MEDIA
    assert why(encoded(scene(64, 64, 1), "JPEG")) == Why.NOT_MEDIA
    assert why(sound()) == Why.NO_VIDEO
    assert why(video([scene(6, 6, 1)], codec="mpeg4")) == Why.TOO_SMALL


def test_what_is_beyond_the_limits_is_refused() -> None:
    assert why(FILE, limits=VideoLimits(most_bytes=1000)) == Why.TOO_LARGE
    assert why(FILE, limits=VideoLimits(most_seconds=3)) == Why.TOO_LONG
    assert why(FILE, limits=VideoLimits(most_frames=3)) == Why.TOO_LONG
    assert why(FILE, limits=VideoLimits(most_pixels=20_000)) == Why.BOMB
    assert why(FILE, limits=VideoLimits(longest_side=190)) == Why.BOMB
    assert why(FILE, limits=VideoLimits(is_late=lambda: True)) == Why.TIMEOUT


def test_a_length_that_the_header_keeps_silent_about_is_found_while_decoding() -> None:
    live = video(FILM, container="matroska", live="1")
    assert round(hash_video(live, dense=True).duration_s, 1) == 4.0
    assert why(live, limits=VideoLimits(most_seconds=3)) == Why.TOO_LONG


@pytest.mark.parametrize(("whole", "share"), [(FILE, 0.05), (FILE, 0.9), (MATROSKA, 0.5)])
def test_a_video_that_is_cut_off_is_not_registered(whole: bytes, share: float) -> None:
    assert why(whole[: int(len(whole) * share)]) == Why.TRUNCATED


def test_a_video_that_is_cut_off_is_still_asked_about() -> None:
    half = MATROSKA[: len(MATROSKA) // 2]
    known = [frame.forms[0] for frame in hash_video(FILE, dense=True).frames]
    frames = hash_video(half, dense=False).frames
    assert min(form.distance(frames[0].forms[0]) for form in known) <= 4


def test_a_playlist_opens_nothing() -> None:
    hls = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9.0,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
    assert why(hls) == Why.NOT_MEDIA
    assert why(b"ffconcat version 1.0\nfile /etc/hostname\n") == Why.NOT_MEDIA


SMALL = [
    video(list(moving(1, 2, width=96, height=64)), container=kind)
    for kind in ("mp4", "matroska", "mpegts", "avi")
]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3), st.integers(0, 2**32), st.booleans())
def test_a_damaged_video_gives_a_print_or_is_refused(kind: int, seed: int, dense: bool) -> None:
    draw = np.random.default_rng(seed)
    data = np.frombuffer(SMALL[kind], np.uint8).copy()
    hurt = draw.integers(0, data.size, draw.integers(1, 40))
    data[hurt] = draw.integers(0, 256, hurt.size)
    kept = data[: data.size if seed % 2 else int(draw.integers(1, data.size))]
    try:
        found = hash_video(kept.tobytes(), dense=dense, limits=VideoLimits(most_frames=1_000))
    except Undecodable:
        return
    assert times(found) == sorted(times(found))
