"""The parts of the index: a tail that grows, and parts that are made once from several others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.buckets import Buckets, spread
from matching.flat import pairs_within
from matching.memory import column
from matching.words import WORDS, Distances, Places, Words

_COPIED_AT_ONCE = 1 << 16  # Rows: other threads run in between.


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest hash of each key found, as columns (n,)."""

    keys: Places
    distances: Distances
    forms: Places
    places: Places


@dataclass(slots=True)
class Part:
    """Hashes (n, 4) by key: slot s holds those of keys[s], rows starts[s] to starts[s + 1].

    slots: where a key was put last; None where `keys` are sorted. dead: from which change on a
    slot's hashes are forgotten; a question that began before still finds them.
    """

    rows: Words
    keys: Places
    starts: Places
    slots: dict[int, int] | None
    buckets: Buckets | None = None
    dead: dict[int, int] = field(default_factory=dict)
    dead_rows: int = 0

    @property
    def nbytes(self) -> int:
        """What rows, keys and tables take in memory."""
        made = self.buckets
        tables = () if made is None else (made.members, made.bases, made.steps)
        return sum(each.nbytes for each in (self.rows, self.keys, self.starts, *tables))

    def slot_of(self, key: int) -> int | None:
        """Where a key's hashes are, if they are here and not dead."""
        slot = self._slot_of(key)
        return None if slot is None or slot in self.dead else slot

    def _slot_of(self, key: int) -> int | None:
        if self.slots is not None:
            return self.slots.get(key)
        slot = int(self.keys.searchsorted(key))
        return slot if slot < self.keys.size and self.keys[slot] == key else None

    def bury(self, slot: int, number: int) -> None:
        """Forget a slot's hashes from that change on."""
        self.dead[slot] = number
        self.dead_rows += int(self.starts[slot + 1] - self.starts[slot])

    def bury_again(self, parts: Sequence["Part"], number: int) -> None:
        """Forget what was forgotten in the parts this was made of, after it was begun."""
        for part in parts:
            for slot, since in part.dead.items():
                if since > number and (mine := self.slot_of(int(part.keys[slot]))) is not None:
                    self.bury(mine, since)

    def near(self, queries: Words, radius: int, number: int) -> Found | None:
        """The keys within the radius of any query as of that change, each by its nearest hash."""
        pairs = self._pairs(queries, radius)
        if not pairs:
            return None
        forms, rows, distances = (np.concatenate(each) for each in zip(*pairs, strict=True))
        slots = self.starts.searchsorted(rows, "right") - 1
        order = np.lexsort((rows, forms, distances, slots))
        first = np.diff(slots[order], prepend=-1) > 0
        best = order[first][self._alive(slots[order[first]], number)]
        slots = slots[best]
        places = rows[best] - self.starts[slots]
        return Found(self.keys[slots], distances[best], forms[best], places)

    def _alive(self, slots: Places, number: int) -> NDArray[np.bool_]:
        if not self.dead:
            return np.ones(slots.size, np.bool_)
        dead = self.dead
        return np.array([dead.get(slot, number + 1) > number for slot in slots.tolist()], np.bool_)

    def _pairs(self, queries: Words, radius: int) -> list[tuple[Places, Places, Distances]]:
        """(form, row, distance) of all pairs near; those that buckets don't help are scanned."""
        if self.buckets is None:
            return list(pairs_within(queries, self.rows, radius))
        found, left = list[tuple[Places, Places, Distances]](), list[int]()
        for form, query in enumerate(queries):
            near = self.buckets.near(query, radius)
            if near is None:
                left.append(form)
            elif near[0].size:
                found.append((np.full(near[0].size, form), *near))
        scanned = pairs_within(queries[left], self.rows, radius)
        return found + [(np.array(left)[form], row, far) for form, row, far in scanned]


class Tail:
    """Room for new hashes; what was written once stays as it is."""

    def __init__(self, room: int) -> None:
        self._rows: Words = column(room, np.uint64, WORDS)
        self._keys = np.empty(room, np.int64)
        self._starts = np.zeros(room + 1, np.int64)
        self._slots: dict[int, int] = {}
        self._dead: dict[int, int] = {}
        self._used = self._count = 0

    def has_room(self, more: int) -> bool:
        """Whether so many hashes of one more key go in."""
        return self._used + more <= len(self._rows) and self._count < self._keys.size

    def append(self, key: int, words: Words) -> None:
        """Put a key's hashes at the end; parts handed out before don't show them."""
        self._rows[self._used : self._used + len(words)] = words
        self._used += len(words)
        self._keys[self._count] = key
        self._starts[self._count + 1] = self._used
        self._slots[key] = self._count
        self._count += 1

    def part(self) -> Part:
        """The tail as it is now; it shares the memory of those handed out before."""
        rows, keys = self._rows[: self._used], self._keys[: self._count]
        return Part(rows, keys, self._starts[: self._count + 1], self._slots, dead=self._dead)


def merged(parts: Sequence[Part], number: int) -> Part:
    """One part with tables, of all that was not dead as of that change; keys sorted."""
    living = [_living(part, number) for part in parts]
    sizes = [np.diff(part.starts)[slots] for part, slots in zip(parts, living, strict=True)]
    keys = np.concatenate([part.keys[slots] for part, slots in zip(parts, living, strict=True)])
    order = keys.argsort()
    counts = np.concatenate(sizes)
    starts = np.zeros(keys.size + 1, np.int64)
    counts[order].cumsum(out=starts[1:])
    goals = np.empty(keys.size, np.int64)
    goals[order] = starts[:-1]
    rows = np.empty((int(starts[-1]), WORDS), np.uint64)
    done = 0
    for part, slots, size in zip(parts, living, sizes, strict=True):
        _copy(part, slots, rows, goals[done : done + size.size])
        done += size.size
    return Part(rows, keys[order], starts, None, Buckets.over(rows))


def _living(part: Part, number: int) -> Places:
    alive = np.ones(part.keys.size, np.bool_)
    dead = part.dead.copy()  # In one step, for others go on burying.
    alive[[slot for slot, since in dead.items() if since <= number]] = False
    return np.flatnonzero(alive)


def _copy(part: Part, slots: Places, rows: Words, goals: Places) -> None:
    """The rows of the slots to where each slot's begin in the new part."""
    starts = part.starts[slots]
    counts = part.starts[slots + 1] - starts
    steps = counts.cumsum() // _COPIED_AT_ONCE
    for some in np.split(np.arange(slots.size), np.flatnonzero(np.diff(steps)) + 1):
        from_, to = starts[some], goals[some]
        rows[spread(to, counts[some])] = part.rows[spread(from_, counts[some])]
