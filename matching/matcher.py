"""The engine on its own, in memory: register media under a name, and ask whether media is a copy."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from domain.evidence import Evidence
from domain.matches import weigh
from domain.policy import Tiers
from domain.verdicts import Verdict
from matching.comparing import compared
from matching.index import Index
from matching.looks import Look, looks_at
from matching.registering import Registration, registration
from matching.votes import Votes

TIERS = Tiers(certain=31, strong=45, possible=67, least_quality=50)

_CLOSER_LOOKS = 6
_MOST_VOTED = 6


@dataclass(frozen=True)
class Match:
    """A registered name that media resembles; tier "A", "B" or "C", distance in bits of 256."""

    name: str
    tier: str
    distance: int
    reason: str
    verdict: Verdict


class Matcher:
    """Registered media by name; any thread may ask while another registers."""

    def __init__(self, tiers: Tiers = TIERS) -> None:
        self._tiers = tiers
        self._index = Index()
        self._votes = Votes()
        self._known: dict[int, tuple[str, Registration]] = {}
        self._keys: dict[str, int] = {}
        self._files: dict[bytes, set[int]] = {}
        self._last = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many names are registered."""
        return len(self._keys)

    def register(self, data: bytes, name: str, descriptors: bool = False) -> None:
        """Keep the fingerprints of one picture under a name, in place of what it had.

        Raises matching.decoding.Undecodable, and then nothing has changed.
        """
        self.put(name, registration(data, descriptors=descriptors))

    def put(self, name: str, made: Registration) -> None:
        """Register what `registration` made before."""
        with self._lock:
            self._forget(name)
            self._last += 1
            key = self._last
            rows = made.hashes[:1] if made.is_strict else made.hashes
            self._index.add(key, [row.tobytes() for row in rows])
            if made.points is not None and not made.is_strict:
                self._votes.add(key, made.points)
            if made.sha256 is not None:
                self._files.setdefault(made.sha256.bits, set()).add(key)
            self._known[key] = (name, made)
            self._keys[name] = key

    def unregister(self, name: str) -> None:
        """Forget a name; an unknown one is no error."""
        with self._lock:
            self._forget(name)

    def examine(self, data: bytes) -> list[Match]:
        """What the media resembles, best first, each name once. Raises Undecodable."""
        return self.compare(looks_at(data, with_points=self.wants_points))

    @property
    def wants_points(self) -> bool:
        """Whether anything is registered that a look's points could confirm."""
        return len(self._votes) > 0

    def compare(self, looks: Iterable[Look]) -> list[Match]:
        """What any of these pictures of one file resembles, best first, each name once."""
        best: dict[str, Match] = {}
        for look in looks:
            for match in self._matches(look):
                known = best.get(match.name)
                if known is None or _order(match) < _order(known):
                    best[match.name] = match
        return sorted(best.values(), key=_order)

    def _forget(self, name: str) -> None:
        key = self._keys.pop(name, None)
        if key is None:
            return
        _, made = self._known.pop(key)
        self._index.remove(key)
        self._votes.remove(key)
        if made.sha256 is not None:
            self._files[made.sha256.bits].discard(key)

    def _matches(self, look: Look) -> Iterator[Match]:
        for key, evidence in self._evidence(look).items():
            verdict = weigh(evidence, self._tiers)
            known = self._known.get(key)  # It may be withdrawn at this very moment.
            if verdict is not None and known is not None:
                tier, distance = verdict.tier.value, verdict.distance
                yield Match(known[0], tier, distance, verdict.reason(), verdict)

    def _evidence(self, look: Look) -> dict[int, Evidence]:
        same = self._files.get(look.print_.sha256.bits, set())
        asked = [row.tobytes() for row in look.hashes]
        near = [hit.key for hit in self._index.nearest(asked, self._tiers.confirmable)]
        voted = self._voted(look)
        found: dict[int, Evidence] = {}
        for rank, key in enumerate(dict.fromkeys([*same, *near, *voted])):
            known = self._known.get(key)
            if known is not None:
                is_closer = rank < _CLOSER_LOOKS
                evidence = compared(look, known[1], self._tiers, is_closer=is_closer)
                found[key] = replace(evidence, is_same_file=key in same)
        return found

    def _voted(self, look: Look) -> list[int]:
        """Whose points are like this picture's; they are compared one by one afterwards."""
        if look.points is None or not self.wants_points:
            return []
        return self._votes.most(look.points, _MOST_VOTED)


def _order(match: Match) -> tuple[str, int, str]:
    return match.tier, match.distance, match.name
