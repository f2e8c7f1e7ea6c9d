"""Which owners' codes read alike: tables over the points of many owners, made once.

Each of ten tables reads 32 bits of a code. An entry is the reading and the slot of its owner, put
together as one number and sorted; its upper bits say where it lies (`begins`), the lower 32 are kept.
So a point takes 40 bytes and the share it has in `begins`, some 5 more.

With 22 bits a reading is shared by hundreds of strange codes as soon as thousands of pictures are
registered (codes of photographs crowd 200 times more than random ones), and the right owner was
among the six with the most votes for 39 of 75 hard copies in 10,000; with 32 bits for 65.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.buckets import spread
from matching.descriptors import CODE_BYTES, Codes

TABLES = 10
MOST_OWNERS = 1 << 14
Readings = NDArray[np.uint32]
Numbers = NDArray[np.int64]
Values = NDArray[np.uint64]

_READ_BITS = 32
_KEPT_BITS = 32
_BUCKETS = 6  # Bits more than an owner's slot needs: some 64 buckets for each of 500 points.
_SEED = 128
_FEWEST_BITS = 8
_SHORT = 64  # A bucket with more entries is halved until what reads alike is found.
_TOO_MANY = 400  # So many that read alike say nothing, whoever of them is alive.


def _weights() -> NDArray[np.float64]:
    """(128, 10): what each bit of a code counts in each table's reading."""
    draw, weights = np.random.default_rng(_SEED), np.zeros((8 * CODE_BYTES, TABLES))
    for table in range(TABLES):
        weights[draw.permutation(8 * CODE_BYTES)[:_READ_BITS], table] = 2.0 ** np.arange(_READ_BITS)
    return weights


_WEIGHTS = _weights()


def readings(codes: Codes) -> Readings:
    """(10, n): the bits that each table reads of each code (n, 16)."""
    bits = np.unpackbits(codes, axis=1).astype(np.float64)
    return np.ascontiguousarray((bits @ _WEIGHTS).T.astype(np.uint32))


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """Owners (s,) and the tables over all their points; is_alive (s,) is all that ever changes.

    begins (10, 2^bits + 1): where each bucket begins in all entries; entries (10, n).
    """

    owners: Numbers
    is_alive: NDArray[np.bool_]
    slots: dict[int, int]
    bits: int
    begins: NDArray[np.uint32]
    entries: NDArray[np.uint32]

    @classmethod
    def over(cls, read: dict[int, Readings]) -> Self:
        """Of the readings (10, n) of each owner."""
        slots = np.repeat(np.arange(len(read)), [each.shape[1] for each in read.values()])
        columns = np.concatenate(list(read.values()), axis=1)
        bits = _bits(len(read))
        values = (_values(table, slots, bits) for table in columns)
        return cls._made(np.array(list(read), np.int64), bits, values)

    @classmethod
    def joined(cls, some: Sequence["Ballots"], alive: Sequence[NDArray[np.bool_]]) -> Self:
        """Of those owners that were alive; table by table, so that little more memory is needed."""
        owners = np.concatenate(
            [each.owners[keeps] for each, keeps in zip(some, alive, strict=True)]
        )
        bits, ends = _bits(len(owners)), np.cumsum([keeps.sum() for keeps in alive])
        goals = [
            keeps.cumsum() + end - keeps.sum() - 1 for keeps, end in zip(alive, ends, strict=True)
        ]
        parts = list(zip(some, alive, goals, strict=True))
        values = (
            np.concatenate([each._moved(table, keeps, to, bits) for each, keeps, to in parts])
            for table in range(TABLES)
        )
        return cls._made(owners, bits, values)

    @classmethod
    def _made(cls, owners: Numbers, bits: int, values: Iterable[Values]) -> Self:
        begins, entries = np.zeros((TABLES, (1 << bits) + 1), np.uint32), list[NDArray[np.uint32]]()
        for table, each in enumerate(values):
            each.sort()
            buckets = (each >> np.uint64(_KEPT_BITS)).astype(np.int64)
            np.bincount(buckets, minlength=1 << bits).cumsum(out=begins[table, 1:], dtype=np.uint32)
            begins[table] += np.uint32(table * each.size)
            entries.append(each.astype(np.uint32))
        slots = {int(owner): slot for slot, owner in enumerate(owners)}
        is_alive = np.ones(len(owners), np.bool_)
        return cls(owners, is_alive, slots, bits, begins, np.concatenate(entries))

    @property
    def nbytes(self) -> int:
        """What the tables take in memory."""
        return self.begins.nbytes + self.entries.nbytes

    @property
    def alive(self) -> int:
        """How many owners have not been forgotten."""
        return int(self.is_alive.sum())

    def forget(self, owner: int) -> None:
        """Count an owner no more, if it is here."""
        slot = self.slots.get(owner)
        if slot is not None:
            self.is_alive[slot] = False

    def voters(
        self, read: Readings, is_alive: NDArray[np.bool_]
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Who reads like (10, q): the place in it (as if flat) and the slot of each; places too full."""
        starts, counts, wanted = self._buckets(read)
        long = np.flatnonzero(counts > _SHORT)
        if long.size:
            starts[long], counts[long] = self._runs(starts[long], counts[long], wanted[long])
        crowded = np.flatnonzero(counts > _TOO_MANY)
        counts[crowded] = 0
        places = np.repeat(np.arange(counts.size), counts)
        entries = self.entries.take(spread(starts, counts)).astype(np.int64)
        slots = entries & self._slot_mask
        is_one = (entries - slots == wanted[places]) & is_alive[slots]
        return places[is_one], slots[is_one], crowded

    @property
    def _slot_mask(self) -> int:
        return (1 << self.bits) - 1

    def _buckets(self, read: Readings) -> tuple[Numbers, Numbers, Numbers]:
        """Where the bucket of each reading begins, its length, and the entry of slot 0 in it."""
        left = _READ_BITS - self.bits
        at = (read >> np.uint32(left)) + np.arange(TABLES)[:, None] * self.begins.shape[1]
        starts = self.begins.ravel().take(at).ravel().astype(np.int64)
        ends = self.begins.ravel().take(at + 1).ravel().astype(np.int64)
        wanted = (read.ravel() & np.uint32((1 << left) - 1)).astype(np.int64)
        return starts, ends - starts, wanted << self.bits

    def _runs(self, starts: Numbers, counts: Numbers, wanted: Numbers) -> tuple[Numbers, Numbers]:
        """Where the entries that read alike begin within their buckets, and how many they are."""
        first = self._edges(starts, counts, wanted)
        return first, self._edges(starts, counts, wanted + self._slot_mask + 1) - first

    def _edges(self, starts: Numbers, counts: Numbers, wanted: Numbers) -> Numbers:
        """The first place in each bucket whose entry is not below."""
        low, high = starts.copy(), starts + counts
        while (is_open := low < high).any():
            middle = (low + high) // 2
            is_below = is_open & (self.entries.take(middle, mode="clip") < wanted)
            low = np.where(is_below, middle + 1, low)
            high = np.where(is_open & ~is_below, middle, high)
        return low

    def _moved(self, table: int, keeps: NDArray[np.bool_], goals: Numbers, bits: int) -> Values:
        """A table's values with the slots that owners will have; only of those that are kept."""
        begins = self.begins[table].astype(np.int64)
        buckets = np.repeat(np.arange(1 << self.bits), np.diff(begins))
        values = (buckets << _KEPT_BITS) | self.entries[begins[0] : begins[-1]]
        slots = values & self._slot_mask
        chosen = keeps[slots]
        return _values(values[chosen] >> self.bits, goals[slots[chosen]], bits)


def _bits(owners: int) -> int:
    """How many bits choose a bucket; as many say whose an entry is."""
    return max(_FEWEST_BITS, (owners - 1).bit_length() + _BUCKETS)


def _values(read: NDArray[np.integer], slots: Numbers, bits: int) -> Values:
    values = (read.astype(np.int64) << bits) | slots
    return values.astype(np.uint64)
