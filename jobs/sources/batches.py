"""Streams cut into batches: what arrived within a moment is kept together, and nothing waits for long."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from domain.sources import MalformedSource, Trouble
from jobs.sockets import Socket

MOST = 50
LINGER = 0.5
MOST_FLAWED = 20  # In a row; a stream of nothing else is not what it should be.

_T = TypeVar("_T")


class Flawed(ValueError):
    """One message that can't be read."""


async def batches(
    arriving: AsyncIterator[_T], most: int = MOST, linger: float = LINGER
) -> AsyncGenerator[list[_T], None]:
    """Lists of what arrives: `most` at once, or what came within `linger` seconds of the first.

    Reads `most` further at most while a batch is dealt with. What came before an error is given first.
    """
    intake = _Intake(arriving, most)
    try:
        while batch := await intake.batch(linger):
            yield batch
    finally:
        await intake.close()


async def sound(socket: Socket, read: Callable[[str | bytes], _T]) -> AsyncGenerator[_T, None]:
    """What can be read of a socket; a message that can't costs itself alone.

    Raises MalformedSource where too many in a row can't be read.
    """
    flawed = 0
    async for message in socket:
        try:
            found = read(message)
        except Flawed:
            flawed += 1
            if flawed >= MOST_FLAWED:
                raise MalformedSource(Trouble.NOT_A_TIMELINE, "stream") from None
            continue
        flawed = 0
        yield found


class _Intake(Generic[_T]):
    """Reads on by itself until as much is held as one batch may have."""

    def __init__(self, arriving: AsyncIterator[_T], most: int) -> None:
        self._arriving, self._most = arriving, most
        self._held: list[_T] = []
        self._some, self._full, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def batch(self, linger: float) -> list[_T]:
        """The next batch; empty at the end. Raises what the stream ended with."""
        await self._some.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(linger):
                await self._full.wait()
        found, self._held = self._held, []
        if not self._reading.done():
            self._some.clear()
            self._full.clear()
        self._room.set()
        if not found:
            await self._reading
        return found

    async def _read(self) -> None:
        try:
            async for each in self._arriving:
                self._held.append(each)
                self._some.set()
                if len(self._held) >= self._most:
                    self._full.set()
                    self._room.clear()
                    await self._room.wait()
        finally:
            self._some.set()
            self._full.set()

    async def close(self) -> None:
        """Stop reading."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._reading
