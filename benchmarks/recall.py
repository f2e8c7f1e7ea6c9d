"""How many manipulated copies are found, by tier, and how many strangers are mistaken for one.

`python -m benchmarks.recall --photos DIR --json` registers two of three pictures of any folder, asks
for each of them after every manipulation, and for the third as they are. It goes through
`matching.Matcher` as the product does, once without and once with descriptors, and puts PDQ compared
one to one at 31 bits beside it. Shares are 0 to 1; false positives are counted, in `pairs` questions:
every registered picture that a file does not show. With --log a run that was broken off goes on.
"""

import argparse
import json
import multiprocessing
import os
import pickle
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.manipulations import NAMES
from benchmarks.recall_asking import AS_IT_IS, WAYS, Bench, Tally, registrations
from benchmarks.recall_pictures import Exam, NoPictures, exam
from matching.registering import Registration

DRAWN = 40
_OTHERS = (
    "a folder of strangers, half of them registered; then all of --photos are; may be repeated"
)
Parts = dict[str, Tally]


def main() -> int:
    """Measure and print; 2 where there is nothing to measure with."""
    asked = _arguments()
    try:
        names = _chosen(asked.manipulations)
        found = exam(asked.photos, asked.others, asked.limit, asked.strangers)
        found = replace(found, every=max(1, asked.every))
    except NoPictures as why:
        sys.stderr.write(f"{why}\n")
        return 2
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # Of each process.
    made = registrations(found, asked.jobs)
    told = _figures(_measured(asked, names, found, made), names, found, made)
    sys.stdout.write(json.dumps(told, indent=None if asked.json else 1) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True, help="a folder of pictures")
    parser.add_argument("--others", type=Path, action="append", default=[], help=_OTHERS)
    parser.add_argument("--manipulations", default="", help="names with commas between; else all")
    parser.add_argument("--limit", type=int, help="take so many pictures of the folder only")
    parser.add_argument("--strangers", type=int, default=DRAWN, help="drawn ones, registered too")
    parser.add_argument("--every", type=int, default=1, help="ask for one of so many, in turns")
    parser.add_argument("--jobs", type=int, default=1, help="so many processes")
    parser.add_argument(
        "--log", type=Path, help="what is done is kept in this file, and not redone"
    )
    parser.add_argument("--json", action="store_true", help="one line")
    return parser.parse_args()


def _chosen(text: str) -> list[str]:
    names = [name for name in text.split(",") if name] or list(NAMES)
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise NoPictures(f"no such manipulation: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    return names


def _measured(
    asked: argparse.Namespace, names: list[str], found: Exam, made: list[Registration]
) -> Parts:
    """What was counted after each manipulation; progress goes to standard error."""
    parts: Parts = dict(_kept(asked.log))
    wanted = [name for name in [AS_IT_IS, *names] if name not in parts]
    started = time.monotonic()
    for count, (name, tally) in enumerate(_asked(wanted, found, made, asked.jobs), start=1):
        parts[name] = tally
        if asked.log is not None:
            with asked.log.open("ab") as log:
                pickle.dump((name, tally), log)
        seconds = round(time.monotonic() - started)
        said = _shares(tally) if name else "strangers as they are"
        sys.stderr.write(f"{count}/{len(wanted)}, {seconds} s, {name}: {said}\n")
    return parts


def _kept(log: Path | None) -> Iterator[tuple[str, Tally]]:
    """What an earlier run of the same questions has written; its last entry may be cut off."""
    if log is None or not log.exists():
        return
    with log.open("rb") as kept:
        while True:
            try:
                yield pickle.load(kept)  # noqa: S301 - our own file, named by whoever runs this.
            except (EOFError, pickle.UnpicklingError):
                return


def _asked(
    names: list[str], found: Exam, made: list[Registration], jobs: int
) -> Iterator[tuple[str, Tally]]:
    if jobs <= 1:
        bench = Bench(found, made)
        yield from ((name, bench.ask(name)) for name in names)
        return
    start = multiprocessing.get_context("spawn")
    with start.Pool(jobs, _begin, (found, made)) as pool:
        yield from pool.imap_unordered(_ask, names)


_BENCHES: list[Bench] = []


def _begin(found: Exam, made: list[Registration]) -> None:
    """In each process of several: everything registered."""
    cv2.setNumThreads(1)
    _BENCHES.append(Bench(found, made))


def _ask(name: str) -> tuple[str, Tally]:
    return name, _BENCHES[0].ask(name)


def _shares(tally: Tally) -> dict[str, float]:
    asked = max(tally.asked.total(), 1)
    shares = {"peer": tally.peer / asked}
    for way in WAYS:
        hits = [tally.hits[way, tier, False] + tally.hits[way, tier, True] for tier in "ABC"]
        tiers = np.cumsum(hits) / asked
        shares |= {f"{way}_{key}": float(tiers[at]) for at, key in enumerate(("a", "ab", "abc"))}
    return {key: round(share, 4) for key, share in shares.items()}


def _figures(
    parts: Parts, names: list[str], found: Exam, made: list[Registration]
) -> dict[str, object]:
    per = {name: _shares(parts[name]) for name in names}

    def mean(key: str) -> float:
        return round(float(np.mean([shares[key] for shares in per.values()])), 4)

    used = [parts[name] for name in [AS_IT_IS, *names]]
    false = {
        way: {tier: sum(tally.false[way, tier] for tally in used) for tier in "ABC"} for way in WAYS
    }
    return {
        "mean_recall": mean("plain_abc"),
        "mean_recall_ab": mean("plain_ab"),
        "mean_recall_descriptors": mean("descriptors_abc"),
        "mean_recall_descriptors_ab": mean("descriptors_ab"),
        "mean_recall_peer": mean("peer"),
        "false_ab": max(each["A"] + each["B"] for each in false.values()),
        "false_c": max(each["C"] for each in false.values()),
        "false_peer": sum(tally.peer_false for tally in used),
        "false": false,
        "pairs": sum(tally.pairs for tally in used),
        "prefilter_loss": 0.0,  # Nothing is left out before the full treatment.
        "pictures": {
            "registered": len(found.registered),
            "others": len(found.others),
            "distractors": len(found.distractors),
            "drawn": found.drawn,
            "asked_after_each": len(found.asked_after(names[0])),
            "strict": sum(each.is_strict for each in made[: len(found.registered)]),
        },
        "mean_recall_by_strictness": _by_strictness([parts[name] for name in names]),
        "mistaken": {
            name or "as it is": parts[name].mistaken for name in parts if parts[name].mistaken
        },
        "missed": {name: parts[name].missed for name in names if parts[name].missed},
        "per_manipulation": per,
    }


def _by_strictness(tallies: list[Tally]) -> dict[str, dict[str, float]]:
    """Recall (A + B, A to C) of pictures that only the strict tier may match, and of all others."""
    told: dict[str, dict[str, float]] = {}
    for name, is_strict in (("strict", True), ("others", False)):
        asked = sum(tally.asked[is_strict] for tally in tallies)
        for way in WAYS:
            for tiers in ("AB", "ABC") if asked else ():
                hits = sum(tally.hits[way, tier, is_strict] for tally in tallies for tier in tiers)
                told.setdefault(name, {})[f"{way}_{tiers.lower()}"] = round(hits / asked, 4)
    return told


if __name__ == "__main__":
    sys.exit(main())
