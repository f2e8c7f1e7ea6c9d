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

    Reads one further at most while a batch is dealt with. What came before an error is given first.
    """
    intake = _Intake(arriving)
    try:
        while batch := await intake.batch(most, linger):
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
    """Takes one thing after the other, and can stop waiting without losing the one on its way."""

    def __init__(self, arriving: AsyncIterator[_T]) -> None:
        self._arriving = arriving
        self._coming: asyncio.Task[list[_T]] | None = None

    async def batch(self, most: int, linger: float) -> list[_T]:
        """The next batch; empty at the end. Raises what the stream ended with."""
        found = await self._taken()
        moment = asyncio.create_task(asyncio.sleep(linger))
        try:
            while found and len(found) < most and not moment.done():
                coming = self._expected()
                await asyncio.wait({coming, moment}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    continue
                if coming.exception() or not coming.result():
                    break  # Told when the next batch is asked for.
                found += await self._taken()
        finally:
            moment.cancel()
        return found

    def _expected(self) -> asyncio.Task[list[_T]]:
        self._coming = self._coming or asyncio.create_task(self._next())
        return self._coming

    async def _taken(self) -> list[_T]:
        found = await self._expected()
        self._coming = None
        return found

    async def _next(self) -> list[_T]:
        """What comes next, alone; nothing at the end."""
        async for each in self._arriving:
            return [each]
        return []

    async def close(self) -> None:
        """Stop waiting."""
        if self._coming is not None:
            self._coming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._coming
