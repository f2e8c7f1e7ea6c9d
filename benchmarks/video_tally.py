"""What the benchmark of videos counts: copies found by tier and by the peers' way, and false names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.video_peer import hashes, is_match
from matching import Matcher


@dataclass
class Tally:
    """How many copies were found, by tier, and by the peers' way."""

    asked: int = 0
    ab: int = 0
    abc: int = 0
    peer: int = 0

    def shares(self) -> dict[str, float]:
        """Shares of the copies asked for."""
        counts = {"ab": self.ab, "abc": self.abc, "peer": self.peer}
        return {name: round(count / max(self.asked, 1), 4) for name, count in counts.items()}


@dataclass
class Wrong:
    """Names that should not have been found, and how many could have been."""

    pairs: int = 0
    ab: int = 0
    c: int = 0
    peer: int = 0


@dataclass
class Measured:
    """Everything counted over videos, and over stills, that were asked for. known: peers' hashes."""

    known: Mapping[str, list[int]]
    copies: dict[str, Tally] = field(default_factory=dict)
    stills: dict[str, Tally] = field(default_factory=dict)
    wrong: Wrong = field(default_factory=Wrong)
    wrong_stills: Wrong = field(default_factory=Wrong)

    def video(self, matcher: Matcher, data: bytes, own: str, name: str) -> None:
        """Ask for a copy of `own`, or for a stranger where that is no registered name."""
        query = hashes(data)
        peers = {each for each, registered in self.known.items() if is_match(query, registered)}
        self._count(matcher, data, own, self.copies.setdefault(name, Tally()), self.wrong)
        self.copies[name].peer += own in peers
        self.wrong.peer += len(peers - {own})

    def still(self, matcher: Matcher, data: bytes, own: str, name: str) -> None:
        """The same for a picture."""
        self._count(matcher, data, own, self.stills.setdefault(name, Tally()), self.wrong_stills)

    def _count(self, matcher: Matcher, data: bytes, own: str, tally: Tally, wrong: Wrong) -> None:
        tiers = {match.name: match.tier for match in matcher.examine(data)}
        tally.asked += 1
        tally.ab += tiers.get(own) in ("A", "B")
        tally.abc += own in tiers
        false = [tier for name, tier in tiers.items() if name != own]
        wrong.pairs += len(self.known) - (own in self.known)
        wrong.c += false.count("C")
        wrong.ab += len(false) - false.count("C")

    def told(self) -> dict[str, Any]:
        """As the benchmark prints it."""
        recall = {name: tally.shares() for name, tally in self.copies.items() if name}
        means = {
            f"mean_recall_{way}": round(float(np.mean([each[way] for each in recall.values()])), 4)
            for way in ("ab", "abc", "peer")
        }
        return {
            "recall": recall,
            **means,
            "recall_stills": {name: each.shares() for name, each in self.stills.items() if name},
            "pairs": self.wrong.pairs,
            "false_ab": self.wrong.ab,
            "false_c": self.wrong.c,
            "false_peer": self.wrong.peer,
            "pairs_stills": self.wrong_stills.pairs,
            "false_stills_ab": self.wrong_stills.ab,
            "false_stills_c": self.wrong_stills.c,
        }

    def told_of_stripes(self) -> dict[str, Any]:
        """The same of videos that show nothing but stripes."""
        wrong = self.wrong
        return {"striped": {"pairs": wrong.pairs, "false_ab": wrong.ab, "false_c": wrong.c}}
