"""The centre at full speed for half an hour: memory, items and lag, drawn into docs/soak.svg.

A square that never runs dry is swept by a centre in a process of its own. Every few seconds its
memory and that of its children is read, and the square tells what was fetched, and how long after it
was made.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.cases import take_in
from benchmarks.crash import policy
from benchmarks.measuring import hand_over, say
from benchmarks.processes import cpu_s, resident_mb
from benchmarks.soak_world import BASE, KNOWN
from benchmarks.stand import Stand
from practice.stage import Stage

WARM_UP = 0.2  # This share of the time counts for nothing.
GOAL_GROWTH = 0.05
_EVERY_S = 5.0
_SOURCE = f"""checked_on = 2026-11-01
[[source]]
name = "endless"
kind = "mastodon"
url = "{{square}}{BASE}"
every_seconds = 1.0
calls = 1000000
per_seconds = 300.0
"""


def main() -> None:
    """Draws the graph and prints the figures."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="ansim-soak-") as folder:
        samples = asyncio.run(_soaked(asked, Path(folder)))
    if asked.graph:
        from benchmarks.soak_plot import draw  # Nothing else needs what draws.

        draw(samples, asked.graph)
    hand_over(result(samples) | {"processors": os.cpu_count()})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=_EVERY_S, help="seconds between two looks")
    parser.add_argument("--graph", type=Path, help="where it is drawn: docs/soak.svg")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


@dataclass(frozen=True)
class Sample:
    """One look: memory in 10^6 bytes, what was fetched so far, the lags since the last look."""

    at_s: float
    own_mb: float
    children_mb: float
    items: int
    cpu_s: float
    lags_s: tuple[float, ...]
    load: float

    @property
    def mb(self) -> float:
        """All of its memory."""
        return self.own_mb + self.children_mb


async def _soaked(asked: argparse.Namespace, folder: Path) -> list[Sample]:
    async with AsyncExitStack() as stack:
        world = (sys.executable, "-m", "benchmarks.soak_world")
        stand = Stand(folder, policy() | {"sources.toml": _SOURCE}, world=world)
        await stack.enter_async_context(stand)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        stage = Stage(http, stand.practice)
        await stand.start_bot()
        await take_in(stage, [KNOWN])
        began = time.monotonic()
        samples = []
        while time.monotonic() - began < 60 * asked.minutes:
            await asyncio.sleep(asked.every)
            samples.append(await _sample(stand, stage, time.monotonic() - began))
            if len(samples) % 12 == 0:
                say(str({**asdict(samples[-1]), "lags_s": len(samples[-1].lags_s)}))
    return samples


async def _sample(stand: Stand, stage: Stage, at_s: float) -> Sample:
    told = await stage.get(f"{BASE}/figures")
    own, children = resident_mb(stand.pid)
    lags = tuple(told["lags_s"])
    return Sample(
        round(at_s, 1), own, children, told["fetched"], cpu_s(stand.pid), lags, os.getloadavg()[0]
    )


def result(samples: Sequence[Sample]) -> dict[str, Any]:
    """The figures of a run: growth is the last third's middle over the first third's, after warming up."""
    steady = samples[int(len(samples) * WARM_UP) :]
    third = max(1, len(steady) // 3)
    first, last = steady[:third], steady[-third:]
    lags = sorted(lag for each in steady for lag in each.lags_s) or [0.0]
    span_s = max(1e-9, steady[-1].at_s - steady[0].at_s)
    items = steady[-1].items - steady[0].items
    return {
        "minutes": round(samples[-1].at_s / 60, 1),
        "items": samples[-1].items,
        "items_per_s": round(items / span_s, 2),
        "memory_growth": round(_middle(last) / _middle(first) - 1, 4),
        "memory_growth_main": round(_middle_main(last) / _middle_main(first) - 1, 4),
        "memory_mb": [round(_middle(first), 1), round(_middle(last), 1)],
        "lag_p50_s": round(lags[len(lags) // 2], 2),
        "lag_p99_s": round(lags[min(len(lags) - 1, int(len(lags) * 0.99))], 2),
        "cpu_ms_an_item": round(1_000 * (steady[-1].cpu_s - steady[0].cpu_s) / max(1, items), 1),
        "load": round(statistics.fmean(each.load for each in steady), 1),
        "goal_growth": GOAL_GROWTH,
    }


def _middle(samples: Sequence[Sample]) -> float:
    return statistics.median(each.mb for each in samples)


def _middle_main(samples: Sequence[Sample]) -> float:
    return statistics.median(each.own_mb for each in samples)


if __name__ == "__main__":
    main()
