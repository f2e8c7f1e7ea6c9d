"""Who asks while others are answered is answered with the next, and nobody waits for ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from services.together import Together


@dataclass
class Doubling:
    """Answers with twice the number once it may; remembers what came together."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[list[int]] = field(default_factory=list)
    begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def answer(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append([*numbers])
        self.begun.release()
        await self.opened.wait()
        if 0 in numbers:
            raise ZeroDivisionError
        return [2 * number for number in numbers]


async def test_those_who_ask_meanwhile_are_answered_together() -> None:
    doubling = Doubling()
    together = Together(doubling.answer, most=3)
    first = asyncio.create_task(together.ask(1))
    await doubling.begun.acquire()
    others = [asyncio.create_task(together.ask(number)) for number in range(2, 7)]
    await asyncio.sleep(0)
    doubling.opened.set()
    assert [await first, *(await asyncio.gather(*others))] == [2, 4, 6, 8, 10, 12]
    assert doubling.asked == [[1], [2, 3, 4], [5, 6]]


async def test_what_goes_wrong_is_told_to_those_who_asked_and_to_nobody_else() -> None:
    doubling = Doubling()
    doubling.opened.set()
    together = Together(doubling.answer, most=2)
    asking = [together.ask(number) for number in (1, 0, 3)]
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in told] == [ZeroDivisionError, ZeroDivisionError, int]


async def test_who_no_longer_waits_is_not_asked_for() -> None:
    doubling = Doubling()
    together = Together(doubling.answer, most=2)
    first = asyncio.create_task(together.ask(1))
    await doubling.begun.acquire()
    gone, last = (asyncio.create_task(together.ask(number)) for number in (2, 3))
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    doubling.opened.set()
    assert await last == 6
    assert doubling.asked == [[1], [3]]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_some_are_answered_side_by_side() -> None:
    doubling = Doubling()
    together = Together(doubling.answer, most=1, at_once=2)
    asking = [asyncio.create_task(together.ask(number)) for number in (1, 2, 3)]
    for _ in range(2):
        await doubling.begun.acquire()
    assert doubling.asked == [[1], [2]]
    doubling.opened.set()
    assert await asyncio.gather(*asking) == [2, 4, 6]


@pytest.mark.parametrize("linger_s", [0.0, 0.01])
async def test_who_asks_the_moment_an_answer_comes_is_answered_too(linger_s: float) -> None:
    doubling = Doubling()
    doubling.opened.set()
    together = Together(doubling.answer, most=2, linger_s=linger_s)

    async def asking(first: int) -> list[int]:
        return [await together.ask(number) for number in range(first, first + 20)]

    async with asyncio.timeout(30):
        told = await asyncio.gather(*map(asking, (1, 100, 200)))
    assert told == [[2 * n for n in range(first, first + 20)] for first in (1, 100, 200)]
