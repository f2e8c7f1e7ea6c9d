"""Which registered pictures share local descriptors with a query, by votes over a few of their bits.

Locality-sensitive hashing: each table reads 32 of a code's 128 bits; a point votes for the owners of
all codes that have the same 32, and the more codes those are, the less each vote weighs. Votes only
choose whom to compare point by point.

Owners are kept as the index keeps hashes: the newest in a short tail, whose tables are made anew when
somebody asks, the others in tables that stay (`matching.ballots`) and are merged in the background.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.ballots import MOST_OWNERS, Ballots, Readings, readings
from matching.descriptors import Points, mirrored
from matching.memory import give_back

_TAIL_OWNERS = 32
_MUCH_LARGER = 2  # Tables stay out of a merge when they are so many times what else is merged.
_MANY_DEAD = 4  # Tables are made anew when one of so many of their owners is forgotten.
_CROWDED = 100  # A reading that so many share says nothing, and costs the most.
_FEWEST_VOTES = 1.5  # Of a hard copy among 10,000 pictures; strangers may have more.

_Asked = list[tuple[Ballots, NDArray[np.bool_]]]


class Votes:
    """Points by owner; any thread may ask and change it at any time, and none waits for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: dict[int, Points] = {}
        self._tail: dict[int, Readings] = {}
        self._newest: Ballots | None = None  # Over the tail as it is now.
        self._made: tuple[Ballots, ...] = ()
        self._merging: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._points)

    @property
    def nbytes(self) -> int:
        """What the tables take in memory, the points themselves not counted."""
        return sum(each.nbytes for each in self._made)

    def get(self, owner: int) -> Points | None:
        """The points of one, if it has some."""
        return self._points.get(owner)

    def add(self, owner: int, points: Points) -> None:
        """Register the points of one, in place of those it had."""
        read = readings(points.codes)
        with self._lock:
            self._forget(owner)
            self._points[owner] = points
            self._tail[owner] = read
            self._newest = None
            if len(self._tail) >= _TAIL_OWNERS:
                self._made, self._tail = (*self._made, Ballots.over(self._tail)), {}
            self._merge_in_background()

    def remove(self, owner: int) -> None:
        """Forget one; an unknown one is no error."""
        with self._lock:
            self._forget(owner)
            self._merge_in_background()

    def most(self, query: Points, count: int) -> list[int]:
        """Up to `count` owners with the most votes, plain or mirrored, and more than a stranger's."""
        asked = self._now()
        if not asked:
            return []
        read = readings(np.concatenate([query.codes, mirrored(query.codes)]))
        owners = np.concatenate([ballots.owners for ballots, _ in asked])
        votes = _votes(read, asked)
        chosen = np.flatnonzero(votes >= _FEWEST_VOTES)
        order = np.lexsort((owners[chosen], -votes[chosen]))[:count]
        return [int(owner) for owner in owners[chosen[order]]]

    def settle(self) -> None:
        """Wait until what runs in the background has ended; for tests, and to measure."""
        while (merging := self._merging) is not None:
            merging.join()

    def _now(self) -> _Asked:
        """All tables, and who of their owners is registered at this moment."""
        with self._lock:
            if self._tail and self._newest is None:
                self._newest = Ballots.over(self._tail)
            newest = () if self._newest is None else (self._newest,)
            return [(each, each.is_alive.copy()) for each in (*self._made, *newest)]

    def _forget(self, owner: int) -> None:
        if self._points.pop(owner, None) is None:
            return
        if self._tail.pop(owner, None) is not None:
            self._newest = None
        for each in self._made:
            each.forget(owner)

    def _merge_in_background(self) -> None:
        if self._merging is None and _to_merge(self._made):
            self._merging = threading.Thread(target=self._merge, name="votes", daemon=True)
            self._merging.start()

    def _merge(self) -> None:
        """Merge until nothing is left to be merged."""
        try:
            while self._merge_once():
                pass
        except BaseException:
            self._merging = None  # What could not be merged is still asked, one after the other.
            raise

    def _merge_once(self) -> bool:
        with self._lock:
            chosen = _to_merge(self._made)
            if not chosen:
                self._merging = None  # With the lock held, so that the next change starts another.
                return False
            alive = [each.is_alive.copy() for each in chosen]
        made = Ballots.joined(chosen, alive)
        give_back()
        with self._lock:
            for each, was_alive in zip(chosen, alive, strict=True):
                for owner in each.owners[was_alive & ~each.is_alive]:
                    made.forget(int(owner))
            stay = tuple(each for each in self._made if each not in chosen)
            self._made = (made, *stay) if made.alive else stay
        return True


def _votes(read: Readings, asked: _Asked) -> NDArray[np.float64]:
    """Of each owner: all votes of one reading together weigh 1."""
    found = [ballots.voters(read, is_alive) for ballots, is_alive in asked]
    counts = np.bincount(np.concatenate([places for places, _, _ in found]), minlength=read.size)
    counts[np.concatenate([crowded for _, _, crowded in found])] = _CROWDED + 1
    weights = np.where(counts <= _CROWDED, 1 / np.maximum(counts, 1), 0.0)
    votes = [
        np.bincount(slots, weights[places], len(ballots.owners))
        for (ballots, _), (places, slots, _) in zip(asked, found, strict=True)
    ]
    return np.asarray(
        np.round(np.concatenate(votes), 6)
    )  # The same shares in another order are as many.


def _to_merge(made: Sequence[Ballots]) -> list[Ballots]:
    """Those that are not much larger than the smaller ones together, or one with many forgotten."""
    chosen, total = list[Ballots](), 0
    for each in sorted(made, key=_size):
        if chosen and (_size(each) > _MUCH_LARGER * total or total + _size(each) > MOST_OWNERS):
            break
        chosen.append(each)
        total += _size(each)
    if len(chosen) > 1:
        return chosen
    return [each for each in made if (_size(each) - each.alive) * _MANY_DEAD > _size(each)][:1]


def _size(ballots: Ballots) -> int:
    return len(ballots.owners)
