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


def medians_ms(ways: Mapping[str, Work], turns: int) -> dict[str, float]:
    """Milliseconds of each way, the median over so many turns; all ways take turns.

    Processor time of this thread, so that other programs of a busy machine count little.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            _tidy()
            start = time.thread_time()
            way()
            taken[name].append(1_000 * (time.thread_time() - start))
    return {name: round(statistics.median(each), 4) for name, each in taken.items()}


def _tidy() -> None:
    """Let the allocator join what the way before has freed; else the next way pays for it.

    faiss's multi-hash index frees ten thousands of small pieces at each question; glibc joins and
    sorts them at the next larger requests, whoever makes them: 7 ms at 8 million hashes, which
    belong to faiss and are now charged to nobody.
    """
    for _ in range(64):
        bytes(1 << 16)


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
