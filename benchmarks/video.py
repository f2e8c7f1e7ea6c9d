"""Video: how fast against the peers' way, and which copies are found. `--json` prints it last."""

import argparse
import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2

from benchmarks.measuring import hand_over, say
from benchmarks.video_films import OTHERS, Films
from benchmarks.video_peer import hashes
from benchmarks.video_speed import measure_speed
from benchmarks.video_tally import Measured
from matching import Matcher

_REPORTED = ("av", "numpy", "opencv-python-headless", "pdqhash")


def main() -> None:
    """Measure, tell progress on standard error, and print one JSON object last."""
    asked = _arguments()
    cv2.setNumThreads(1)
    folder = Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    films = Films(folder, asked.seed)
    found = measure_recall(films, asked.films, asked.others)
    striped = measure_stripes(films, asked.striped)
    speed = {} if asked.no_speed else measure_speed(folder)
    hand_over({**speed, **found.told(), **striped.told_of_stripes(), **_circumstances(asked)})


def measure_recall(films: Films, registered: int, others: int) -> Measured:
    """Register films, ask for every copy and some stills of each, and for films and stills that
    nobody registered."""
    matcher, known = Matcher(), dict[str, list[int]]()
    for number in range(registered):
        data = films.original(number)
        matcher.register(data, str(number))
        known[str(number)] = hashes(data)
        say(f"registered {number + 1} of {registered}")
    measured = Measured(known)
    for number in range(registered):
        for name, data in films.copies(number):
            measured.video(matcher, data, str(number), name)
        for name, data in films.stills(number):
            measured.still(matcher, data, str(number), name)
        say(f"asked for the copies of {number + 1} of {registered}")
    for number in range(others):
        measured.video(matcher, films.other(number), "", "")
        for _, data in films.stills(OTHERS + number):
            measured.still(matcher, data, "", "")
        say(f"asked for {number + 1} of {others} films that nobody registered")
    return measured


def measure_stripes(films: Films, count: int) -> Measured:
    """Videos of nothing but slats, checks and waves, a third of them registered, all asked for."""
    matcher, known = Matcher(), dict[str, list[int]]()
    for number in range(-(-count // 3)):
        matcher.register(films.stripes(number), str(number))
        known[str(number)] = []
    measured = Measured(known)
    for number in range(count):
        measured.video(matcher, films.stripes(number), str(number), "same")
    return measured


def _circumstances(asked: argparse.Namespace) -> dict[str, Any]:
    return {
        "films": asked.films,
        "others": asked.others,
        "seed": asked.seed,
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in _REPORTED},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.video", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--films", type=int, default=8, help="registered, each with every copy")
    parser.add_argument("--others", type=int, default=24, help="that nobody registered")
    parser.add_argument("--striped", type=int, default=18, help="that show nothing but stripes")
    parser.add_argument("--seed", type=int, default=100, help="of the films that are drawn")
    parser.add_argument("--no-speed", action="store_true", help="measure what is found alone")
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "ansim-videos"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
