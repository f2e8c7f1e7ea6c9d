"""Local descriptors: which points are registered, and how the nearest of them are found."""

import numpy as np
from PIL import Image

from matching.descriptors import Points, agreement
from matching.flat import two_nearest
from matching.keypoints import MOST_REGISTERED, points_asked, points_of
from tests.matching.landscapes import HEIGHT, WIDTH, landscape


def grainy(seed: int) -> Image.Image:
    """A landscape with so much grain that its strongest points are the smallest."""
    grain = np.random.default_rng(seed).normal(0, 25, (HEIGHT, WIDTH, 3))
    return Image.fromarray((np.asarray(landscape(seed)) + grain).clip(0, 255).astype(np.uint8))


def inliers(asked: Points | None, registered: Points | None) -> int:
    assert asked is not None
    assert registered is not None
    found = agreement(asked, registered)
    return found.inliers if found else 0


def test_the_two_nearest_codes_are_those_that_counting_all_bits_finds() -> None:
    draw = np.random.default_rng(3)
    asked, known = (draw.integers(0, 256, (count, 16), np.uint8) for count in (40, 60))
    distances = np.unpackbits(asked[:, None] ^ known[None], axis=2).sum(axis=2)
    found, places = two_nearest(asked, known)
    np.testing.assert_array_equal(found, np.sort(distances, axis=1)[:, :2])
    np.testing.assert_array_equal(np.take_along_axis(distances, places, axis=1), found)


def test_registered_points_are_of_all_sizes_so_that_a_smaller_copy_still_has_them() -> None:
    picture = grainy(5)
    small = points_asked(picture.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.LANCZOS))
    registered, strongest = points_of(picture), points_asked(picture)
    assert registered is not None
    assert strongest is not None
    some = slice(MOST_REGISTERED)
    alike = Points(strongest.codes[some], strongest.places[some], strongest.size)
    assert len(registered) == len(alike) == MOST_REGISTERED
    assert inliers(small, registered) > 1.2 * inliers(small, alike)


def test_a_picture_of_nothing_has_no_points() -> None:
    bare = Image.new("RGB", (WIDTH, HEIGHT), "grey")
    assert (points_of(bare), points_asked(bare)) == (None, None)
