"""Mirrored forms compared together find exactly what comparing each pair finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fingerprints import BadHash, distance
from matching import flat, mirrors
from matching.flat import pairs_within
from matching.mirrors import Family, families
from matching.pdq import pdq_forms
from matching.words import Words, words_of
from tests.matching.landscapes import landscape

draw = np.random.default_rng(11)
TURNED = mirrors._TURNED


def flipped(words: Words, count: int) -> Words:
    """The hash (4,) with that many of its bits changed."""
    bits = np.unpackbits(words.view(np.uint8))
    bits[draw.choice(256, count, replace=False)] ^= 1
    return np.packbits(bits).view(np.uint64)


def some(count: int) -> Words:
    return draw.integers(0, 2**64, (count, 4), np.uint64)


def compared(queries: Words, rows: Words, radius: int) -> set[tuple[int, int, int]]:
    """Every pair near, by counting the bits of all."""
    distances = np.bitwise_count(queries[:, None] ^ rows).sum(axis=2, dtype=np.int64)
    near = np.argwhere(distances <= radius).tolist()
    return {(query, row, int(distances[query, row])) for query, row in near}


def found(queries: Words, rows: Words, radius: int) -> set[tuple[int, int, int]]:
    pairs = [
        pair
        for each in pairs_within(queries, rows, radius)
        for pair in zip(*(column.tolist() for column in each), strict=True)
    ]
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


def test_words_keep_distances_and_are_refused_when_of_another_length() -> None:
    hashes = [draw.bytes(32) for _ in range(6)]
    words = words_of(hashes)
    bits = np.bitwise_count(words[:, None] ^ words).sum(axis=2).tolist()
    assert bits == [[distance(one, other) for other in hashes] for one in hashes]
    assert words_of([]).shape == (0, 4)
    with pytest.raises(BadHash):
        words_of([bytes(31)])


@pytest.mark.parametrize("seed", range(4))
def test_the_eight_forms_of_a_picture_are_two_families(seed: int) -> None:
    forms = words_of([form.bits for form in pdq_forms(landscape(seed))])
    groups, left = families(forms, 75)
    assert [group.members for group in groups] == [(0, 2, 4, 5), (1, 3, 6, 7)]
    assert left == []


def test_hashes_of_other_pictures_are_no_family() -> None:
    queries = some(20)
    assert families(queries, 75) == ([], list(range(20)))
    assert families(queries[:1].repeat(3, axis=0), 31) == ([Family((0, 1, 2), 0)], [])


def test_forms_are_compared_one_by_one_where_the_radius_is_wide() -> None:
    forms = words_of([form.bits for form in pdq_forms(landscape(1))])
    assert families(forms, 96) == ([], list(range(8)))


strays = st.lists(st.integers(0, 30), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(strays, max_size=5), st.integers(0, 256), st.integers(1, 40), st.booleans())
def test_it_finds_what_comparing_every_pair_finds(
    groups: list[list[int]], radius: int, count: int, is_cut: bool
) -> None:
    queries = [
        flipped(TURNED[draw.integers(4)] ^ first, stray)
        for group in groups
        for first in some(1)
        for stray in group
    ]
    asked = np.array(queries, np.uint64).reshape(-1, 4)
    near = [flipped(each, bits) for each in asked for bits in draw.integers(0, 129, 4)]
    rows = np.concatenate([some(count), np.array(near, np.uint64).reshape(-1, 4)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flat, "_MANY_ROWS", 1)
        patched.setattr(mirrors, "_ROWS_AT_ONCE", 7 if is_cut else 8_192)
        patched.setattr(mirrors, "_BLOCK", 1 if is_cut else 1 << 16)
        assert found(asked, rows, radius) == compared(asked, rows, radius)
