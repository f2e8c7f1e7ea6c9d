"""The watch over ourselves: whatever hasn't done well for too long, in real seconds, is told of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from jobs.delivery import Courier
from jobs.loops import Beat, Loops
from services import health
from services.desk import Desk

LEAST_PATIENCE = timedelta(minutes=2)
TURNS_OF_PATIENCE = 5
ROAD_PATIENCE = timedelta(minutes=5)

log = structlog.get_logger()


@dataclass(frozen=True)
class Pulse:
    """Something that should do well again and again; `last_good_s` is on the monotonic clock."""

    name: str
    last_good_s: Callable[[], float]
    patience: timedelta


def pulses_of(loops: Loops, couriers: Iterable[Courier] = ()) -> list[Pulse]:
    """The pulse of every loop, and of every road by which things leave."""
    return [
        *(_of_loop(name, beat) for name, beat in loops.beats.items()),
        *(_of_road(courier) for courier in couriers),
    ]


def _of_loop(name: str, beat: Beat) -> Pulse:
    patience = max(LEAST_PATIENCE, TURNS_OF_PATIENCE * beat.every)
    return Pulse(name, lambda: beat.last_good_s, patience)


def _of_road(courier: Courier) -> Pulse:
    return Pulse(f"road-{courier.route}", lambda: courier.last_good_s, ROAD_PATIENCE)


async def run(desk: Desk, pulses: Iterable[Pulse]) -> list[str]:
    """Tell of every pulse that has stopped; their names."""
    now_s = desk.clock.monotonic()
    late = []
    for pulse in pulses:
        good_s = pulse.last_good_s()
        if now_s - good_s > pulse.patience.total_seconds():
            log.error("standstill", what=pulse.name, seconds=round(now_s - good_s))
            standstill = f"{good_s:.3f}:{pulse.patience.total_seconds():.0f}"
            await health.tell_of_trouble(desk, pulse.name, standstill)
            late.append(pulse.name)
    return late
