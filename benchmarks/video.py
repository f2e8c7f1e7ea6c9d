"""Video: how fast against the peers' way, and which copies are found. `--json` prints it last."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.moving import Pixels, film, write
from benchmarks.video_copies import COPIES, Copy
from benchmarks.video_peer import hashes, is_match
from domain.videos import VideoTiers
from matching.video import hash_video
from matching.video_scoring import registered_hashes, score
from matching.videos import VideoIndex

_SEED = 100
_OTHERS_SEED = 5_000
_SMALL = (480, 270, 20.0, 15)  # Width, height, seconds and rate of the films that are copied.
_LARGE = (1920, 1080, 30.0, 30)  # And of the one by which speed is measured.
_ROUNDS = 3
_ORIGINAL_CRF = 20
_REPORTED = ("av", "numpy", "opencv-python-headless", "pdqhash")


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
class Measured:
    """Everything counted over all films and copies."""

    copies: dict[str, Tally] = field(default_factory=dict)
    pairs: int = 0
    false_ab: int = 0
    false_c: int = 0
    false_peer: int = 0


def main() -> None:
    """Measure, tell progress on standard error, and print one JSON object last."""
    asked = _arguments()
    cv2.setNumThreads(1)
    folder = Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = measure_recall(folder, asked.films, asked.others)
    print(json.dumps({**_speed(folder), **_recall(found), **_circumstances(asked)}))  # noqa: T201 - the answer.


def measure_recall(folder: Path, films: int, others: int) -> Measured:
    """Register films, ask for every copy of each and for films nobody registered."""
    index, known = VideoIndex[str](), {}
    for number in range(films):
        data = _original(folder, number).read_bytes()
        index.register(data, str(number))
        known[str(number)] = hashes(data)
        _say(f"registered {number + 1} of {films}")
    measured = Measured({name: Tally() for name in COPIES})
    for number in range(films):
        for name, path in _copies(folder, number):
            _ask(index, known, path.read_bytes(), str(number), measured, measured.copies[name])
        _say(f"asked for the copies of {number + 1} of {films}")
    for number in range(others):
        _ask(index, known, _other(folder, number).read_bytes(), "", measured, Tally())
    _say(f"asked for {others} films that nobody registered")
    return measured


def _ask(
    index: VideoIndex[str],
    known: dict[str, list[int]],
    data: bytes,
    own: str,
    measured: Measured,
    tally: Tally,
) -> None:
    tiers = {found.name: found.verdict.tier.value for found in index.examine(data)}
    query = hashes(data)
    peers = {name for name, registered in known.items() if is_match(query, registered)}
    tally.asked += 1
    tally.ab += tiers.get(own) in ("A", "B")
    tally.abc += own in tiers
    tally.peer += own in peers
    wrong = [tier for name, tier in tiers.items() if name != own]
    measured.pairs += len(known) - (own in known)
    measured.false_c += wrong.count("C")
    measured.false_ab += len(wrong) - wrong.count("C")
    measured.false_peer += len(peers - {own})


def _speed(folder: Path) -> dict[str, Any]:
    """Multiples of real time on one core at 1080p, by this process's own processor time."""
    width, height, seconds, rate = _LARGE
    path = folder / f"speed-{height}-{seconds:.0f}.mp4"
    if not path.exists():
        _say("making the film by which speed is measured")
        _made(path, lambda to: write(to, film(width, height, seconds, rate, 1), rate))
    data = path.read_bytes()
    ours = _fastest(lambda: hash_video(data, dense=False))
    dense = _fastest(lambda: hash_video(data, dense=True), rounds=1)
    peers = _fastest(lambda: hashes(data), rounds=2)
    dense_print = hash_video(data, dense=True)
    reference = registered_hashes(dense_print, VideoTiers().certain)
    query = hash_video(data, dense=False)
    scored = _fastest(lambda: score(query, reference, VideoTiers().radius))
    return {
        "ratios": {"video": round(peers / ours, 2), "video_dense": round(peers / dense, 2)},
        "times_real_time": {
            "keyframes": round(seconds / ours, 1),
            "dense": round(seconds / dense, 1),
            "peer": round(seconds / peers, 1),
        },
        "keyframes": len(query.frames),
        "dense_frames": len(dense_print.frames),
        "score_ms": round(1000 * scored, 2),
    }


def _fastest(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Seconds of processor time of the fastest of a few rounds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def _recall(measured: Measured) -> dict[str, Any]:
    shares = {name: tally.shares() for name, tally in measured.copies.items()}
    means = {
        f"mean_recall_{way}": round(float(np.mean([each[way] for each in shares.values()])), 4)
        for way in ("ab", "abc", "peer")
    }
    return {
        "recall": shares,
        **means,
        "pairs": measured.pairs,
        "false_ab": measured.false_ab,
        "false_c": measured.false_c,
        "false_peer": measured.false_peer,
    }


def _circumstances(asked: argparse.Namespace) -> dict[str, Any]:
    return {
        "films": asked.films,
        "others": asked.others,
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in _REPORTED},
    }


def _original(folder: Path, number: int) -> Path:
    width, height, seconds, rate = _SMALL
    frames = film(width, height, seconds, rate, _SEED + number)
    path = folder / f"{number}-original.mp4"
    return _made(path, lambda to: write(to, frames, rate, _ORIGINAL_CRF))


def _other(folder: Path, number: int) -> Path:
    width, height, seconds, rate = _SMALL
    frames = film(width, height, seconds, rate, _OTHERS_SEED + number)
    return _made(folder / f"other-{number}.mp4", lambda to: write(to, frames, rate))


def _copies(folder: Path, number: int) -> Iterator[tuple[str, Path]]:
    """Every copy of a film; the film is drawn again only where one is missing."""
    width, height, seconds, rate = _SMALL
    paths = {name: folder / f"{number}-{name}.mp4" for name in COPIES}
    missing = [name for name, path in paths.items() if not path.exists()]
    frames = list(film(width, height, seconds, rate, _SEED + number)) if missing else []
    for name in missing:
        _made(paths[name], partial(_write_copy, COPIES[name], frames, rate))
    yield from paths.items()


def _write_copy(copy: Copy, frames: list[Pixels], rate: int, to: Path) -> Path:
    return write(to, copy.of(frames), rate, copy.crf)


def _made(path: Path, make: Callable[[Path], Path]) -> Path:
    """The file, made where it isn't there; a run that was broken off leaves none half made."""
    if not path.exists():
        unfinished = path.with_stem("unfinished")
        make(unfinished).rename(path)
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.video", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--films", type=int, default=8, help="registered, each with every copy")
    parser.add_argument("--others", type=int, default=24, help="that nobody registered")
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "ansim-videos"))
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
