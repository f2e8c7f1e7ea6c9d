"""Streams in batches: few commits, no waiting, no end to what one side may send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import count

import pytest

from domain.sources import MalformedSource, Trouble
from jobs.sources.batches import MOST_FLAWED, Flawed, batches, sound
from tests.scripted_web import Script


async def arriving(*given: int | Exception) -> AsyncIterator[int]:
    for each in given:
        if isinstance(each, Exception):
            raise each
        yield each


async def endless() -> AsyncIterator[int]:
    for number in count():
        yield number


async def test_what_arrives_at_once_is_one_batch() -> None:
    assert [batch async for batch in batches(arriving(1, 2, 3))] == [[1, 2, 3]]


async def test_a_batch_is_no_longer_than_it_may_be() -> None:
    found = [batch async for batch in batches(arriving(*range(5)), most=2)]
    assert found == [[0, 1], [2, 3], [4]]


async def test_what_has_no_end_comes_in_batches_all_the_same() -> None:
    async with aclosing(batches(endless(), most=3)) as given:
        assert [await anext(given), await anext(given)] == [[0, 1, 2], [3, 4, 5]]


async def test_what_came_is_given_although_nothing_follows() -> None:
    silence = asyncio.Event()

    async def then_silence() -> AsyncIterator[int]:
        yield 1
        await silence.wait()
        yield 2

    async with aclosing(batches(then_silence(), linger=0.001)) as given:
        assert await anext(given) == [1]
        silence.set()
        assert await anext(given) == [2]


async def test_what_came_before_a_trouble_is_given_first() -> None:
    found = list[list[int]]()
    with pytest.raises(MalformedSource) as caught:
        async for batch in batches(arriving(1, 2, MalformedSource(Trouble.TIMEOUT))):
            found = [*found, batch]
    assert (found, caught.value.trouble) == ([[1, 2]], Trouble.TIMEOUT)


def read(message: str | bytes) -> str:
    if message == "?":
        raise Flawed
    return str(message)


async def test_a_message_that_cannot_be_read_costs_itself_alone() -> None:
    async with Script(said={"wss://x": ["a", "?", "b"]}).socket("wss://x") as socket:
        assert [each async for each in sound(socket, read)] == ["a", "b"]


async def test_a_stream_of_nothing_readable_is_given_up() -> None:
    said = ["a", *["?"] * MOST_FLAWED, "b"]
    async with Script(said={"wss://x": said}).socket("wss://x") as socket:
        found = list[str]()
        with pytest.raises(MalformedSource) as caught:
            async for each in sound(socket, read):
                found = [*found, each]
    assert (found, caught.value.trouble) == (["a"], Trouble.NOT_A_TIMELINE)
