"""A worker's turns: what takes long goes on beside them, with its lease, and ends with the worker."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from jobs import examining
from jobs.examining import examine_told
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from services import leases, matches
from services.desk import Desk
from services.ports import Fetched
from tests.conftest import OFFICER
from tests.jobs.processes import House, house_at
from tests.square_sweeps import COPY, Shelf, jpeg, media, open_case, register

STRANGER = jpeg(8)


@pytest.fixture
async def house(pg_desk: Desk) -> House:
    return house_at(pg_desk)


class Slow(Shelf):
    """Gives the second post's media only when it is told to."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.opened = asyncio.Event()

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        if url == media(2):
            await self.opened.wait()
        return await super().fetch(url, etag)


def slow_worker(house: House, monkeypatch: pytest.MonkeyPatch, beside: int) -> tuple[Sweeper, Slow]:
    monkeypatch.setattr(examining, "PATIENCE_S", 0.2)
    monkeypatch.setattr(examining, "MOST_BESIDE", beside)
    shelf = Slow({media(1): STRANGER, media(2): COPY})
    return replace(house.worker(), fetcher=shelf), shelf


async def test_what_takes_long_goes_on_beside_the_next_turns_with_its_lease(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(house.desk, await open_case(house.desk), 7)
    await run_once(house.scheduler, "square")
    worker, shelf = slow_worker(house, monkeypatch, 1)
    monkeypatch.setattr(leases, "RENEWED_EVERY_S", 0.01)
    renewed = asyncio.Event()
    renew = leases.renew

    async def noted(*given: Any) -> None:
        await renew(*given)
        renewed.set()

    assert await examine_told(worker, house.line.taken()) == 0
    assert (worker.hands.beside, await matches.list_matches(house.desk, OFFICER)) == (1, [])
    monkeypatch.setattr(leases, "renew", noted)
    await renewed.wait()
    shelf.opened.set()
    await asyncio.gather(*worker.hands._going_on)
    assert worker.hands.beside == 0
    assert len(await matches.list_matches(house.desk, OFFICER)) == 1


async def test_a_turn_waits_where_too_much_goes_on_beside_and_is_broken_off_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_once(house.scheduler, "square")
    worker, _ = slow_worker(house, monkeypatch, 0)
    turn = asyncio.create_task(examine_told(worker, house.line.taken()))
    done, _ = await asyncio.wait([turn], timeout=1.0)
    assert not done
    turn.cancel()
    await asyncio.wait([turn])
    assert not [task for task in asyncio.all_tasks() if task.get_name() in ("look", "leases")]


async def test_what_goes_on_beside_ends_with_the_worker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_once(house.scheduler, "square")
    worker, _ = slow_worker(house, monkeypatch, 1)
    await examine_told(worker, house.line.taken())
    await worker.hands.stop()
    assert worker.hands.beside == 0
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "look"]
