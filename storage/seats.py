"""Seats: what one process of many does at a time, by PostgreSQL's advisory locks on one connection.

Whoever holds a seat asks its connection again and again whether it still stands. It gives up after
`SILENCE_S`; PostgreSQL frees the locks of a connection that has gone or is silent only later, so
that two never sit there at once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum

import psycopg

from storage.database import libpq

ASKED_EVERY_S = 0.5
SILENCE_S = 5.0
_FREED_AFTER_MS = 15_000
_HOUSE = 0x616E7369  # "ansi"; the second number is the seat.
_ENDS = (
    f"SET idle_session_timeout = {_FREED_AFTER_MS}",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 2",
    "SET tcp_keepalives_count = 2",
)


Meanwhile = Callable[[], None]


class Seat(IntEnum):
    """What only one process does at a time; the numbers are known to every release."""

    SCHEDULER = 1
    BOT = 2
    SENDER = 3


class Seated:
    """Some seats, held together by one connection; close it to stand up."""

    def __init__(self, session: psycopg.AsyncConnection) -> None:
        self._session = session

    async def until_lost(self) -> None:
        """Come back when the seats may no longer be ours: then stop at once."""
        with suppress(psycopg.Error, OSError, TimeoutError):
            while True:
                await asyncio.sleep(ASKED_EVERY_S)
                async with asyncio.timeout(SILENCE_S):
                    await self._session.execute("SELECT 1")

    async def close(self) -> None:
        """Let others sit down."""
        await self._session.close()


def _quietly() -> None:
    """Nobody is told that the seats are taken."""


async def seated(url: str, *seats: Seat, meanwhile: Meanwhile = _quietly) -> Seated:
    """Wait until these seats are free and take them, in this order; a database that is away is waited for.

    meanwhile: called once where they aren't free.
    """
    while True:
        with suppress(psycopg.Error, OSError, TimeoutError):
            async with asyncio.timeout(SILENCE_S):
                session = await psycopg.AsyncConnection.connect(libpq(url), autocommit=True)
            try:
                await _take(session, seats, meanwhile)
            except BaseException:
                await session.close()
                raise
            return Seated(session)
        await asyncio.sleep(ASKED_EVERY_S)


async def _take(
    session: psycopg.AsyncConnection, seats: tuple[Seat, ...], meanwhile: Meanwhile
) -> None:
    for ends in _ENDS:
        await session.execute(ends.encode())
    left, is_told = [*seats], False
    while left:
        if await _is_taken(session, left[0]):
            left.pop(0)
            continue
        if not is_told:
            meanwhile()
        is_told = True
        await asyncio.sleep(ASKED_EVERY_S)


async def _is_taken(session: psycopg.AsyncConnection, seat: Seat) -> bool:
    """Tried and not waited for: a statement that waits keeps PostgreSQL from tidying up."""
    async with asyncio.timeout(SILENCE_S):
        asked = await session.execute("SELECT pg_try_advisory_lock(%s, %s)", (_HOUSE, int(seat)))
        found = await asked.fetchone()
    return bool(found and found[0])
