"""How many manipulated copies are found, by tier, and how many strangers are mistaken for one.

`python -m benchmarks.recall --photos DIR --json` registers two thirds of the pictures of any folder,
asks for each of them after every manipulation, and for the other third as they are. It goes through
`matching.Matcher` as the product does, once without and once with descriptors, and puts PDQ compared
one to one at 31 bits beside it. Shares are 0 to 1; false positives are counted, in `pairs` questions.
"""

import argparse
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.manipulations import NAMES, manipulated
from benchmarks.scenery import drawn
from domain.fingerprints import Pdq
from matching.decoding import Undecodable, decode
from matching.looks import looks_at
from matching.matcher import Match, Matcher
from matching.registering import registration

LONGEST = 1_600
PEER_DISTANCE, PEER_QUALITY = 31, 50
STRANGERS = 40
_WAYS = ("plain", "descriptors")


class NoPictures(ValueError):
    """A folder that can't be measured with; the message says why in one sentence."""


@dataclass
class Tally:
    """What was counted: hits by (manipulation, way, tier), peers' hits, asked, false, pairs."""

    hits: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    peer: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    false: Counter[tuple[str, str]] = field(default_factory=Counter)
    peer_false: int = 0
    pairs: int = 0
    mistaken: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """Registered pictures under their place as a name, in both ways, and the peer's hashes."""

    matchers: dict[str, Matcher]
    peers: list[Pdq]

    def add(self, picture: Image.Image) -> None:
        """Register one more, with and without descriptors."""
        name, made = str(len(self.peers)), registration(_encoded(picture), descriptors=True)
        self.matchers["plain"].put(name, replace(made, points=None))
        self.matchers["descriptors"].put(name, made)
        self.peers.append(made.pdq)


def main() -> int:
    """Measure and print; 2 where there is nothing to measure with."""
    asked = _arguments()
    try:
        figures = measured(asked)
    except NoPictures as why:
        sys.stderr.write(f"{why}\n")
        return 2
    sys.stdout.write(json.dumps(figures, indent=None if asked.json else 1) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True, help="a folder of pictures")
    parser.add_argument("--manipulations", default="", help="names with commas between; else all")
    parser.add_argument("--limit", type=int, help="take so many pictures of the folder only")
    parser.add_argument("--half", choices=("all", "tune", "report"), default="all")
    parser.add_argument("--strangers", type=int, default=STRANGERS, help="drawn ones, registered")
    parser.add_argument("--json", action="store_true", help="one line")
    return parser.parse_args()


def measured(asked: argparse.Namespace) -> dict[str, object]:
    """The figures of a run. Raises NoPictures."""
    names = _chosen(asked.manipulations)
    pictures = _read(asked.photos, asked.half)[: asked.limit]
    registered = [each for at, each in enumerate(pictures) if at % 3 != 2] or pictures
    others = [each for at, each in enumerate(pictures) if at % 3 == 2]
    strange = [Image.fromarray(drawn(800, 600, 5_000 + seed)) for seed in range(asked.strangers)]
    bench = Bench({way: Matcher() for way in _WAYS}, [])
    for picture in [*registered, *strange]:
        bench.add(picture)
    tally = Tally()
    for name in names:
        for at in range(len(registered)):
            data = manipulated(name, registered, at, _three(others, at))
            _count(bench, tally, name, str(at), data)
        sys.stderr.write(f"{name}: {_shares(tally, name)}\n")
    for picture in others:
        _count(bench, tally, "", "", _encoded(picture))
    return _figures(tally, names, len(registered), len(others), len(strange))


def _chosen(text: str) -> list[str]:
    names = [name for name in text.split(",") if name] or list(NAMES)
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise NoPictures(f"no such manipulation: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    return names


def _read(folder: Path, half: str) -> list[Image.Image]:
    """The folder's pictures in the order of their names; every other one for a half."""
    if not folder.is_dir():
        raise NoPictures(f"{folder} is no folder; `python -m benchmarks.photos {folder}` makes one")
    found = list(_decoded(sorted(path for path in folder.rglob("*") if path.is_file())))
    pictures = {"all": found, "tune": found[::2], "report": found[1::2]}[half]
    if len(pictures) < 2:
        raise NoPictures(f"{folder} holds fewer than two pictures that can be read")
    return pictures


def _decoded(paths: Iterable[Path]) -> Iterator[Image.Image]:
    for path in paths:
        try:
            picture = decode(path.read_bytes())
        except Undecodable as flaw:
            sys.stderr.write(f"{path.name}: {flaw}\n")
            continue
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        yield picture


def _encoded(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _three(others: Sequence[Image.Image], at: int) -> list[Image.Image]:
    """Strangers for a collage: none of them is registered."""
    if len(others) < 3:
        return [Image.fromarray(drawn(800, 600, 10_000 + 3 * at + more)) for more in range(3)]
    return [others[(3 * at + more) % len(others)] for more in range(3)]


def _count(bench: Bench, tally: Tally, manipulation: str, name: str, data: bytes) -> None:
    """Ask both ways and the peer's for one file; `name` is empty for a stranger."""
    looks = looks_at(data, with_points=True)
    for way, matcher in bench.matchers.items():
        _count_matches(tally, manipulation, way, name, matcher.compare(looks))
    peer = looks[0].print_.pdq
    found = {str(at) for at, each in enumerate(bench.peers) if _peers_agree(peer, each)}
    tally.peer[manipulation] += name in found
    tally.peer_false += len(found - {name})
    tally.asked[manipulation] += 1
    tally.pairs += len(bench.peers) - bool(name)


def _count_matches(
    tally: Tally, manipulation: str, way: str, name: str, matches: Iterable[Match]
) -> None:
    for match in matches:
        if match.name == name:
            tally.hits[manipulation, way, match.tier] += 1
        else:
            tally.false[way, match.tier] += 1
            tally.mistaken.append(
                f"{manipulation or 'stranger'} of {name or '-'} for {match.name}, {way}: "
                f"{match.tier}, {match.reason}"
            )


def _peers_agree(one: Pdq, other: Pdq) -> bool:
    is_rich = min(one.quality, other.quality) >= PEER_QUALITY
    return is_rich and one.distance(other) <= PEER_DISTANCE


def _shares(tally: Tally, name: str) -> dict[str, float]:
    asked = tally.asked[name]
    shares = {"peer": tally.peer[name] / asked}
    for way in _WAYS:
        tiers = np.cumsum([tally.hits[name, way, tier] for tier in "ABC"]) / asked
        shares |= {f"{way}_{key}": float(tiers[at]) for at, key in enumerate(("a", "ab", "abc"))}
    return {key: round(share, 4) for key, share in shares.items()}


def _figures(
    tally: Tally, names: list[str], registered: int, others: int, strangers: int
) -> dict[str, object]:
    per = {name: _shares(tally, name) for name in names}

    def mean(key: str) -> float:
        return round(float(np.mean([shares[key] for shares in per.values()])), 4)

    false = {tier: max(tally.false[way, tier] for way in _WAYS) for tier in "ABC"}
    return {
        "mean_recall": mean("plain_abc"),
        "mean_recall_ab": mean("plain_ab"),
        "mean_recall_descriptors": mean("descriptors_abc"),
        "mean_recall_descriptors_ab": mean("descriptors_ab"),
        "mean_recall_peer": mean("peer"),
        "false_ab": false["A"] + false["B"],
        "false_c": false["C"],
        "false_peer": tally.peer_false,
        "pairs": tally.pairs,
        "prefilter_loss": 0.0,  # Nothing is left out before the full treatment.
        "pictures": {"registered": registered, "others": others, "drawn": strangers},
        "mistaken": sorted(set(tally.mistaken))[:40],
        "per_manipulation": per,
    }


if __name__ == "__main__":
    sys.exit(main())
