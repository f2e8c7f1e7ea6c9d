"""The hashes agree with the reference implementations, whatever file the pixels came in."""

import hashlib
import io

import imagehash
import numpy as np
import pdqhash
import pytest
from PIL import Image

from domain.fingerprints import distance
from matching.hashing import hash_picture
from matching.pdq import Box, luma_of, pdq_forms, pdq_of_regions
from tests.matching.scenery import Pixels, encoded, oracle, scene

SIZES = [(64, 64), (100, 80), (127, 128), (129, 300), (640, 480), (333, 777), (1280, 960)]
TINY = [(40, 30), (5, 9), (1000, 63), (5, 2000)]


def read_by_pillow(data: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize("size", SIZES + TINY, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_pdq_is_the_references_to_the_last_bits(size: tuple[int, int], seed: int) -> None:
    data = encoded(scene(*size, seed), "JPEG", quality=15 + 15 * seed)
    bits, quality = oracle(read_by_pillow(data))
    made = hash_picture(data)
    assert distance(made.pdq.bits, bits) <= 2
    assert abs(made.pdq.quality - quality) <= 1


@pytest.mark.parametrize("seed", range(6))
def test_all_eight_forms_are_the_references(seed: int) -> None:
    picture = scene(320 + seed, 240, seed)
    expected, _ = pdqhash.compute_dihedral(picture)
    forms = hash_picture(encoded(picture)).forms
    for form, bits in zip(forms, expected, strict=True):
        assert distance(form.bits, np.packbits(bits.astype(np.uint8)).tobytes()) <= 2


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(4))
def test_each_form_is_the_hash_of_the_picture_so_turned(seed: int) -> None:
    picture = scene(1024, 768, seed)
    turned = [
        picture,
        np.rot90(picture, 1),
        np.rot90(picture, 2),
        np.rot90(picture, 3),
        picture[::-1],
        picture[:, ::-1],
        picture.transpose(1, 0, 2),
        np.rot90(picture, 2).transpose(1, 0, 2),
    ]
    forms = hash_picture(encoded(picture)).forms
    for form, pixels in zip(forms, turned, strict=True):
        itself = hash_picture(encoded(np.ascontiguousarray(pixels))).pdq
        # The reference samples half a pixel beside the middle, so a turn is not quite exact.
        assert form.distance(itself) <= 16


def test_phash_and_sha256_are_the_libraries_own() -> None:
    data = encoded(scene(300, 200, 1), "JPEG")
    made = hash_picture(data)
    expected = imagehash.phash(Image.open(io.BytesIO(data)), hash_size=16)
    assert made.phash.hex == str(expected)
    assert made.sha256.hex == hashlib.sha256(data).hexdigest()


def test_the_same_bytes_give_the_same_print() -> None:
    data = encoded(scene(200, 150, 4), "WEBP", quality=70)
    assert hash_picture(data) == hash_picture(data)


def test_unrelated_pictures_are_far_apart_and_re_encoded_ones_near() -> None:
    one, other = scene(640, 480, 1), scene(640, 480, 2)
    first = hash_picture(encoded(one)).pdq
    again = hash_picture(encoded(Image.fromarray(one).resize((480, 360)), "JPEG", quality=50)).pdq
    assert first.distance(again) <= 31
    assert first.distance(hash_picture(encoded(other)).pdq) > 75


def test_a_flat_picture_has_no_quality() -> None:
    assert hash_picture(encoded(np.full((99, 99, 3), 7, np.uint8))).pdq.quality == 0


BOXES = [
    (0, 0, 900, 700),
    (30, 0, 870, 651),
    (101, 57, 741, 507),
    (4, 3, 204, 203),
    (299, 0, 900, 64),
]


@pytest.mark.parametrize("seed", range(3))
def test_a_regions_hashes_are_those_of_the_crop(seed: int) -> None:
    picture = Image.fromarray(scene(900, 700, seed))
    forms = pdq_of_regions(luma_of(picture), BOXES, None)
    assert forms == [pdq_forms(picture.crop(box)) for box in BOXES]


@pytest.mark.parametrize("seed", range(3))
def test_a_reduced_picture_moves_a_regions_hashes_by_a_few_bits(seed: int) -> None:
    luma = luma_of(Image.fromarray(scene(1_301, 907, seed)))
    boxes = [(left, top, left + 900, top + 600) for left in (0, 7, 401) for top in (0, 5, 307)]
    exact, reduced = pdq_of_regions(luma, boxes, None), pdq_of_regions(luma, boxes)
    for one, other in zip(exact, reduced, strict=True):
        assert max(a.distance(b) for a, b in zip(one, other, strict=True)) <= 10
        assert abs(one[0].quality - other[0].quality) <= 1


@pytest.mark.parametrize("box", [(0, 0, 0, 10), (-1, 0, 10, 10), (0, 0, 101, 10), (5, 90, 9, 81)])
def test_a_region_outside_the_picture_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match="a region must lie in the picture"):
        pdq_of_regions(np.zeros((80, 100), np.float32), [box])


def test_no_regions_have_no_hashes() -> None:
    assert pdq_of_regions(np.zeros((80, 100), np.float32), []) == []


def test_a_wide_and_a_tall_picture_are_the_references_too() -> None:
    for size in ((6_000, 90), (90, 6_000)):
        picture = scene(*size, 3)
        assert distance(pdq_forms(Image.fromarray(picture))[0].bits, oracle(picture)[0]) <= 2


def test_the_luma_is_lent_by_pillow_and_outlives_the_picture() -> None:
    picture = scene(64, 48, 9)
    luma = luma_of(Image.fromarray(picture))
    expected = picture.astype(np.float64) @ [0.299, 0.587, 0.114]
    assert luma.shape == (48, 64)
    assert float(np.abs(luma - expected).max()) < 1e-3
    assert not luma.flags.writeable


def test_a_picture_that_pillow_keeps_in_pieces_is_read_all_the_same() -> None:
    large = Image.fromarray(
        np.tile(np.arange(250, dtype=np.uint8), (3_000, 12))[..., None].repeat(3, 2)
    )
    luma = luma_of(large.resize((3_000, 3_000)))
    assert (luma.shape, float(luma[2_999, 249])) == ((3_000, 3_000), 249.0)
