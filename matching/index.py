"""The exact nearest registered fingerprints of a picture, among 256-bit hashes, changed at any time.

Hashes are kept in parts, as a log-structured merge tree keeps them: new ones go to a short tail
that is compared row by row; full tails are merged, by a thread in the background, into parts that
nobody changes any more and that have tables for small radii. A change makes a new list of parts, a
question goes on with the one it began with: no call waits for a merge, and each sees one moment.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from domain.fingerprints import HASH_BITS
from matching.memory import give_back
from matching.parts import Found, Part, Tail, merged
from matching.words import words_of

_TAIL_ROWS = 16_384
_MOST_ROWS = 1 << 22  # Of one part: bounds what a merge takes beside what stands.
_MUCH_LARGER = 64  # A part stays out of a merge when it is so many times what else is merged.
_MANY_DEAD = 4  # A part is made anew when one of so many of its rows is dead.


@dataclass(frozen=True, slots=True)
class Hit:
    """A registered key within the radius, by its nearest hash.

    distance: bits that differ. form: the place in the query of the hash that came nearest; row:
    the place among the key's registered hashes of the one it came near to.
    """

    key: int
    distance: int
    form: int
    row: int


@dataclass(frozen=True, slots=True)
class _Moment:
    """The index after some number of changes; the tail is the last part."""

    number: int
    parts: tuple[Part, ...]


class Index:
    """Hashes by key; any thread may ask and change it at any time, and none waits for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # Held while something is changed; asking needs none.
        self._tail = Tail(_TAIL_ROWS)
        self._now = _Moment(0, (self._tail.part(),))
        self._count = 0
        self._merging: threading.Thread | None = None

    def __len__(self) -> int:
        """How many keys are registered."""
        return self._count

    def __contains__(self, key: int) -> bool:
        with self._lock:
            return any(part.slot_of(key) is not None for part in self._now.parts)

    @property
    def nbytes(self) -> int:
        """What the hashes and their tables take in memory."""
        return sum(part.nbytes for part in self._now.parts)

    def add(self, key: int, hashes: Sequence[bytes]) -> None:
        """Register a key's hashes in place of those it had. Raises BadHash and changes nothing."""
        words = words_of(hashes)
        with self._lock:
            number, parts = self._now.number + 1, self._now.parts
            self._count += not self._bury(key, number)
            if not self._tail.has_room(len(words)):
                self._tail = Tail(max(_TAIL_ROWS, len(words)))
                parts = (*parts, self._tail.part())
            self._tail.append(key, words)
            self._now = _Moment(number, (*parts[:-1], self._tail.part()))
            self._merge_in_background()

    def remove(self, key: int) -> None:
        """Forget a key; an unknown one is no error, so that a change may be fed twice."""
        with self._lock:
            number = self._now.number + 1
            self._count -= self._bury(key, number)
            self._now = _Moment(number, self._now.parts)
            self._merge_in_background()

    def nearest(self, hashes: Sequence[bytes], radius: int) -> list[Hit]:
        """Every key within `radius` bits of any hash, once, nearest first. Raises BadHash."""
        queries, now = words_of(hashes), self._now
        found = [part.near(queries, min(radius, HASH_BITS), now.number) for part in now.parts]
        hits = [hit for each in found if each is not None for hit in _hits(each)]
        return sorted(hits, key=lambda hit: (hit.distance, hit.key))

    def settle(self) -> None:
        """Wait until what runs in the background has ended; for tests, and to measure."""
        while (merging := self._merging) is not None:
            merging.join()

    def _bury(self, key: int, number: int) -> bool:
        """Mark the key's rows as dead from this change on; whether there were any."""
        for part in reversed(self._now.parts):
            slot = part.slot_of(key)
            if slot is not None:
                part.bury(slot, number)
                return True
        return False

    def _merge_in_background(self) -> None:
        if self._merging is None and _to_merge(self._now.parts):
            self._merging = threading.Thread(target=self._merge, name="index", daemon=True)
            self._merging.start()

    def _merge(self) -> None:
        """Merge until nothing is left to be merged."""
        try:
            while self._merge_once():
                pass
        except BaseException:
            self._merging = None  # What could not be merged is still found, row by row.
            raise

    def _merge_once(self) -> bool:
        with self._lock:
            number, chosen = self._now.number, _to_merge(self._now.parts)
            if not chosen:
                self._merging = None  # With the lock held, so that the next change starts another.
                return False
        made = merged(chosen, number)
        give_back()  # A merge needs a few times more than the part it makes.
        with self._lock:
            made.bury_again(chosen, number)
            gone = set(map(id, chosen))
            stay = [part for part in self._now.parts if id(part) not in gone]
            kept = (made, *stay) if made.keys.size else tuple(stay)
            self._now = _Moment(self._now.number, kept)
        return True


def _hits(found: Found) -> list[Hit]:
    columns = (found.keys, found.distances, found.forms, found.places)
    return [Hit(*each) for each in zip(*(column.tolist() for column in columns), strict=True)]


def _to_merge(parts: tuple[Part, ...]) -> list[Part]:
    """The full tails with the parts that are not much larger, and else one with many dead rows."""
    tails = [part for part in parts[:-1] if part.buckets is None]
    made = sorted((part for part in parts[:-1] if part.buckets is not None), key=_rows)
    chosen, total = list[Part](), 0
    for part in (*tails, *made):
        if chosen and total + _rows(part) > _MOST_ROWS:
            break
        if part.buckets is not None and (not chosen or _rows(part) > _MUCH_LARGER * total):
            break
        chosen.append(part)
        total += _rows(part)
    return chosen or [part for part in made if part.dead_rows * _MANY_DEAD > _rows(part)][:1]


def _rows(part: Part) -> int:
    return len(part.rows)
