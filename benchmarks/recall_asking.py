"""The recall benchmark's questions: one manipulation of every picture, asked of the engine and PDQ."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.manipulations import COLLAGE, manipulated
from benchmarks.recall_pictures import Exam, encoded, picture, scenery, three
from domain.fingerprints import Pdq
from matching.looks import looks_at
from matching.matcher import Match, Matcher
from matching.registering import Registration, registration

WAYS = ("plain", "descriptors")
PEER_DISTANCE, PEER_QUALITY = 31, 50
AS_IT_IS = ""


@dataclass
class Tally:
    """What was counted: hits by (way, tier, strict?), the peer's hits, asked, false, pairs."""

    hits: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    asked: Counter[bool] = field(default_factory=Counter)
    false: Counter[tuple[str, str]] = field(default_factory=Counter)
    peer: int = 0
    peer_false: int = 0
    pairs: int = 0
    mistaken: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


class Bench:
    """Everything registered, in both ways, under its place as a name, beside the peer's hashes."""

    def __init__(self, exam: Exam, made: list[Registration]) -> None:
        self.exam = exam
        self._matchers = {way: Matcher() for way in WAYS}
        self._strict = [each.is_strict for each in made]
        self._peers = [each.pdq for each in made]
        for at, each in enumerate(made):
            self._matchers["plain"].put(str(at), replace(each, points=None))
            self._matchers["descriptors"].put(str(at), each)

    def ask(self, manipulation: str) -> Tally:
        """Every registered picture after one manipulation, or every other one as it is."""
        tally = Tally()
        if manipulation == AS_IT_IS:
            for path in self.exam.others:
                self._count(tally, "", encoded(picture(path)), path.stem)
            return tally
        registered = self.exam.registered
        for at in self.exam.asked_after(manipulation):
            strangers = three(self.exam.others, at) if manipulation == COLLAGE else []
            data = manipulated(manipulation, {at: picture(registered[at])}, at, strangers)
            self._count(tally, str(at), data, registered[at].stem)
        return tally

    def _count(self, tally: Tally, name: str, data: bytes, stem: str) -> None:
        """Ask for one file; `name` is empty for a stranger."""
        looks = looks_at(data, with_points=True)
        for way, matcher in self._matchers.items():
            self._count_matches(tally, way, name, matcher.compare(looks), stem)
        peer = looks[0].print_.pdq
        found = {str(at) for at, each in enumerate(self._peers) if _peers_agree(peer, each)}
        tally.peer += name in found
        tally.peer_false += len(found - {name})
        tally.pairs += len(self._peers) - bool(name)
        if name:
            tally.asked[self._strict[int(name)]] += 1

    def _count_matches(
        self, tally: Tally, way: str, name: str, matches: Iterable[Match], stem: str
    ) -> None:
        is_found = not name
        for match in matches:
            if match.name == name:
                is_found = True
                tally.hits[way, match.tier, self._strict[int(name)]] += 1
            else:
                tally.false[way, match.tier] += 1
                tally.mistaken.append(
                    f"{way} {match.tier}: {stem} for {self._stem(match.name)}, {match.reason}"
                )
        if not is_found:
            tally.missed.append(f"{way}: {stem}{' (strict)' * self._strict[int(name)]}")

    def _stem(self, name: str) -> str:
        at = int(name)
        files = self.exam.registered + self.exam.distractors
        return files[at].stem if at < len(files) else f"drawn {at - len(files)}"


def registrations(exam: Exam, jobs: int = 1) -> list[Registration]:
    """The exam's pictures with descriptors, then the drawn ones; by so many processes."""
    wanted = [*exam.registered, *exam.distractors, *range(exam.drawn)]
    if jobs <= 1:
        return [_registered(each) for each in wanted]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return pool.map(_registered, wanted, chunksize=8)


def _registered(wanted: Path | int) -> Registration:
    shown = scenery(wanted) if isinstance(wanted, int) else picture(wanted)
    return registration(encoded(shown), descriptors=True)


def _peers_agree(one: Pdq, other: Pdq) -> bool:
    is_rich = min(one.quality, other.quality) >= PEER_QUALITY
    return is_rich and one.distance(other) <= PEER_DISTANCE
