"""A loop that runs in another process is woken there, and all are when a connection stands again."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import pytest

from domain.processes import ProcessRole
from jobs.loops import Loops, Row
from jobs.roles import HAND_OUT, REGISTER, heard_by, rows_of, waking
from services.desk import Desk
from services.fingerprints import LOOK_BACK
from storage.wakes import Wakes
from tests.conftest import FakeClock, Woken


@dataclass
class Ear:
    """What one process heard, and how often everything was woken."""

    heard: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    stood: "asyncio.Queue[None]" = field(default_factory=asyncio.Queue)

    def wakes(self, url: str) -> Wakes:
        return Wakes(url, self.heard.put_nowait, lambda: self.stood.put_nowait(None))


async def test_what_one_process_calls_another_hears(pg_url: str) -> None:
    here, there = Ear(), Ear()
    caller, hearer = here.wakes(pg_url), there.wakes(pg_url)
    running = [asyncio.create_task(each.run()) for each in (caller, hearer)]
    await there.stood.get()
    caller.call("sweep-square")
    caller.call("sweep-square")
    caller.call("delivery-slack")
    assert [await there.heard.get(), await there.heard.get()] == ["delivery-slack", "sweep-square"]
    assert there.heard.empty()
    await _stop(*running)


async def test_after_a_lost_connection_everything_is_woken_and_calls_go_on(pg_url: str) -> None:
    ear = Ear()
    wakes = ear.wakes(pg_url)
    running = asyncio.create_task(wakes.run())
    await ear.stood.get()
    wakes.call("one")
    assert await ear.heard.get() == "one"
    async with await psycopg.AsyncConnection.connect(pg_url, autocommit=True) as session:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        asked = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"  # noqa: S608 - the words stand right above.
        await session.execute(asked.encode())
    await ear.stood.get()
    wakes.call("two")
    assert await ear.heard.get() == "two"
    await _stop(running)


class Slow:
    """A connection on which each NOTIFY takes until the test lets it pass, or for ever."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.passes = asyncio.Semaphore(0)

    async def execute(self, _query: str, values: tuple[str, str]) -> None:
        self.begun.put_nowait(values[1])
        await self.passes.acquire()


def _carried(wakes: Wakes, session: Slow) -> "asyncio.Task[None]":
    return asyncio.create_task(wakes._carry(session))  # type: ignore[arg-type]  # it only executes


async def test_a_call_that_is_made_while_its_forerunner_is_carried_is_carried_too() -> None:
    wakes, session = Ear().wakes("postgresql://db.example/ansim"), Slow()
    running = _carried(wakes, session)
    wakes.call("look-back")
    assert await session.begun.get() == "look-back"
    wakes.call("look-back")
    session.passes.release()
    async with asyncio.timeout(5):
        assert await session.begun.get() == "look-back"
    await _stop(running)


async def test_on_a_connection_that_hangs_a_call_is_given_up_and_made_again_on_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.wakes._LOOKED_AT_EVERY_S", 0.01)
    wakes, hung, next_one = Ear().wakes("postgresql://db.example/ansim"), Slow(), Slow()
    wakes.call("look-back")
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await _carried(wakes, hung)
    running = _carried(wakes, next_one)
    async with asyncio.timeout(5):
        assert await next_one.begun.get() == "look-back"
    await _stop(running)


async def _stop(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _nothing() -> None:
    pass


def _loops(*names: str) -> Loops:
    clock = FakeClock()
    return Loops(clock, [Row(name, timedelta(seconds=1), _nothing) for name in names])


async def test_a_loop_of_this_process_is_woken_here_and_any_other_elsewhere() -> None:
    loops, elsewhere = _loops("here"), Woken()
    wake = waking(loops, elsewhere)
    wake("here")
    wake("there")
    assert elsewhere == ["there"]


async def test_a_worker_hears_of_changed_fingerprints_as_of_its_register(desk: Desk) -> None:
    turns: list[str] = []

    async def refreshed() -> None:
        turns.append("register")

    loops = Loops(desk.clock, [Row(REGISTER, desk.policy.bundle_for, refreshed)])
    loops.start()
    await loops.settled()
    heard = heard_by(loops)
    heard(LOOK_BACK)
    await loops.settled()
    heard("sweep-square")
    await loops.settled()
    await loops.stop()
    assert turns == ["register", "register"]


async def test_every_loop_runs_in_one_role_and_health_in_each() -> None:
    names = ("delivery-slack", "delivery-telegram", "tend", "tally", "health")
    more = ("deadlines", "sweep-square", LOOK_BACK, "audit", HAND_OUT)
    table = [Row(name, timedelta(seconds=1), _nothing) for name in names + more]
    found = {role: [row.name for row in rows_of(role, table)] for role in ProcessRole}
    assert found == {
        ProcessRole.ALL: [*names, *more],
        ProcessRole.BOT: [*names],
        ProcessRole.SCHEDULER: ["health", *more],
        ProcessRole.WORKER: ["health"],
    }
