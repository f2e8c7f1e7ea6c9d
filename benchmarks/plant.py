"""A plant of many workers, simulated event by event from measured costs; the same seed gives the same run.

Posts are listed by a scheduler in pages, told in jobs of fifty, and done by workers: fetched over a
line of their own, hashed and compared on their processors, settled in one database. Every processor
and line is a queue of its own, first come first served.
"""

import heapq
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

JOB = 50
DAY_S = 86_400
SEED = 20
PEAK = 1.5  # The busiest hour over the day's mean: a plant is built for it.
WORKER_CORES = 16
DATABASE_CORES = 32
LINE_BITS_S = 1e10  # Of a machine.
BUSY = 0.7  # No part is planned to be busier.
SIMULATED_JOBS = 20_000
KEPT_DAYS = 90
DAILY = (10**6, 10**7, 10**8, 10**9)


@dataclass(frozen=True)
class Costs:
    """Seconds of processor time a media, and bytes."""

    fetch_s: float
    look_s: float
    compare_s: float
    settle_s: float
    list_s: float
    database_s: float
    picture_bytes: float
    candidate_bytes: float
    fingerprint_bytes: float
    wal_bytes: float = 0.0
    glance_s: float = 0.0

    @classmethod
    def of(cls, found: Mapping[str, float]) -> "Costs":
        """From what `benchmarks.scale` measured; a job's own costs are shared by its media."""
        job_s = (found["job_ms"] + found["job_database_ms"] + found["defer_database_ms"]) / 1_000
        return cls(
            fetch_s=found["fetch_ms"] / 1_000,
            look_s=found["look_full_ms"] / 1_000,
            compare_s=found["compare_ms"] / 1_000,
            settle_s=found["settle_ms"] / 1_000,
            list_s=found["list_ms"] / 1_000,
            database_s=(found["list_database_ms"] + found["settle_database_ms"]) / 1_000
            + job_s / JOB,
            picture_bytes=1_000 * found["picture_kb"],
            candidate_bytes=found["candidate_bytes"],
            fingerprint_bytes=1_000 * found["index_kb_per_fingerprint"],
            wal_bytes=found["list_log_bytes"] + found["settle_log_bytes"],
            glance_s=(found["glance_ms"] + found["compare_glance_ms"]) / 1_000,
        )

    @property
    def worker_s(self) -> float:
        """Of a worker's processors."""
        return self.fetch_s + self.look_s + self.compare_s + self.settle_s

    def per_million(self) -> dict[str, float]:
        """Processor hours by stage, and bytes in 10^9."""
        hours = {
            "fetch": self.fetch_s,
            "look": self.look_s,
            "compare": self.compare_s,
            "settle": self.settle_s,
            "list": self.list_s,
            "database": self.database_s,
        }
        found = {f"{name}_hours": round(1e6 * each / 3_600, 2) for name, each in hours.items()}
        found["all_hours"] = round(1e6 * sum(hours.values()) / 3_600, 2)
        found["fetched_gb"] = round(self.picture_bytes / 1e3, 1)
        found["database_gb"] = round(self.candidate_bytes / 1e3, 2)
        found["database_log_gb"] = round(self.wal_bytes / 1e3, 2)
        return found


@dataclass
class Part:
    """Something that does one thing at a time on each of its places, first come first served."""

    places: int
    free_at: list[float] = field(init=False)
    busy_s: float = 0.0

    def __post_init__(self) -> None:
        self.free_at = [0.0] * self.places

    def take(self, at: float, seconds: float) -> float:
        """When work that comes at this moment and takes so long is done."""
        done = max(at, heapq.heappop(self.free_at)) + seconds
        heapq.heappush(self.free_at, done)
        self.busy_s += seconds
        return done


@dataclass(frozen=True)
class Plant:
    """How much is posted in a second, and what there is to look at it."""

    media_s: float
    workers: int
    database_cores: int = DATABASE_CORES
    schedulers: int = 1
    worker_cores: int = WORKER_CORES


@dataclass(frozen=True)
class Run:
    """How busy each part was, seconds from listing to settling, and the time it took in all."""

    busy: dict[str, float]
    p50_s: float
    p95_s: float
    lasted_s: float

    @property
    def saturated(self) -> str:
        """The part that gives out first."""
        return max(self.busy, key=lambda name: self.busy[name])


def simulated(plant: Plant, costs: Costs, jobs: int = SIMULATED_JOBS) -> Run:
    """So many jobs through a plant, every event in its time."""
    lines, cores = Part(plant.workers), Part(plant.workers * plant.worker_cores)
    schedulers, database = Part(plant.schedulers), Part(plant.database_cores)
    steps: tuple[Callable[[float], float], ...] = (
        lambda at: schedulers.take(at, JOB * costs.list_s),
        lambda at: database.take(at, JOB * costs.database_s / 2),
        lambda at: lines.take(at, JOB * costs.picture_bytes * 8 / LINE_BITS_S),
        lambda at: max(cores.take(at, JOB * costs.worker_s / 8) for _ in range(8)),
        lambda at: database.take(at, JOB * costs.database_s / 2),
    )
    came, waits, last = [*_arrivals(plant, jobs)], list[float](), 0.0
    events = [(at, number, 0) for number, at in enumerate(came)]
    while events:
        at, number, step = heapq.heappop(events)
        if step < len(steps):
            heapq.heappush(events, (steps[step](at), number, step + 1))
        else:
            waits.append(at - came[number])
            last = at
    waits.sort()
    parts = {"workers": cores, "network": lines, "scheduler": schedulers, "database": database}
    busy = {name: round(part.busy_s / part.places / last, 4) for name, part in parts.items()}
    return Run(busy, round(waits[jobs // 2], 3), round(waits[jobs * 95 // 100], 3), last)


def _arrivals(plant: Plant, jobs: int) -> Iterator[float]:
    """By chance, as strangers post."""
    chance, at = random.Random(SEED), 0.0
    for _ in range(jobs):
        at += chance.expovariate(plant.media_s / JOB)
        yield at


def validated(costs: Costs, walk: Mapping[str, float]) -> dict[str, float]:
    """The measured walk of one machine beside the simulation of the same, in processor time.

    One core for all, and a database of one core: what they are busy is what the walk took.
    """
    jobs = max(1, round(walk["walk_media"] / JOB))
    run = simulated(Plant(1e9, 1, 1, worker_cores=1), replace(costs, picture_bytes=0.0), jobs)
    ours = 1_000 * run.lasted_s * (run.busy["workers"] + run.busy["scheduler"]) / (jobs * JOB)
    theirs = 1_000 * run.lasted_s * run.busy["database"] / (jobs * JOB)
    measured = walk["walk_ms"] + walk["walk_database_ms"]
    return {
        "simulated_ms": round(ours + theirs, 2),
        "measured_ms": round(measured, 2),
        "ratio": round((ours + theirs) / measured, 3),
    }


def planned(costs: Costs) -> list[dict[str, Any]]:
    """What each size needs, as the code stands, and with full treatment for one media in twenty."""
    few = replace(costs, look_s=costs.glance_s + costs.look_s / 20, compare_s=costs.compare_s / 20)
    ways = {"full": costs, "screened": few}
    return [_row(way, day, each) for way, each in ways.items() for day in DAILY]


def _row(way: str, day: int, costs: Costs) -> dict[str, Any]:
    media_s = PEAK * day / DAY_S
    workers = math.ceil(media_s * costs.worker_s / BUSY / WORKER_CORES)
    cores = math.ceil(media_s * costs.database_s / BUSY)
    schedulers = math.ceil(media_s * costs.list_s / BUSY)
    run = simulated(Plant(media_s, workers, cores, schedulers), costs)
    alone = simulated(Plant(media_s, workers), costs)
    return {
        "way": way,
        "media_a_day": day,
        "workers": workers,
        "database_cores": cores,
        "schedulers": schedulers,
        "one_database": alone.busy["database"],
        "one_scheduler": round(media_s * costs.list_s, 3),
        "busy": run.busy,
        "p50_s": run.p50_s,
        "p95_s": run.p95_s,
        "network_gbit_s": round(8 * media_s * costs.picture_bytes / 1e9, 2),
        "database_tb_kept": round(day * KEPT_DAYS * costs.candidate_bytes / 1e12, 2),
        "log_mb_s": round(media_s * costs.wal_bytes / 1e6, 1),
        "index_gb_a_worker": round(100_000 * costs.fingerprint_bytes / 1e9, 1),
        "seen_gb": round(day * KEPT_DAYS * 45 / 1e9, 1),
    }
