"""What the benchmarks share: turns taken in the same process, medians, memory, the last line."""

import importlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Work = Callable[[], object]

_IN_A_ROW = 5


def medians_ms(ways: Mapping[str, Work], turns: int) -> dict[str, float]:
    """Milliseconds of each way, the median over so many calls; the ways take turns, five in a row.

    Processor time of this thread, so that other programs of a busy machine count little. In a row,
    for each way is to pay for itself: faiss's multi-hash index frees ten thousands of small pieces
    at each question, and glibc joins and sorts them at the next larger requests, whoever makes them
    (7 ms at 8 million hashes). Only the first in a row may pay for another way, and a median leaves
    it out.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for first in range(0, turns, _IN_A_ROW):
        for name, way in ways.items():
            taken[name] += [_milliseconds(way) for _ in range(first, min(first + _IN_A_ROW, turns))]
    return {name: round(statistics.median(each), 4) for name, each in taken.items()}


def _milliseconds(way: Work) -> float:
    start = time.thread_time()
    way()
    return 1_000 * (time.thread_time() - start)


def resident_mb() -> float:
    """What this process holds in memory now, in 10^6 bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peer(module: str, package: str) -> Any:
    """A library that only benchmarks need; ends the program with one sentence without it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        sys.exit(f"This benchmark compares with {module}; get it with: pip install {package}")


def say(words: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{words}\n")


def hand_over(result: Mapping[str, object]) -> None:
    """The result: one JSON object in the last line of standard output."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
