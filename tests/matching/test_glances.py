"""A glance gives nearly the canonical hash, in a fraction of the time, and refuses what a look refuses."""

import io

import pytest
from PIL import Image

from benchmarks.manipulations import manipulated
from matching import Matcher
from matching.children import Children
from matching.decoding import Undecodable, Why
from matching.glances import glance_at
from matching.hashing import hash_picture
from matching.looks import Look
from practice.scenery import scenery
from tests.matching import hostile
from tests.matching.landscapes import jpeg as landscape_jpeg
from tests.matching.landscapes import landscape

_PDQ_BITS, _PHASH_BITS = 16, 6


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def is_same(told: object, data: bytes) -> bool:
    """Whether a child told what a glance in this process tells."""
    seen = glance_at(data)
    return isinstance(told, Look) and seen is not None and told.print_ == seen.print_


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (640, 480), (200, 150)])
def test_it_is_near_to_the_canonical_hash(kind: str, size: tuple[int, int]) -> None:
    data = encoded(scenery(3).resize(size), kind)
    glance, exact = glance_at(data), hash_picture(data)
    assert glance is not None
    assert glance.print_.sha256 == exact.sha256
    assert glance.print_.pdq.distance(exact.pdq) <= _PDQ_BITS
    assert glance.print_.phash.distance(exact.phash) <= _PHASH_BITS
    assert abs(glance.print_.pdq.quality - exact.pdq.quality) <= 1
    for one, other in zip(glance.print_.forms, exact.forms, strict=True):
        assert one.distance(other) <= _PDQ_BITS


def test_what_exif_turns_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(scenery(3).resize((1600, 1200)), "JPEG", exif=exif.tobytes())
    glance = glance_at(data)
    assert glance is not None
    assert glance.print_.pdq.distance(hash_picture(data).pdq) <= _PDQ_BITS


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_are_seen_as_a_look_sees_them(mode: str) -> None:
    data = encoded(scenery(3).convert(mode), "JPEG")
    glance = glance_at(data)
    assert glance is not None
    assert glance.print_.pdq.distance(hash_picture(data).pdq) <= _PDQ_BITS


@pytest.mark.parametrize("name", ["border", "letterbox", "caption", "screen_dark", "blurred_fill"])
def test_what_lies_in_a_frame_comes_near_all_the_same(name: str) -> None:
    pictures = [landscape(seed) for seed in (1, 20, 21, 22)]
    matcher = Matcher()
    matcher.register(landscape_jpeg(pictures[0]), "registered")
    copy, stranger = (glance_at(manipulated(name, pictures, at, pictures[1:])) for at in (0, 2))
    assert copy is not None
    assert stranger is not None
    assert (matcher.is_near(copy, 80), matcher.is_near(stranger, 80)) == (True, False)


def test_an_animation_is_left_to_a_look() -> None:
    frames = [scenery(seed).resize((200, 150)) for seed in (1, 2, 3)]
    for kind in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert glance_at(data) is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Why.EMPTY),
        (b"text", Why.NOT_MEDIA),
        (encoded(scenery(1), "JPEG")[:9_000], Why.TRUNCATED),
        (encoded(scenery(1), "PNG")[:9_000], Why.TRUNCATED),
        (encoded(Image.new("L", (4, 900)), "PNG"), Why.TOO_SMALL),
    ],
)
def test_what_a_look_refuses_is_refused_for_the_same_reason(data: bytes, why: Why) -> None:
    for way in (glance_at, hash_picture):
        with pytest.raises(Undecodable) as refused:
            way(data)
        assert refused.value.reason is why


async def test_of_some_files_each_has_its_own_answer() -> None:
    children = Children(1)
    good = encoded(scenery(1).resize((320, 240)), "JPEG")
    try:
        told = await children.glance([good, b"text", good[:2_000]])
    finally:
        children.close()
    assert is_same(told[0], good)
    reasons = [each.reason for each in told[1:] if isinstance(each, Undecodable)]
    assert reasons == [Why.NOT_MEDIA, Why.TRUNCATED]


async def test_a_file_that_ends_the_process_costs_itself_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matching.child.glance_confined", hostile.die_at_a_bad_glance)
    children = Children(1, time_out=5)
    good = encoded(scenery(1).resize((320, 240)), "JPEG")
    try:
        told = await children.glance([good, b"bad", good])
    finally:
        children.close()
    assert is_same(told[0], good)
    assert is_same(told[2], good)
    assert isinstance(told[1], Undecodable)
    assert told[1].reason is Why.CRASHED
