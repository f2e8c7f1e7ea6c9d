"""Mirrored forms of a hash are compared with many rows at the cost of one.

A mirror negates every other row or column of a picture's cosines. Its hash is the plain one with two
of four classes of bits turned over, but for the few whose cosine is near the median. With the bits
that differ counted class by class (`matching.words`), those of a class turned over are 64 less that
many: four distances come from four counts. Rows that are near by this are compared in full with the
hashes as they are; the radius grows by what these differ from the plain one turned over, so none is
missed (triangle inequality).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.words import WORDS, Distances, Places, Words

Pairs = tuple[Places, Places, Distances]

_ALL = np.uint64(2**64 - 1)
_TURNED = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]], np.uint64) * _ALL
_APART = 7  # A picture's eight forms follow one another.
_FEWEST = 3  # So many forms are faster together than one by one.
_FARTHEST = 96  # From here on so many rows are compared in full that nothing is gained.
_MOST_STRAY = 24
_BLOCK = 1 << 16  # Counts at a time: what is written between two steps stays in the cache.
_ROWS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class Family:
    """Places of hashes that are nearly the first one turned over; stray: bits they are off."""

    members: tuple[int, ...]
    stray: int


def families(queries: Words, radius: int) -> tuple[list[Family], list[int]]:
    """Which of the hashes (q, 4) are forms of one another, and the places of the others."""
    left, found = list(range(len(queries))), list[Family]()
    most = min(_MOST_STRAY, _FARTHEST - radius)
    if most < 0 or len(queries) < _FEWEST:
        return found, left
    stray = _strays(queries)
    for first in range(len(queries)):
        near = [at for at in left if 0 <= at - first <= _APART and stray[first, at - first] <= most]
        if first in left and len(near) >= _FEWEST:
            found.append(Family(tuple(near), int(max(stray[first, at - first] for at in near))))
            left = [at for at in left if at not in near]
    return found, left


def _strays(queries: Words) -> NDArray[np.int64]:
    """(q, 8): how far each hash and the seven after it are, the nearest way of turning it over."""
    found = np.full((len(queries), _APART + 1), _FARTHEST + 1)
    for apart in range(min(_APART + 1, len(queries))):
        differing = queries[: len(queries) - apart] ^ queries[apart:]
        bits = np.bitwise_count(differing[:, None] ^ _TURNED).sum(axis=2, dtype=np.int64)
        found[: len(bits), apart] = bits.min(axis=1)
    return found


def family_pairs(queries: Words, groups: list[Family], rows: Words, radius: int) -> Iterator[Pairs]:
    """(query, row, distance) of every pair of these families and rows within the radius, by blocks."""
    if not groups:
        return
    firsts = queries[[each.members[0] for each in groups]]
    reaches = np.array([[radius + each.stray] for each in groups], np.int8)
    step = max(_ROWS_AT_ONCE, _BLOCK // len(groups))
    room = _Room(len(groups), min(step, len(rows)))
    for start in range(0, len(rows), step):
        block = rows[start : start + step]
        nearness = room.nearness(firsts, block)
        if nearness.max() >= 64 - radius - max(each.stray for each in groups):
            is_near = nearness >= 64 - reaches
            yield from _compared(queries, groups, is_near, block, radius, start)


class _Room:
    """Counts (f, n) of bits by class and what is made of them; written anew for each block."""

    def __init__(self, families: int, rows: int) -> None:
        self._differing = np.empty(families * rows, np.uint64)
        self._counts = np.empty((WORDS + 1, families * rows), np.uint8)

    def nearness(self, firsts: Words, rows: Words) -> NDArray[np.int8]:
        """(f, n): 64 less the distance of the nearest form, for first forms (f, 4), rows (n, 4)."""
        shape = len(firsts), len(rows)
        size = shape[0] * shape[1]
        counts = [each[:size].view(np.int8).reshape(shape) for each in self._counts]
        self._count(firsts, rows, counts)
        still, two, three, one, spare = counts
        np.add(two, three, out=spare)
        spare -= 64  # It may have run over and comes back here.
        np.abs(spare, out=spare)
        spare -= one
        two -= three
        np.abs(two, out=two)
        two += one
        two -= 64
        np.maximum(spare, two, out=spare)
        spare -= still
        return spare

    def _count(self, firsts: Words, rows: Words, counts: list[NDArray[np.int8]]) -> None:
        shape = counts[0].shape
        differing = self._differing[: counts[0].size].reshape(shape)
        for word, column in enumerate(np.ascontiguousarray(rows.T)):
            np.bitwise_xor(column, firsts[:, word, None], out=differing)
            np.bitwise_count(differing, out=counts[word].view(np.uint8))


def _compared(
    queries: Words,
    groups: list[Family],
    is_near: NDArray[np.bool_],
    block: Words,
    radius: int,
    start: int,
) -> Iterator[Pairs]:
    """The pairs that are within the radius, of those that may be."""
    for at in np.flatnonzero(is_near.any(axis=1)).tolist():
        places, members = np.flatnonzero(is_near[at]), np.array(groups[at].members)
        differing = queries[members][:, None] ^ block[places]
        distances = np.bitwise_count(differing).sum(axis=2, dtype=np.int16)
        which, near = np.nonzero(distances <= radius)
        if which.size:
            yield members[which], places[near] + start, distances[which, near]
