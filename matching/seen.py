"""What sweeps have seen, as hashes in memory, and what of it is near a fingerprint made later.

Nothing is written to a disk: a hash can be partly turned back into a picture, so the place where
they stay is the sealed storage, from which this is filled at every start. 45 bytes a picture.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import BEST_QUALITY, HASH_BITS, BadHash, Flaw
from matching.flat import pairs_within
from matching.memory import column
from matching.words import WORDS, Distances, Places, Words, words_of

Moments = NDArray[np.uint32]

_BLOCK_ROWS = 1 << 18
_SLICE_PAIRS = 1 << 22  # Compared between two answers: some milliseconds.
_AT_ONCE = 64  # Hashes compared together: with more the slices were too short to be fast.
_NEVER = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Slice:
    """What was near in a slice of what was seen, nearest first; each column (n,).

    ids: as they were appended; distances in bits; forms: the place in the question of the hash
    that came nearest; qualities: of what was seen. done, total: rows looked at up to here.
    """

    ids: Places
    distances: Distances
    forms: Places
    qualities: NDArray[np.uint8]
    done: int
    total: int


class _Block:
    """Room for rows that are written once, and overwritten when they are forgotten."""

    def __init__(self) -> None:
        self.words: Words = column(_BLOCK_ROWS, np.uint64, WORDS)
        self.ids: Places = column(_BLOCK_ROWS, np.int64)
        self.moments: Moments = column(_BLOCK_ROWS, np.uint32)
        self.qualities: NDArray[np.uint8] = column(_BLOCK_ROWS, np.uint8)
        self.used = 0
        self._oldest = _NEVER

    def append(self, rows: "_Rows") -> int:
        """Take as many rows as there is room for; how many."""
        place = slice(self.used, min(self.used + len(rows.words), _BLOCK_ROWS))
        count = place.stop - place.start
        self.words[place] = rows.words[:count]
        self.ids[place] = rows.ids[:count]
        self.moments[place] = rows.moments[:count]
        self.qualities[place] = rows.qualities[:count]
        self._oldest = min(self._oldest, int(rows.moments[:count].min()))
        self.used = place.stop
        return count

    def wipe(self, before: int) -> None:
        """Overwrite the hashes that were seen before this moment."""
        if self._oldest >= before:
            return
        moments = self.moments[: self.used]
        is_old = moments < before
        self.words[: self.used][is_old] = 0
        self._oldest = int(moments[~is_old].min(initial=_NEVER))

    @property
    def is_spent(self) -> bool:
        """Whether it is full of rows that were all forgotten."""
        return self.used == _BLOCK_ROWS and self._oldest == _NEVER


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows to be appended, by columns."""

    words: Words
    ids: Places
    moments: Moments
    qualities: NDArray[np.uint8]

    def after(self, count: int) -> "_Rows":
        return _Rows(
            self.words[count:], self.ids[count:], self.moments[count:], self.qualities[count:]
        )


class Seen:
    """Canonical hashes by row id; any thread may append, forget and ask at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # Held while something is changed; asking needs none.
        self._blocks: tuple[_Block, ...] = ()
        self._since = 0

    def __len__(self) -> int:
        """How many rows are held; of those forgotten, some until their block is empty."""
        return sum(block.used for block in self._blocks)

    @property
    def nbytes(self) -> int:
        """What the rows take in memory."""
        return len(self) * (WORDS * 8 + 8 + 4 + 1)

    def append(
        self,
        ids: Sequence[int],
        moments: Sequence[int],
        hashes: Sequence[bytes],
        qualities: Sequence[int],
    ) -> None:
        """Add rows that were seen at these moments, in seconds since 1970; an id may come twice.

        Raises BadHash, or ValueError for columns of unlike lengths; then adds none.
        """
        words = words_of(hashes)
        if not len(ids) == len(moments) == len(words) == len(qualities):
            raise ValueError("ids, moments, hashes and qualities must be as many")
        if any(not 0 <= quality <= BEST_QUALITY for quality in qualities):
            raise BadHash(Flaw.QUALITY)
        columns = np.array(ids, np.int64), np.array(moments, np.uint32)
        self._append(_Rows(words, *columns, np.array(qualities, np.uint8)))

    def _append(self, rows: _Rows) -> None:
        with self._lock:
            while len(rows.words):
                if not self._blocks or self._blocks[-1].used == _BLOCK_ROWS:
                    self._blocks = (*self._blocks, _Block())
                rows = rows.after(self._blocks[-1].append(rows))

    def forget(self, before: int) -> None:
        """Forget all that was seen before this moment, in seconds since 1970.

        It is found no more from now on, by questions under way too, and overwritten. Memory is
        given back by whole blocks of 262,144 rows.
        """
        with self._lock:
            self._since = max(before, self._since)
            for block in self._blocks:
                block.wipe(self._since)
            self._blocks = tuple(block for block in self._blocks if not block.is_spent)

    def near(self, hashes: Sequence[bytes], radius: int) -> Iterator[Slice]:
        """Each row within `radius` bits of any hash, by its nearest. Raises BadHash at once.

        One slice after another, also where nothing is near: between two the caller may rest, do
        other work or stop. Rows appended after the call are not looked at.
        """
        queries = words_of(hashes)
        blocks = [(block, block.used) for block in self._blocks]
        return self._slices(queries, min(radius, HASH_BITS), blocks)

    def near_many(self, hashes: Sequence[bytes], radius: int) -> Iterator[Slice]:
        """The same for any number of hashes: a row may come again for every 64 of them."""
        starts = range(0, len(hashes), _AT_ONCE)
        groups = (hashes[start : start + _AT_ONCE] for start in starts)
        return chain.from_iterable(self.near(group, radius) for group in groups)

    def _slices(
        self, queries: Words, radius: int, blocks: list[tuple[_Block, int]]
    ) -> Iterator[Slice]:
        done, total = 0, sum(used for _, used in blocks)
        step = max(1, _SLICE_PAIRS // max(1, len(queries)))
        for block, used in blocks:
            for start in range(0, used, step):
                end = min(start + step, used)
                done += end - start
                yield self._slice(queries, radius, block, slice(start, end), done, total)

    def _slice(
        self, queries: Words, radius: int, block: _Block, part: slice, done: int, total: int
    ) -> Slice:
        pairs = list(pairs_within(queries, block.words[part], radius))
        if not pairs:
            empty = np.empty(0, np.int64)
            few = empty.astype(np.int16), empty, empty.astype(np.uint8)
            return Slice(empty, *few, done, total)
        forms, rows, distances = (np.concatenate(each) for each in zip(*pairs, strict=True))
        best = _best(forms, rows, distances)
        best = best[block.moments[part][rows[best]] >= self._since]
        at = rows[best]
        ids, qualities = block.ids[part][at], block.qualities[part][at]
        return Slice(ids, distances[best], forms[best], qualities, done, total)


def _best(forms: Places, rows: Places, distances: Distances) -> Places:
    """The nearest pair of each row, nearest first."""
    order = np.lexsort((forms, distances, rows))
    first = order[np.diff(rows[order], prepend=-1) > 0]
    return first[np.lexsort((rows[first], distances[first]))]
