"""The exact nearest registered fingerprints of a picture, by a flat scan over 256-bit hashes."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import HASH_BITS, HASH_BYTES, BadHash, Flaw

Words = NDArray[np.uint64]

_WORDS = 4
_FIRST_ROOM = 1_024
_FEW = 16
_BLOCK = 65_536  # Rows compared at a time: what fits into the processor's cache.


@dataclass(frozen=True, slots=True)
class Hit:
    """A registered key within the radius, by its nearest hash.

    distance: bits that differ. form: the place in the query of the hash that came nearest.
    """

    key: int
    distance: int
    form: int


class Index:
    """Hashes by key; any thread may ask and change it at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: Words = np.empty((_WORDS, _FIRST_ROOM), np.uint64)
        self._keys = np.empty(_FIRST_ROOM, np.int64)
        self._used = 0
        self._rows: dict[int, list[int]] = {}

    def __len__(self) -> int:
        """How many keys are registered."""
        return len(self._rows)

    def __contains__(self, key: int) -> bool:
        return key in self._rows

    def add(self, key: int, hashes: Sequence[bytes]) -> None:
        """Register a key's hashes in place of those it had. Raises BadHash and changes nothing."""
        words = _words(hashes)
        with self._lock:
            self._drop(key)
            self._make_room(words.shape[1])
            rows = range(self._used, self._used + words.shape[1])
            self._words[:, rows.start : rows.stop] = words
            self._keys[rows.start : rows.stop] = key
            self._used = rows.stop
            self._rows[key] = list(rows)

    def remove(self, key: int) -> None:
        """Forget a key; an unknown one is no error, so that a change may be fed twice."""
        with self._lock:
            self._drop(key)

    def nearest(self, hashes: Sequence[bytes], radius: int) -> list[Hit]:
        """Every key within `radius` bits of any hash, once, nearest first. Raises BadHash."""
        queries = _words(hashes).T
        best: dict[int, Hit] = {}
        with self._lock:
            for form, query in enumerate(queries):
                for hit in self._within(query, form, min(radius, HASH_BITS)):
                    known = best.get(hit.key)
                    if known is None or hit.distance < known.distance:
                        best[hit.key] = hit
        return sorted(best.values(), key=lambda hit: (hit.distance, hit.key))

    def _within(self, query: Words, form: int, radius: int) -> Iterator[Hit]:
        for start in range(0, self._used, _BLOCK):
            block = slice(start, min(start + _BLOCK, self._used))
            rows, distances = _near(self._words[:, block], query, radius)
            for row, distance in zip(rows.tolist(), distances.tolist(), strict=True):
                yield Hit(int(self._keys[start + row]), distance, form)

    def _drop(self, key: int) -> None:
        """Fill each freed row with the last one, so that the rows in use stay without gaps."""
        for row in sorted(self._rows.pop(key, ()), reverse=True):
            self._used -= 1
            if row == self._used:
                continue
            moved = int(self._keys[self._used])
            self._words[:, row] = self._words[:, self._used]
            self._keys[row] = moved
            rows = self._rows[moved]
            rows[rows.index(self._used)] = row

    def _make_room(self, more: int) -> None:
        """Double the room when it is full, so that a hash is copied a few times in its life."""
        room = self._keys.size
        while room < self._used + more:
            room *= 2
        if room == self._keys.size:
            return
        words, keys = np.empty((_WORDS, room), np.uint64), np.empty(room, np.int64)
        words[:, : self._used] = self._words[:, : self._used]
        keys[: self._used] = self._keys[: self._used]
        self._words, self._keys = words, keys


def _near(words: Words, query: Words, radius: int) -> tuple[NDArray[np.intp], NDArray[np.int16]]:
    """The rows within the radius and their distances; words (4, n), query (4,)."""
    half = _differing(words[:2], query[:2])
    maybe = np.flatnonzero(half <= radius)
    if maybe.size * _FEW > half.size:  # So many that picking them out costs more than going on.
        distances = half + _differing(words[2:], query[2:])
        rows = np.flatnonzero(distances <= radius)
        return rows, distances[rows]
    distances = half[maybe] + _differing(words[2:, maybe], query[2:])
    found = distances <= radius
    return maybe[found], distances[found]


def _differing(words: Words, query: Words) -> NDArray[np.int16]:
    """How many bits of two words differ in each row: (2, n) and (2,) give (n,)."""
    first, second = (np.bitwise_count(words[at] ^ query[at]) for at in range(2))
    differing: NDArray[np.int16] = (first + second).astype(np.int16)
    return differing


def _words(hashes: Sequence[bytes]) -> Words:
    """(4, n): each hash as four words, in columns, so that a scan reads memory straight on."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise BadHash(Flaw.LENGTH)
    return np.frombuffer(b"".join(hashes), np.uint64).reshape(-1, _WORDS).T
