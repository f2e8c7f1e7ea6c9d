"""A seal opens for one centre and one item, and holds what could have been made there, or is refused."""

import json
import struct
import zlib
from dataclasses import replace

import pytest

from domain.centrekeys import BadKey
from domain.fingerprints import Pdq, Sha256
from domain.videos import Frame, VideoHashes, VideoPrint
from matching import packing_video
from matching.packing import packed
from matching.registering import registration, registration_of_print
from matching.sealing import (
    MOST_BYTES,
    MOST_VIDEO_BYTES,
    BadSeal,
    Sealer,
    _bound,
    opened_picture,
    opened_video,
    public_of,
)
from tests.square_sweeps import jpeg, print_of

SECRET, OTHER_SECRET = b"\x01" * 32, b"\x02" * 32
SEALER = Sealer(public_of(SECRET))
FULL = registration(jpeg(3), descriptors=True)
HASHES, SEALED = SEALER.picture(FULL)
VARIANTS = packed(FULL).variants
POINTS = packed(FULL).points


def frame(at_s: float, *variants: int) -> Frame:
    hashes = tuple(Pdq(bytes([each]) * 32, 90) for each in variants)
    return Frame(at_s, (Pdq(bytes([7]) * 32, 80),), hashes, is_strict=len(variants) == 1)


WHOLE = VideoHashes(
    Sha256(bytes(32)), VideoPrint(1.23456, (frame(0.0, 1, 2), frame(0.50049, 3), frame(1.0)))
)
VIDEO, SEALED_VIDEO = SEALER.video(WHOLE)


def test_a_picture_is_kept_as_if_it_had_been_hashed_here() -> None:
    assert opened_picture(SEALED, HASHES, SECRET) == packed(FULL)


def test_without_descriptors_there_are_none() -> None:
    hashes, sealed = SEALER.picture(replace(FULL, points=None))
    assert opened_picture(sealed, hashes, SECRET) == replace(packed(FULL), points=b"")
    assert len(sealed) < 6_000


def test_what_is_known_by_its_print_alone_has_nothing_to_seal_but_opens() -> None:
    bare = registration_of_print(print_of(3))
    hashes, sealed = SEALER.picture(bare)
    assert opened_picture(sealed, hashes, SECRET) == packed(bare)


def test_a_video_comes_back_with_its_variants_and_written_times() -> None:
    frames = tuple(
        replace(each, at_s=at_s)
        for each, at_s in zip(WHOLE.video.frames, (0.0, 0.5, 1.0), strict=True)
    )
    assert opened_video(SEALED_VIDEO, VIDEO, SECRET) == replace(
        WHOLE, video=VideoPrint(1.235, frames)
    )
    assert [each.variants for each in VIDEO.video.frames] == [(), (), ()]


def test_no_two_seals_are_alike_and_none_shows_a_hash() -> None:
    assert SEALER.picture(FULL)[1] != SEALED
    assert FULL.hashes[1].tobytes() not in SEALED


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        SEALED[:40],
        SEALED[:-1],
        SEALED + b"\0",
        SEALED[:-1] + bytes([SEALED[-1] ^ 1]),
        bytes(80),
    ],
    ids=["empty", "start", "cut off", "longer", "changed", "zeros"],
)
def test_a_damaged_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(BadSeal):
        opened_picture(sealed, HASHES, SECRET)
    with pytest.raises(BadSeal):
        opened_video(sealed, VIDEO, SECRET)


def test_another_centre_cant_open_it() -> None:
    with pytest.raises(BadSeal):
        opened_picture(SEALED, HASHES, OTHER_SECRET)


@pytest.mark.parametrize(
    "hashes",
    [
        replace(HASHES, sha256=Sha256(bytes(32))),
        print_of(4),
        replace(HASHES, pdq=replace(HASHES.pdq, quality=1), forms=()),
    ],
)
def test_a_seal_moved_to_another_item_is_refused(hashes: object) -> None:
    with pytest.raises(BadSeal):
        opened_picture(SEALED, hashes, SECRET)  # type: ignore[arg-type] # Prints, all of them.


def test_what_is_too_large_isnt_even_opened() -> None:
    with pytest.raises(BadSeal, match="too large"):
        opened_picture(bytes(MOST_BYTES + 1), HASHES, SECRET)
    with pytest.raises(BadSeal, match="too large"):
        opened_video(bytes(MOST_VIDEO_BYTES + 1), VIDEO, SECRET)


def forged(variants: bytes, points: bytes = b"", version: int = 1, length: int = -1) -> bytes:
    """A seal as somebody else's program might make it: rightly closed, with anything in it."""
    head = struct.pack(">BI", version, len(variants) if length < 0 else length)
    return SEALER._seal(head + variants + points, _bound(HASHES))


def named(names: object, count: int, quality: int = 80) -> bytes:
    """Variants with these names."""
    text = zlib.compress(names if isinstance(names, bytes) else json.dumps(names).encode())
    head = bytes([1, 0]) + len(text).to_bytes(2, "big")
    return head + text + bytes([quality]) * count + bytes(32 * count)


@pytest.mark.parametrize(
    "sealed",
    [
        forged(VARIANTS, version=2),
        forged(VARIANTS, length=10**6),
        forged(VARIANTS[:-1]),
        forged(b"\x01\x00\xff\xff"),
        forged(named(["crop"], 1, quality=101)),
        forged(named(["crop"], 2)),
        forged(named([f"crop {at}" for at in range(401)], 401)),
        forged(named(["<!channel>"], 1)),
        forged(named([1], 1)),
        forged(named({"a": 1}, 1)),
        forged(named(b"[" * 39_000, 0)),
        forged(named(b" " * 30_000_000, 0)),
        forged(VARIANTS, POINTS[:-1]),
        forged(VARIANTS, struct.pack(">BHHH", 1, 0, 10, 10)),
        forged(VARIANTS, POINTS[:3] + bytes(4) + POINTS[7:]),
        forged(VARIANTS, struct.pack(">BHHH", 1, 501, 99, 99) + bytes(20 * 501)),
        SEALER._seal(b"\x01", _bound(HASHES)),
    ],
    ids=lambda _: "forged",  # A seal is another each time, and workers must agree on names.
)
def test_what_is_rightly_sealed_and_made_otherwise_is_refused(sealed: bytes) -> None:
    with pytest.raises(BadSeal):
        opened_picture(sealed, HASHES, SECRET)


@pytest.mark.parametrize(
    "video",
    [
        VideoPrint(1.235, WHOLE.video.frames[:2]),
        VideoPrint(9.0, WHOLE.video.frames),
        VideoPrint(float("nan"), WHOLE.video.frames),
        VideoPrint(float("inf"), WHOLE.video.frames),
        VideoPrint(1.235, (*WHOLE.video.frames[:2], frame(2.0))),
        VideoPrint(1.235, (frame(0.0, *range(13)), *WHOLE.video.frames[1:])),
        VideoPrint(1.235, (Frame(0.0, ()), *WHOLE.video.frames[1:])),
    ],
)
def test_a_seal_that_holds_another_video_than_its_item_is_refused(video: VideoPrint) -> None:
    sealed = SEALER._seal(packing_video.packed(video), _bound(VIDEO))
    with pytest.raises(BadSeal):
        opened_video(sealed, VIDEO, SECRET)


def test_rubbish_in_a_videos_seal_is_refused() -> None:
    with pytest.raises(BadSeal):
        opened_video(SEALER._seal(b"ANV1", _bound(VIDEO)), VIDEO, SECRET)


def test_a_key_that_nobody_can_have_is_refused() -> None:
    with pytest.raises(BadKey):
        Sealer(bytes(32))
