"""Hashes are turned without their pictures: as the pictures' own forms, but for a few bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fingerprints import distance
from matching.pdq import pdq_forms
from matching.turning import eight_forms
from tests.matching.landscapes import landscape

OPPOSITE = (0, 3, 2, 1, 4, 5, 6, 7)
some_hash = st.binary(min_size=32, max_size=32)


def forms(bits: bytes) -> list[bytes]:
    return [row.tobytes() for row in eight_forms(np.frombuffer(bits, np.uint8)[None])]


@pytest.mark.parametrize("seed", range(1, 25))
def test_they_are_the_forms_of_the_picture_but_for_a_few_bits(seed: int) -> None:
    made = [form.bits for form in pdq_forms(landscape(seed))]
    apart = [distance(ours, theirs) for ours, theirs in zip(forms(made[0]), made, strict=True)]
    assert (apart[0], apart[6], max(apart) <= 26) == (0, 0, True)


@given(some_hash)
def test_the_opposite_form_of_a_form_is_the_hash_itself(bits: bytes) -> None:
    assert [forms(form)[OPPOSITE[at]] for at, form in enumerate(forms(bits))] == [bits] * 8


@given(some_hash, some_hash)
def test_it_is_all_the_same_which_of_two_is_turned(one: bytes, other: bytes) -> None:
    there = [distance(form, other) for form in forms(one)]
    back = [distance(one, forms(other)[OPPOSITE[at]]) for at in range(8)]
    assert there == back


def test_several_hashes_keep_their_order_and_none_has_none() -> None:
    hashes = np.frombuffer(bytes(range(64)), np.uint8).reshape(2, 32)
    assert [row.tobytes() for row in eight_forms(hashes)] == [
        form for row in hashes for form in forms(row.tobytes())
    ]
    assert eight_forms(hashes[:0]).shape == (0, 32)
