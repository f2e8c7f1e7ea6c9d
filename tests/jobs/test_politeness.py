"""Hosts are asked politely, rest when they ask for it, and hold up nobody else."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from aiohttp import web

from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.politeness import Pace, Politeness, Resting
from services.ports import Unfetchable
from tests.conftest import FakeClock
from tests.jobs.test_fetcher import serving

HURRIED = Pace(at_once=2, a_second=10_000.0, patience_s=0.05, most_waiting=1)


def polite(pace: Pace = HURRIED, most_hosts: int = 10) -> tuple[FakeClock, Politeness]:
    clock = FakeClock()
    return clock, Politeness(clock.monotonic, pace, most_hosts=most_hosts)


async def turned_away(politeness: Politeness, host: str = "a") -> float:
    with pytest.raises(Resting) as caught:
        async with politeness.turn(host):
            raise AssertionError("it had its turn")
    return caught.value.seconds


async def test_a_busy_host_gives_appointments_and_others_are_not_held_up() -> None:
    _, politeness = polite()
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(politeness.turn("a"))
        first, second = await turned_away(politeness), await turned_away(politeness)
        async with politeness.turn("b"):
            pass
    assert 0 < first < second
    async with politeness.turn("a"):
        pass


async def test_a_freed_turn_goes_to_who_waits() -> None:
    _, politeness = polite(Pace(1, 10_000.0, 5.0, 8))
    order: list[int] = []

    async def visit(number: int) -> None:
        async with politeness.turn("a"):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(number) for number in range(6)))
    assert order == list(range(6))


async def test_who_gives_up_waiting_takes_nobodys_turn() -> None:
    _, politeness = polite(Pace(1, 10_000.0, 5.0, 8))

    async def visit() -> None:
        async with politeness.turn("a"):
            pass

    async with politeness.turn("a"):
        waiting = [asyncio.create_task(visit()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in done] == [asyncio.CancelledError, type(None), type(None)]


async def test_no_host_is_asked_more_often_than_its_pace() -> None:
    _, politeness = polite(Pace(8, 5.0, 0.05, 8))
    had = 0
    for _ in range(8):
        try:
            async with politeness.turn("a"):
                had += 1
        except Resting:
            break
    assert had == 5


async def test_a_host_rests_as_long_as_it_says_and_its_guests_come_one_after_the_other() -> None:
    clock, politeness = polite()
    politeness.rest("a", 60.0)
    waits = [await turned_away(politeness) for _ in range(3)]
    assert waits == sorted(set(waits))
    assert all(60 < each < 61 for each in waits)
    async with politeness.turn("b"):
        pass
    clock.advance(timedelta(seconds=61))
    async with politeness.turn("a"):
        pass


async def test_a_host_that_only_says_no_rests_longer_each_time_and_a_good_answer_ends_that() -> (
    None
):
    _, politeness = polite()
    waits = []
    for _ in range(3):
        politeness.rest("a", None)
        waits.append(round(await turned_away(politeness)))
    politeness.well("a")
    politeness.rest("b", 10**9)
    assert waits == [5, 10, 20]
    assert await turned_away(politeness, "b") < 86_400 + 2


async def test_a_host_that_fails_has_one_turn_at_a_time_until_it_does_well() -> None:
    _, politeness = polite()
    with pytest.raises(OSError, match="broken"):
        async with politeness.turn("a"):
            raise OSError("broken")
    async with politeness.turn("a"):
        await turned_away(politeness)
    async with politeness.turn("a"), politeness.turn("a"):
        pass


async def test_what_is_known_of_hosts_has_an_end() -> None:
    _, politeness = polite(most_hosts=10)
    async with politeness.turn("kept"):
        for number in range(1_000):
            async with politeness.turn(f"host-{number}"):
                pass
        assert len(politeness) == 10


@pytest.mark.parametrize(
    ("status", "header", "least"),
    [(429, "120", 120), (503, "7", 7), (503, "soon", 5), (429, "", 5)],
)
async def test_a_host_that_asks_for_a_rest_is_given_it(
    status: int, header: str, least: int
) -> None:
    asked: list[str] = []

    async def busy(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Retry-After": header})

    clock = FakeClock()
    async with serving(a=busy) as port:
        fetcher = GuardedFetcher(
            Guard(frozenset({("127.0.0.1", port)})), politeness=Politeness(clock.monotonic)
        )
        told = []
        for _ in range(3):
            with pytest.raises(Unfetchable) as caught:
                await fetcher.fetch(f"http://127.0.0.1:{port}/a")
            told.append((caught.value.reason, caught.value.retry_after))
        await fetcher.close()
    assert asked == ["/a"]
    assert {reason for reason, _ in told} == {"resting"}
    waits = [wait for _, wait in told if wait is not None]
    assert (len(waits), waits) == (3, sorted(waits))
    assert waits[0] > timedelta(seconds=least)
