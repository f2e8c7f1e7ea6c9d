"""A copy is found whatever was done to it, a stranger isn't, and a bad file changes nothing."""

import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from benchmarks.manipulations import NAMES, manipulated
from domain.verdicts import Verdict
from matching import Match, Matcher
from matching.decoding import Undecodable, Why
from matching.looks import looks_at
from matching.registering import Registration
from tests.matching.landscapes import jpeg, landscape, stripes

PICTURES = [landscape(seed) for seed in range(4)]
STRANGERS = [landscape(seed) for seed in (20, 21, 22)]
BY_POINTS = ("sticker_4", "sticker_12", "crop_50", "crop_75", "resize_text_jpeg")


@pytest.fixture(scope="module")
def plain() -> Matcher:
    return registered(descriptors=False)


@pytest.fixture(scope="module")
def full() -> Matcher:
    return registered(descriptors=True)


def registered(*, descriptors: bool) -> Matcher:
    matcher = Matcher()
    for at, picture in enumerate(PICTURES):
        matcher.register(jpeg(picture), f"picture {at}", descriptors)
    return matcher


def told(matches: list[Match]) -> list[tuple[str, str]]:
    return [(match.name, match.tier) for match in matches]


AT_ONCE = [name for name in NAMES if name not in BY_POINTS and not name.startswith("jpeg")]


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_copy_is_found_at_once(plain: Matcher, name: str) -> None:
    found = plain.examine(manipulated(name, PICTURES, 1, STRANGERS))
    assert [match.name for match in found] == ["picture 1"]
    assert found[0].tier in ("A", "B"), found


@pytest.mark.parametrize("name", BY_POINTS)
def test_with_descriptors_a_small_part_is_enough(full: Matcher, name: str) -> None:
    assert told(full.examine(manipulated(name, PICTURES, 1, STRANGERS))) == [("picture 1", "B")]


def test_the_same_file_is_certain_and_says_so(plain: Matcher) -> None:
    found = plain.examine(jpeg(PICTURES[2]))
    assert told(found) == [("picture 2", "A")]
    assert (found[0].distance, found[0].reason) == (0, "the same file, byte for byte")


def test_a_mirrored_copy_is_certain_and_its_reason_has_words_and_figures(plain: Matcher) -> None:
    (found,) = plain.examine(jpeg(ImageOps.mirror(PICTURES[0])))
    assert found.tier == "A"
    assert "the whole picture" in found.reason
    assert f"mirrored: {found.distance} of 256 bits differ, quality" in found.reason


def test_points_find_a_mirrored_part_and_say_how_many_agree(full: Matcher) -> None:
    part = ImageOps.mirror(PICTURES[3]).crop((90, 60, 360, 262))
    (found,) = full.examine(jpeg(part))
    assert (found.name, found.tier) == ("picture 3", "B")
    assert isinstance(found.verdict, Verdict)
    assert f"{found.verdict.inliers} points agree" in found.reason


def test_whom_points_speak_for_is_looked_at_closely_however_many_hashes_are_near() -> None:
    part = jpeg(PICTURES[3].crop((90, 60, 360, 262)))
    matcher, (look,) = registered(descriptors=True), looks_at(part)
    for at in range(8):  # As many bits off as a picture that is looked at closely may be.
        turned = np.packbits(np.arange(256) % 32 < 8 + at % 2)
        matcher.put(f"near {at}", Registration(look.hashes[:1] ^ turned, (100,)))
    assert [match for match in told(matcher.examine(part)) if match[1] != "C"] == [
        ("picture 3", "B")
    ]


@pytest.mark.parametrize("seed", range(30, 36))
def test_a_stranger_is_not_found(full: Matcher, seed: int) -> None:
    assert full.examine(jpeg(landscape(seed))) == []


def test_two_copies_in_one_picture_are_two_matches_best_first(plain: Matcher) -> None:
    page = Image.new("RGB", (970, 360), "white")
    page.paste(PICTURES[0], (0, 0))
    page.paste(PICTURES[1], (490, 0))
    found = plain.examine(jpeg(page))
    assert {match.name for match in found} == {"picture 0", "picture 1"}
    assert found == sorted(found, key=lambda match: (match.tier, match.distance))


def test_a_frame_of_an_animation_is_found(plain: Matcher) -> None:
    shown = [*STRANGERS, PICTURES[1]]
    buffer = BytesIO()
    shown[0].save(buffer, "WEBP", save_all=True, append_images=shown[1:], duration=100)
    assert [match.name for match in plain.examine(buffer.getvalue())] == ["picture 1"]


def test_a_still_of_a_registered_animation_is_found() -> None:
    matcher, buffer = Matcher(), BytesIO()
    STRANGERS[0].save(buffer, "WEBP", save_all=True, append_images=STRANGERS[1:], duration=100)
    matcher.register(buffer.getvalue(), "moving")
    (found,) = matcher.examine(jpeg(STRANGERS[2]))
    assert (found.name, found.tier) == ("moving", "B")
    assert "frame 3" in found.reason


def test_slats_are_matched_by_the_whole_picture_alone() -> None:
    matcher = Matcher()
    matcher.register(jpeg(stripes(37)), "slats", descriptors=True)
    assert told(matcher.examine(jpeg(stripes(37).resize((300, 225))))) in ([("slats", "A")], [])
    for period in (23, 29, 31, 41, 47):
        assert matcher.examine(jpeg(stripes(period, 200))) == []


def test_a_picture_without_texture_has_no_descriptors_and_matches_itself() -> None:
    matcher = Matcher()
    bare = jpeg(Image.new("RGB", (300, 200), "#336699"))
    matcher.register(bare, "bare", descriptors=True)
    assert told(matcher.examine(bare)) == [("bare", "A")]
    assert matcher.examine(jpeg(Image.new("RGB", (300, 200), "#336698"))) == []


def test_a_name_that_was_forgotten_is_found_no_more(plain: Matcher) -> None:
    matcher, data = Matcher(), jpeg(PICTURES[0])
    matcher.register(data, "one", descriptors=True)
    matcher.unregister("one")
    matcher.unregister("never known")
    assert (matcher.examine(data), len(matcher)) == ([], 0)


def test_a_name_registered_again_stands_for_the_newer_picture() -> None:
    matcher = Matcher()
    for picture in PICTURES[:2]:
        matcher.register(jpeg(picture), "one")
    assert matcher.examine(jpeg(PICTURES[0])) == []
    assert told(matcher.examine(jpeg(PICTURES[1]))) == [("one", "A")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", Why.EMPTY), (b"words", Why.NOT_MEDIA), (jpeg(PICTURES[0])[:900], Why.TRUNCATED)],
)
def test_a_bad_file_leaves_the_register_as_it_was(data: bytes, reason: Why) -> None:
    matcher = Matcher()
    matcher.register(jpeg(PICTURES[0]), "one")
    for ask in (lambda: matcher.register(data, "one"), lambda: matcher.examine(data)):
        with pytest.raises(Undecodable) as refused:
            ask()
        assert refused.value.reason == reason
    assert told(matcher.examine(jpeg(PICTURES[0]))) == [("one", "A")]


SMALL = jpeg(Image.fromarray(np.asarray(PICTURES[0])[::6, ::6]))
edits = st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 255)), max_size=8)


@settings(max_examples=40, deadline=None)
@given(edits, st.integers(200, len(SMALL)))
def test_a_mutated_file_is_examined_or_refused_and_never_worse(
    changes: list[tuple[int, int]], kept: int
) -> None:
    data = bytearray(SMALL)
    for place, value in changes:
        data[place % len(data)] = value
    matcher = Matcher()
    try:
        matcher.register(bytes(data[:kept]), "mutated", descriptors=True)
    except Undecodable:
        assert len(matcher) == 0
    else:
        assert told(matcher.examine(bytes(data[:kept]))) == [("mutated", "A")]


def test_a_decoding_process_starts_without_any_library_that_makes_threads() -> None:
    said = "import sys, matching.child; print({'numpy', 'cv2', 'PIL'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
