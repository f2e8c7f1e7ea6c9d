"""Registrations come back from their bytes as they were, and damaged bytes are refused."""

from dataclasses import replace

import numpy as np
import pytest

from domain.fingerprints import Fingerprint, Kind, Pdq
from domain.listed import Listed
from matching.packing import BadPacked, packed, unpacked
from matching.registering import (
    Registration,
    registration,
    registration_of_listed,
    registration_of_print,
)
from tests.square_sweeps import jpeg, print_of

FULL = registration(jpeg(3), descriptors=True)


def same(one: Registration, other: Registration) -> bool:
    """Arrays are compared as bytes."""
    points = [None if each.points is None else each.points.codes.tobytes() for each in (one, other)]
    bare = [replace(each, hashes=np.empty(0, np.uint8), points=None) for each in (one, other)]
    return (
        one.hashes.tobytes() == other.hashes.tobytes()
        and points[0] == points[1]
        and repr(bare[0]) == repr(bare[1])
    )


@pytest.mark.parametrize(
    "made",
    [
        FULL,
        replace(FULL, points=None, is_strict=True),
        registration_of_print(print_of(3)),
        registration_of_listed(Listed(Pdq(bytes(range(32)), 70))),
    ],
    ids=["full", "strict", "print", "listed"],
)
def test_a_registration_comes_back_as_it_was(made: Registration) -> None:
    kept = packed(made)
    assert kept.quality == made.pdq.quality
    assert same(unpacked(kept), made)


def test_a_file_nobody_saw_is_known_by_its_hash() -> None:
    listed = packed(registration_of_listed(Listed(Pdq(bytes(32), 70))))
    assert listed.identity == f"pdq:{bytes(32).hex()}"
    assert packed(FULL).identity == print_of(3).sha256.hex


def test_a_picture_with_variants_takes_some_five_kilobytes() -> None:
    assert len(packed(FULL).variants) < 6_000


KEPT = packed(FULL)


@pytest.mark.parametrize(
    "kept",
    [
        replace(KEPT, canonical=b""),
        replace(KEPT, canonical=KEPT.canonical[:-1]),
        replace(KEPT, canonical=bytes(32) + bytes(32) + bytes([101]) + bytes(32)),
        replace(KEPT, variants=b"\x01"),
        replace(KEPT, variants=b"\x02" + KEPT.variants[1:]),
        replace(KEPT, variants=KEPT.variants[:-1]),
        replace(KEPT, variants=KEPT.variants[:40]),
        replace(KEPT, points=KEPT.points[:-1]),
        Fingerprint(Kind.IMAGE, "", 50, b"x"),
    ],
)
def test_damaged_bytes_are_refused(kept: Fingerprint) -> None:
    with pytest.raises(BadPacked):
        unpacked(kept)
