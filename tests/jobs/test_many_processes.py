"""Several processes on one PostgreSQL, each with desk and examiner of its own: nothing slips between."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.examining import examine_told
from jobs.queue import Queue, Told
from jobs.sweep import look_back, run_once
from services import fingerprints, following, leases, matches
from services.desk import Desk
from storage import sources
from storage.database import libpq
from storage.keys import FileKeyStore, KeyErased
from tests.conftest import OFFICER, clock_of
from tests.jobs.processes import House, house_at
from tests.jobs.seen_before import count, gate
from tests.square_sweeps import (
    COPY,
    Shelf,
    jpeg,
    open_case,
    register,
    states,
)

STRANGER = jpeg(8)


@pytest.fixture
async def house(pg_desk: Desk) -> House:
    return house_at(pg_desk)


async def test_what_is_taken_in_is_handed_out_once_and_looked_at_by_a_worker(house: House) -> None:
    await register(house.desk, await open_case(house.desk), 7)
    assert await run_once(house.scheduler, "square") == 0
    ids = house.line.taken()
    await run_once(house.scheduler, "square")
    assert (len(ids), house.line.taken()) == (2, [])
    assert await examine_told(house.worker(COPY, STRANGER), ids) == 1
    assert await states(house.desk) == [("examined", ""), ("examined", "")]


async def test_the_same_told_to_two_workers_is_one_ones_alone(house: House) -> None:
    await register(house.desk, await open_case(house.desk), 7)
    await run_once(house.scheduler, "square")
    ids = house.line.taken()
    both = [house.worker(COPY, STRANGER) for _ in range(2)]
    assert sum(await asyncio.gather(*(examine_told(each, ids) for each in both))) == 1
    assert sum(len(each.fetcher.asked) for each in both if isinstance(each.fetcher, Shelf)) == 2


async def test_what_a_dead_worker_had_is_handed_out_when_its_lease_ends_and_not_before(
    house: House,
) -> None:
    await run_once(house.scheduler, "square")
    ids = house.line.taken()
    dead = await leases.take(house.desk, ids, "the dead one")
    assert house.scheduler.handing is not None
    for wait in (timedelta(), leases.LEASE - timedelta(seconds=1)):
        clock_of(house.desk).advance(wait)
        await house.scheduler.handing.run()
        assert house.line.taken() == []
    await leases.renew(house.desk, ids, "the dead one")
    clock_of(house.desk).advance(leases.LEASE - timedelta(seconds=1))
    await house.scheduler.handing.run()
    assert house.line.taken() == []
    clock_of(house.desk).advance(timedelta(seconds=1))
    await house.scheduler.handing.run()
    assert house.line.taken() == ids
    await leases.renew(house.desk, ids, "the dead one")  # It wasn't dead after all, only slow.
    assert await leases.take(house.desk, ids, "another") != []
    late = house.worker(COPY, STRANGER)
    query = await late.examiner.look(COPY)
    assert await matches.examine(late.desk, late.examiner, dead[0], query) == 0
    assert await states(house.desk) == [("leased", ""), ("leased", "")]


async def test_a_message_that_was_lost_is_told_again(house: House) -> None:
    await run_once(house.scheduler, "square")
    ids = house.line.taken()
    clock_of(house.desk).advance(leases.HANDED_OUT)
    await run_once(house.scheduler, "square")
    assert house.line.taken() == ids


async def test_what_workers_settled_is_found_by_the_scheduler_looking_back(house: House) -> None:
    await run_once(house.scheduler, "square")
    assert await look_back(house.scheduler) == 0  # It has read the past, and follows from here.
    ids = house.line.taken()
    for each in ids:
        await examine_told(house.worker(COPY, STRANGER), [each])
    await register(house.desk, await open_case(house.desk), 7)
    assert (await look_back(house.scheduler), await count(house.desk)) == (1, 1)
    assert len(house.scheduler.examiner.past.seen) == 2


async def test_a_fingerprint_waits_for_what_another_process_settles_and_finds_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is settled without a change is committed before it, so looking back reads it."""
    await register(house.desk, await open_case(house.desk), 9)
    await run_once(house.scheduler, "square")
    await look_back(house.scheduler)
    settling = gate()
    monkeypatch.setattr(sources, "count", settling.before(sources.count))
    worker = house.worker(COPY, COPY)
    working = asyncio.create_task(examine_told(worker, house.line.taken()[:1]))
    await settling.reached.wait()
    case = await open_case(house.desk)
    registering = asyncio.create_task(register(house.desk, case, 7))
    assert (await look_back(house.scheduler), registering.done()) == (0, False)
    settling.opened.set()
    assert [await working, await registering] == [0, 1]
    assert await look_back(house.scheduler) == 1


async def test_what_was_under_way_while_another_was_read_is_read_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(house.desk, await open_case(house.desk), 9)  # There is a number to be held.
    await run_once(house.scheduler, "square")
    past = house.scheduler.examiner.past
    await look_back(house.scheduler)
    first, second = house.line.taken()
    settling = gate()
    with monkeypatch.context() as patch:
        patch.setattr(sources, "count", settling.before(sources.count))
        slow = asyncio.create_task(examine_told(house.worker(COPY, STRANGER), [first]))
        await settling.reached.wait()
    await examine_told(house.worker(COPY, STRANGER), [second])
    assert await following.follow(house.desk, past) == 1
    settling.opened.set()
    await slow
    assert await following.follow(house.desk, past) == 2  # One of them for the second time.
    assert await following.follow(house.desk, past) == 0


async def test_a_worker_hears_of_every_fingerprint_and_withdrawal_of_another_process(
    house: House,
) -> None:
    worker = house.worker()
    await register(house.desk, await open_case(house.desk), 7)
    await matches.refresh(worker.desk, worker.examiner)
    assert len(worker.examiner.register) == 1
    [kept] = (await fingerprints.list_fingerprints(house.desk, OFFICER, "2026-0001"))[1]
    await fingerprints.withdraw(house.desk, OFFICER, kept.id)
    await matches.refresh(worker.desk, worker.examiner)
    assert len(worker.examiner.register) == 0


async def test_a_job_goes_from_one_process_to_another_and_back_if_its_worker_goes(
    pg_url: str,
) -> None:
    here, there = Queue(libpq(pg_url)), Queue(libpq(pg_url))
    await here.open()
    await there.open()
    await here.prepare()
    await here.prepare()
    assert await there.is_prepared()
    looked: asyncio.Queue[list[int]] = asyncio.Queue()
    working = asyncio.create_task(there.work(looked.put, 1))
    await here.tell([Told((1, 2)), Told((3,))])
    assert [await looked.get(), await looked.get()] == [[1, 2], [3]]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await there.close()
    await here.tell([Told((4,))])
    assert (await here.waiting(), await here.tidy()) == (1, 0)
    await here.close()


def test_two_processes_that_make_a_key_at_once_have_the_same(tmp_path: Path) -> None:
    first, second = (FileKeyStore(tmp_path, b"m" * 32) for _ in range(2))
    made: list[bytes] = []
    first_write = first._write

    def overtaken(key_id: str, wrapped: bytes) -> bool:
        made.append(second.make(key_id))
        return first_write(key_id, wrapped)

    first._write = overtaken  # type: ignore[method-assign]  # As if both had seen that there is none.
    assert [first.make("day:2026-11-28")] == made
    second.erase("day:2026-11-28")
    with pytest.raises(KeyErased):
        first.get("day:2026-11-28")
