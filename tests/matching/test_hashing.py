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
