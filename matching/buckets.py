"""Multi-index hashing: the rows near a 256-bit hash without looking at all of them.

A hash is cut into chunks; two hashes within a radius agree nearly on at least one chunk (Norouzi,
Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014). With m
chunks and a radius r = k m + a, one of the first a + 1 differs in at most k bits or one of the
others in at most k - 1. Each chunk has a table from its value to the rows that have it; a question
looks into the buckets of all values that near, and compares the rows found there in full.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations
from math import comb
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import HASH_BITS
from matching.words import Distances, Places, Words

_WORD_BITS = 64
_GROUP_BITS = 8  # So many buckets' beginnings are steps from a common one, of two bytes each.
_GROUP = 1 << _GROUP_BITS
_MANY_ROWS = 400_000
_CHUNKS_FEW, _CHUNKS_MANY = 16, 13
_SCAN_IS_BETTER = 16  # A row in a bucket costs about as much as so many in a flat scan.
_SUM_OF_BYTES = np.uint32(0x01010101)


@dataclass(frozen=True, slots=True)
class _Chunks:
    """How hashes are cut: the first bit, the width and the first bucket of each chunk."""

    firsts: tuple[int, ...]
    widths: tuple[int, ...]
    regions: tuple[int, ...]

    @property
    def groups(self) -> int:
        return self.regions[-1] + (1 << self.widths[-1]) >> _GROUP_BITS


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a radius asks for: (p,) the chunk of each probe, its changed bits, its table's region.

    share: the part of all rows that lies in the buckets asked, were the hashes random.
    """

    chunks: NDArray[np.int64]
    changes: NDArray[np.int64]
    regions: NDArray[np.int64]
    share: float


@dataclass(frozen=True, slots=True)
class Buckets:
    """Tables over rows (n, 4) that nobody changes any more.

    members (m n,): rows by table and bucket. bases (g,): where each group of 256 buckets begins;
    steps (257 g,): how far from there each of them and the end of the last.
    """

    rows: Words
    cut: int
    members: NDArray[np.uint32]
    bases: NDArray[np.int64]
    steps: NDArray[np.uint16] | NDArray[np.uint32]

    @classmethod
    def over(cls, rows: Words) -> Self:
        """Sort the rows into all tables: about a microsecond for each row."""
        cut = _CHUNKS_MANY if len(rows) >= _MANY_ROWS else _CHUNKS_FEW
        chunks = _chunks(cut)
        members = np.empty((cut, len(rows)), np.uint32)
        bases = np.empty(chunks.groups, np.int64)
        steps = np.empty((chunks.groups, _GROUP + 1), np.uint32)
        for at, (region, width) in enumerate(zip(chunks.regions, chunks.widths, strict=True)):
            values = _values(rows, chunks.firsts[at], width)
            _sort(values, out=members[at])
            begins = _begins(values, 1 << width)
            groups = slice(region >> _GROUP_BITS, (region + (1 << width)) >> _GROUP_BITS)
            bases[groups] = begins[:-1:_GROUP] + at * len(rows)
            steps[groups, :-1] = begins[:-1].reshape(-1, _GROUP) - begins[:-1:_GROUP, None]
            steps[groups, -1] = begins[_GROUP::_GROUP] - begins[:-1:_GROUP]
        small = int(steps.max()) < 1 << 16
        steps = steps.astype(np.uint16) if small else steps
        return cls(rows, cut, members.ravel(), bases, steps.ravel())

    def near(self, query: Words, radius: int) -> tuple[Places, Distances] | None:
        """The rows within the radius, some more than once; None where a flat scan is cheaper."""
        plan = _plan(self.cut, radius)
        most = len(self.rows) // _SCAN_IS_BETTER
        if plan is None or plan.chunks.size + plan.share * len(self.rows) > most:
            return None
        starts, counts = self._buckets(query, plan)
        if counts.sum() > most:  # Many hashes that are alike make some buckets deep.
            return None
        rows = self.members.take(spread(starts, counts))
        distances = _distances(self.rows.take(rows, axis=0), query)
        found = np.flatnonzero(distances <= radius)
        return rows[found].astype(np.int64), distances[found].astype(np.int16)

    def _buckets(self, query: Words, plan: _Plan) -> tuple[Places, Places]:
        """Where the buckets asked begin in `members`, and how many rows they have."""
        chunks, bits = _chunks(self.cut), int.from_bytes(query.tobytes(), "little")
        cuts = zip(chunks.firsts, chunks.widths, strict=True)
        values = np.array([bits >> first & (1 << width) - 1 for first, width in cuts])
        buckets = (values[plan.chunks] ^ plan.changes) + plan.regions
        groups = buckets >> _GROUP_BITS
        at = buckets + groups
        steps = self.steps.take(at)
        counts = self.steps.take(at + 1) - steps
        return self.bases.take(groups) + steps, counts.astype(np.int64)


def spread(starts: Places, counts: Places) -> Places:
    """All places of runs: starts 5 and 9, counts 2 and 3 give 5 6 9 10 11."""
    ends = counts.cumsum()
    places: Places = np.repeat(starts - ends + counts, counts)
    places += np.arange(places.size)
    return places


def _distances(rows: Words, query: Words) -> NDArray[np.uint32]:
    """Bits that differ; less than 256, for these rows agree with the query on most of a chunk."""
    rows ^= query[None].repeat(len(rows), axis=0)  # Twice as fast as broadcasting four words.
    counts = np.bitwise_count(rows).view(np.uint32).ravel()
    counts *= _SUM_OF_BYTES
    counts >>= np.uint32(24)
    return counts


def _values(rows: Words, first: int, width: int) -> NDArray[np.uint32]:
    """(n,): the chunk of each row that begins at that bit."""
    word, shift = divmod(first, _WORD_BITS)
    values = rows[:, word] >> np.uint64(shift)
    if shift + width > _WORD_BITS:
        values |= rows[:, word + 1] << np.uint64(_WORD_BITS - shift)
    values &= np.uint64((1 << width) - 1)
    return values.astype(np.uint32)


def _begins(values: NDArray[np.uint32], buckets: int) -> Places:
    """Where each bucket begins among the sorted values, and where the last one ends."""
    begins = np.zeros(buckets + 1, np.int64)
    np.bincount(values, minlength=buckets).cumsum(out=begins[1:])
    return begins


def _sort(values: NDArray[np.uint32], out: NDArray[np.uint32]) -> None:
    """The order of the values, by their lower and upper halves: numpy's radix sort takes 16 bits."""
    lower = values.astype(np.uint16).argsort(kind="stable")
    upper = (values >> np.uint32(16)).astype(np.uint16)
    if not upper.any():
        out[:] = lower
        return
    out[:] = lower[upper[lower].argsort(kind="stable")]


@lru_cache
def _chunks(cut: int) -> _Chunks:
    widths = [HASH_BITS // cut + (at < HASH_BITS % cut) for at in range(cut)]
    firsts = [0, *accumulate(widths)][:cut]
    regions = [0, *accumulate(1 << width for width in widths)][:cut]
    return _Chunks(tuple(firsts), tuple(widths), tuple(regions))


@lru_cache(maxsize=2 * (HASH_BITS + 1))
def _plan(cut: int, radius: int) -> _Plan | None:
    """None where so many buckets would be asked that a flat scan is surely cheaper."""
    chunks = _chunks(cut)
    most, more = divmod(radius, cut)
    flips = [most if at <= more else most - 1 for at in range(cut)]
    probes = [_probes(width, flip) for width, flip in zip(chunks.widths, flips, strict=True)]
    if radius < 0 or sum(probes) > 1 << 16:
        return None
    share = sum(count / (1 << width) for count, width in zip(probes, chunks.widths, strict=True))
    changes = [_changes(width, flip) for width, flip in zip(chunks.widths, flips, strict=True)]
    return _Plan(
        np.repeat(np.arange(cut), probes),
        np.array([change for each in changes for change in each], np.int64),
        np.repeat(np.array(chunks.regions), probes),
        share,
    )


def _probes(width: int, flips: int) -> int:
    return sum(comb(width, count) for count in range(flips + 1))


def _changes(width: int, flips: int) -> list[int]:
    """Every number of that width with at most so many ones."""
    single = [1 << at for at in range(width)]
    return [sum(ones) for count in range(flips + 1) for ones in combinations(single, count)]
