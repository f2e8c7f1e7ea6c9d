"""A scheduler, a bot and three workers as real processes on a real PostgreSQL, some killed in the middle."""

import signal
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from domain.processes import ProcessRole
from practice.play_acts import OFFICER, order
from practice.scenery import jpeg
from practice.square_visitor import Visitor
from tests.verify.plant import TAKEN, Plant

pytestmark = [pytest.mark.verify, pytest.mark.timeout(1500)]

SEEDS = (4242, 4243, 4244)
STRANGERS = 12
GOAL_S = 5.0


async def test_a_killed_worker_and_scheduler_lose_and_double_nothing_and_registers_follow(
    tmp_path: Path, pg_url: str
) -> None:
    async with Plant(tmp_path, pg_url) as plant:
        scheduler, second, workers = await begin(plant)
        numbers = [await plant.register(seed) for seed in SEEDS]
        async with Visitor(plant.practice, "stranger") as visitor:
            await kill_with_work_in_hand(plant, workers, visitor)
            await post(visitor, SEEDS[1])
            scheduler.kill()
            await post(visitor, SEEDS[2])
        await plant.until_told(second, TAKEN)
        await plant.until_alerted(*numbers)
        await plant.until_settled()
        registered_s = await register_and_follow(plant, workers[1:])
        withdrawn_s = await withdraw_and_follow(plant, workers[1:], numbers[0])
        assert max(registered_s, withdrawn_s) < GOAL_S
        async with Visitor(plant.practice, "stranger") as visitor:
            await post(visitor, SEEDS[0])  # Its fingerprint was withdrawn.
            await post(visitor, SEEDS[0] + 9)  # And this one was registered meanwhile.
        await plant.until_alerted("2026-0004")
        await plant.until_settled()
        assert await plant.alerts_of(*numbers, "2026-0004") == [1, 1, 1, 1]


async def begin(plant: Plant) -> tuple[Process, Process, list[Process]]:
    """The processes that work, and a second scheduler that stands by."""
    scheduler = await plant.start(ProcessRole.SCHEDULER)
    await plant.until_told(scheduler, TAKEN)
    roles = (ProcessRole.BOT, *3 * (ProcessRole.WORKER,))
    bot, *workers = [await plant.start(role) for role in roles]
    second = await plant.start(ProcessRole.SCHEDULER)
    for each in (bot, *workers):
        await plant.until_told(each, TAKEN)
    await plant.until_told(second, "stands by")
    await plant.furnish()
    return scheduler, second, workers


async def kill_with_work_in_hand(plant: Plant, workers: list[Process], visitor: Visitor) -> None:
    """The first worker dies with pictures in its hands, which nobody else could have taken."""
    for each in workers[1:]:
        each.send_signal(signal.SIGSTOP)
    await post(visitor, SEEDS[0])
    await plant.until_held()
    workers[0].kill()
    for each in workers[1:]:
        each.send_signal(signal.SIGCONT)


async def post(visitor: Visitor, seed: int) -> None:
    """A copy, re-encoded and resized, among other pictures."""
    for at in range(STRANGERS):
        await visitor.post(f"오늘의 풍경 {at}", jpeg(seed * 100 + at, (640, 480)))
    await visitor.post("#하늘풍경", jpeg(seed, (720, 540), quality=70))


async def register_and_follow(plant: Plant, workers: list[Process]) -> float:
    """Seconds from the answer to whoever registered until every worker sweeps for it."""
    await plant.register(SEEDS[0] + 9)
    return await plant.until_count(workers, 4)


async def withdraw_and_follow(plant: Plant, workers: list[Process], number: str) -> float:
    """Seconds from the answer to whoever withdrew until no worker sweeps for it."""
    await order(plant.stage, OFFICER, "/fingerprint withdraw 1", number)
    return await plant.until_count(workers, 3)
