"""A sweep from end to end beside the naive way: pictures over loopback through the product's own service.

A server in a process of its own lists pictures; they are polled, fetched through the guard, hashed in
child processes, compared with what is registered, and written down in SQLite, at the default policy.
Beside it, in turns with it, the naive way: one GET after another, Pillow's RGB, `pdqhash`, a linear
scan over the same registered hashes.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

from benchmarks.measuring import hand_over, peer, say
from benchmarks.processes import cpu_s
from benchmarks.sweep_centre import Canonical, Timed, opened
from benchmarks.sweep_naive import Naive
from benchmarks.sweep_server import Plaza
from jobs.glances import look_again
from jobs.sweep import run_once
from jobs.sweeper import Sweeper

DAY_S = 86_400
NAPS_S = 0.010
GOALS = {"sweep_full": 4, "sweep_canonical": 10, "loop_lag_p99_ms": 50, "a_day": 1_000_000}


def main() -> None:
    """Print both ratios, and what a picture costs."""
    asked = _arguments()
    peer("pdqhash", "pdqhash")
    with tempfile.TemporaryDirectory(prefix="ansim-sweep-") as folder:
        hand_over(asyncio.run(_measured(asked, Path(folder))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=4, help="of each way, one after the other")
    parser.add_argument("--naive", type=int, default=400, help="pictures for the naive way, in all")
    parser.add_argument(
        "--known", type=int, default=12, help="sceneries registered with all variants"
    )
    parser.add_argument("--listed", type=int, default=2_000, help="single hashes registered beside")
    parser.add_argument("--copies", type=int, default=20, help="among the pictures")
    parser.add_argument("--profile", action="store_true", help="tell the costs of the main process")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


@dataclass
class Way:
    """What one way took over all its turns."""

    pictures: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    main_cpu: float = 0.0
    matched: int = 0
    lags_ms: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Its figures."""
        told = {
            "pictures": self.pictures,
            "per_s": round(self.pictures / self.seconds, 2),
            "a_day": round(self.pictures / self.seconds * DAY_S),
            "cpu_ms_a_picture": round(1_000 * self.cpu / self.pictures, 2),
            "main_cpu_ms_a_picture": round(1_000 * self.main_cpu / self.pictures, 2),
            "matched": self.matched,
        }
        if self.lags_ms:
            told |= {f"loop_lag_p{p}_ms": round(quantile(self.lags_ms, p), 2) for p in (50, 99)}
        return told


def quantile(values: list[float], percent: float) -> float:
    """The value below which so much of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def _measured(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        plaza = await stack.enter_async_context(Plaza(asked.pictures, asked.copies, asked.known))
        full, canonical = Timed(), Timed()
        one = await opened(stack, folder / "full", plaza.url, asked, full)
        other = await opened(stack, folder / "canonical", plaza.url, asked, canonical, Canonical)
        naive = Naive(plaza.port, one.hashes)
        ways = {"naive": Way(), "full": Way(), "canonical": Way()}
        profile = cProfile.Profile() if asked.profile else None
        say("registered; the sweeps begin")
        for turn in range(asked.turns):
            upto = round(asked.pictures * (turn + 1) / asked.turns)
            await plaza.release(upto)
            first = round(asked.pictures * turn / asked.turns)
            _naive_turn(ways["naive"], naive, first, asked.naive // asked.turns)
            await _turn(ways["canonical"], other.sweeper, canonical, upto)
            await _turn(ways["full"], one.sweeper, full, upto, profile)
            say(f"{upto} pictures: { ({name: way.told()['per_s'] for name, way in ways.items()}) }")
        if profile:
            pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(40)
        told = _result(asked, ways, full, canonical)
        return told | await _second_looks(one.sweeper, ways, full)


async def _second_looks(sweeper: Sweeper, ways: dict[str, Way], timed: Timed) -> dict[str, Any]:
    """What was glanced at is given its full treatment, and both together are set beside the naive way."""
    first, looks, began = ways["full"], timed.full, time.monotonic()
    await look_again(sweeper)
    seconds, count = time.monotonic() - began, timed.full - looks
    whole = Way(first.pictures, first.seconds + seconds)
    per_s, naive = whole.told()["per_s"], ways["naive"].told()["per_s"]
    return {
        "second_looks": {"pictures": count, "per_s": round(count / seconds, 2)},
        "with_second_looks": {"per_s": per_s, "over_naive": round(per_s / naive, 2)},
    }


def _naive_turn(way: Way, naive: Naive, first: int, count: int) -> None:
    cpu, began = time.process_time(), time.monotonic()
    way.matched += sum(naive.look(each) for each in range(first, first + count))
    way.seconds += time.monotonic() - began
    way.cpu += time.process_time() - cpu
    way.main_cpu = way.cpu
    way.pictures += count


async def _turn(
    way: Way, sweeper: Sweeper, timed: Timed, upto: int, profile: cProfile.Profile | None = None
) -> None:
    """Everything that is listed up to here, until it is written down, whatever number of polls it takes."""
    cpu, main_cpu, began = cpu_s(os.getpid()), time.process_time(), time.monotonic()
    watcher = asyncio.create_task(_watch(way.lags_ms))
    with profile or nullcontext():
        while len(timed.taken["fetch"]) < upto:
            way.matched += await run_once(sweeper, "plaza")
    way.seconds += time.monotonic() - began
    watcher.cancel()
    way.cpu += cpu_s(os.getpid()) - cpu
    way.main_cpu += time.process_time() - main_cpu
    way.pictures = upto


async def _watch(lags_ms: list[float]) -> None:
    """How late the event loop is for somebody who naps."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(NAPS_S)
        lags_ms.append(1_000 * (time.monotonic() - began - NAPS_S))


def _result(
    asked: argparse.Namespace, ways: dict[str, Way], full: Timed, canonical: Timed
) -> dict[str, Any]:
    told = {name: way.told() for name, way in ways.items()}
    naive = told["naive"]["per_s"]
    return {
        "ratios": {
            "sweep_full": round(told["full"]["per_s"] / naive, 2),
            "sweep_canonical": round(told["canonical"]["per_s"] / naive, 2),
        },
        "share_full": round(full.full / ways["full"].pictures, 4),
        "copies": asked.copies,
        "ways": told,
        "steps_ms": {"full": full.told(), "canonical": canonical.told()},
        "registered": {"all_variants": asked.known, "single": asked.listed},
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "goals": GOALS,
    }


if __name__ == "__main__":
    main()
