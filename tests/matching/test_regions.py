"""Where a picture lies in what came from outside is found to a per cent of the side."""

import numpy as np
import pytest
from PIL import Image

from benchmarks import frames
from matching.descriptors import BadPoints, agreement, pack, unpack
from matching.forms import Box, shapes_of, variants, working_luma
from matching.keypoints import points_of
from matching.regions import MOST, regions
from matching.texture import is_strict
from tests.matching.landscapes import landscape, stripes

PICTURE = landscape(5)


def found(picture: Image.Image) -> list[Box]:
    return [region.box for region in regions(working_luma(picture))]


def is_near(box: Box, wanted: Box) -> bool:
    return max(abs(a - b) for a, b in zip(box, wanted, strict=True)) < 0.012


@pytest.mark.parametrize(
    ("name", "changed", "wanted"),
    [
        ("border", frames.bordered(PICTURE, 0.1, "black"), (36 / 552, 36 / 432, 516 / 552, 396 / 432)),
        ("letterbox", frames.letterboxed(PICTURE, upright=False), (3 / 14, 0, 11 / 14, 1)),
        ("caption", frames.captioned(PICTURE, dark=False, at_top=True), (0, 1 / 6, 1, 1)),
        ("caption below", frames.captioned(PICTURE, dark=True, at_top=False), (0, 0, 1, 5 / 6)),
        ("screen", frames.screen(PICTURE, dark=False), (0, 370 / 2220, 1, 1180 / 2220)),
        ("dark screen", frames.screen(PICTURE, dark=True, wide=0.9), (0.05, 1 / 6, 0.95, 0.495)),
        ("blurred fill", frames.filled(PICTURE), (0, 156 / 672, 1, 516 / 672)),
    ],
)  # fmt: skip
def test_a_picture_is_found_in(name: str, changed: Image.Image, wanted: Box) -> None:
    assert any(is_near(box, wanted) for box in found(changed)), (name, found(changed))


def test_the_cells_of_a_collage_are_found() -> None:
    shown = [landscape(seed) for seed in range(4)]
    boxes = found(frames.collage(shown, 10, np.random.default_rng(1)))
    cells = [(x, y, x + 0.49, y + 0.49) for x in (0.008, 0.504) for y in (0.01, 0.505)]
    assert sum(any(is_near(box, cell) for box in boxes) for cell in cells) >= 3


def test_the_whole_picture_comes_first_and_there_are_at_most_seven() -> None:
    boxes = found(frames.screen(PICTURE, dark=True))
    assert boxes[0] == (0, 0, 1, 1)
    assert len(boxes) <= MOST


@pytest.mark.parametrize("size", [(5, 5), (5, 900), (900, 5), (31, 64)])
def test_the_smallest_pictures_have_regions_and_variants(size: tuple[int, int]) -> None:
    luma = working_luma(PICTURE.resize(size))
    assert regions(luma)[0].box == (0, 0, 1, 1)
    assert variants(luma).hashes.shape[1] == 32


def test_a_picture_has_about_137_variants_each_with_its_own_name() -> None:
    shapes = shapes_of(4 / 3)
    assert len(shapes) == 136
    assert len({shape.name for shape in shapes}) == len(shapes)


def test_slats_and_bare_pictures_are_strict_and_landscapes_are_not() -> None:
    assert [is_strict(working_luma(stripes(period)), 100) for period in (11, 37, 90)] == [True] * 3
    assert is_strict(working_luma(Image.linear_gradient("L").convert("RGB")), 100)
    assert not any(is_strict(working_luma(landscape(seed)), 100) for seed in range(12))


def test_packed_descriptors_are_read_again_and_agree_with_themselves() -> None:
    points = points_of(PICTURE)
    assert points is not None
    again = unpack(pack(points))
    assert np.abs(again.places - points.places).max() <= 1 / 16
    np.testing.assert_array_equal(again.codes, points.codes)
    found = agreement(points, again)
    assert found is not None
    assert (found.inliers > 100, found.is_mirrored) == (True, False)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x02" + bytes(6), b"\x01\x00\x05" + bytes(40)])
def test_what_is_no_packed_descriptors_is_refused(data: bytes) -> None:
    with pytest.raises(BadPoints):
        unpack(data)
