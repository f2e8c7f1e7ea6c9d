"""Which registered pictures share local descriptors with a query, by votes over a few of their bits.

Locality-sensitive hashing: each table reads 22 of a code's 128 bits; a point votes for the owners of
all codes that have the same 22, and the more codes those are, the less each vote weighs. Votes only
choose whom to compare point by point.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from matching.descriptors import CODE_BYTES, Codes, Points, mirrored

_TABLES = 10
_KEY_BITS = 22
_CROWDED = 100  # A bucket this full says nothing, and costs the most.
_SEED = 128
_FEWEST_VOTES = 4.0


def _choose_bits() -> NDArray[np.intp]:
    draw = np.random.default_rng(_SEED)
    return np.stack([draw.permutation(8 * CODE_BYTES)[:_KEY_BITS] for _ in range(_TABLES)])


_BITS = _choose_bits()


class Votes:
    """Points by owner; any thread may ask and change it at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: dict[int, Points] = {}
        self._tables: list[tuple[NDArray[np.uint32], NDArray[np.int64]]] | None = None

    def __len__(self) -> int:
        return len(self._points)

    def get(self, owner: int) -> Points | None:
        """The points of one, if it has some."""
        return self._points.get(owner)

    def add(self, owner: int, points: Points) -> None:
        """Register the points of one, in place of those it had."""
        with self._lock:
            self._points[owner] = points
            self._tables = None

    def remove(self, owner: int) -> None:
        """Forget one; an unknown one is no error."""
        with self._lock:
            if self._points.pop(owner, None) is not None:
                self._tables = None

    def most(self, query: Points, count: int) -> list[int]:
        """Up to `count` owners with the most votes, plain or mirrored, and more than a stranger's."""
        with self._lock:
            if not self._points:
                return []
            tables = self._tables = self._tables or _built(self._points)
        codes = np.concatenate([query.codes, mirrored(query.codes)])
        voters = [_voters(keys, table) for keys, table in zip(_keys(codes), tables, strict=True)]
        owners, places = np.unique(
            np.concatenate([each for each, _ in voters]), return_inverse=True
        )
        votes = np.bincount(places, np.concatenate([weights for _, weights in voters]))
        order = np.argsort(-votes, kind="stable")[:count]
        return [int(owners[at]) for at in order if votes[at] >= _FEWEST_VOTES]


def _keys(codes: Codes) -> NDArray[np.uint32]:
    """(tables, n): the bits that each table reads of each code."""
    bits = np.unpackbits(codes, axis=1)
    weights = (1 << np.arange(_KEY_BITS)).astype(np.uint32)
    return np.stack([bits[:, chosen] @ weights for chosen in _BITS]).astype(np.uint32)


def _built(points: dict[int, Points]) -> list[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    owners = np.concatenate([np.full(len(each), owner) for owner, each in points.items()])
    all_keys = _keys(np.concatenate([each.codes for each in points.values()]))
    orders = [np.argsort(keys, kind="stable") for keys in all_keys]
    return [(keys[order], owners[order]) for keys, order in zip(all_keys, orders, strict=True)]


def _voters(
    keys: NDArray[np.uint32], table: tuple[NDArray[np.uint32], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Whom each key votes for, and with what weight: all votes of one key together weigh 1."""
    known, owners = table
    starts, ends = np.searchsorted(known, keys, "left"), np.searchsorted(known, keys, "right")
    counts = ends - starts
    is_said = (counts > 0) & (counts <= _CROWDED)
    starts, counts = starts[is_said], counts[is_said]
    offsets = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return owners[np.repeat(starts, counts) + offsets], np.repeat(1 / counts, counts)
