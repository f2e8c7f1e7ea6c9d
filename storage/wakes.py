"""Waking the loops of other processes over PostgreSQL, by LISTEN and NOTIFY.

A wake may be lost with a connection: every loop also runs by its interval, and after a connection
stands again all are woken.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg

from storage.database import libpq

_CHANNEL = "ansim_wake"
_AGAIN_S = 0.5
_LOOKED_AT_EVERY_S = 5.0

Heard = Callable[[str], None]
Everything = Callable[[], None]


class Wakes:
    """One for a process. `call` returns at once; `run` carries the calls both ways until it is cancelled."""

    def __init__(self, url: str, heard: Heard, everything: Everything) -> None:
        self._url = libpq(url)
        self._heard = heard
        self._everything = everything
        self._called: set[str] = set()
        self._is_called = asyncio.Event()

    def call(self, loop: str) -> None:
        """Wake this loop wherever it runs; the same name twice before it is carried goes once."""
        self._called.add(loop)
        self._is_called.set()

    async def run(self) -> None:
        """Listen and carry, for ever; a connection that is lost is made anew."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._again(self._listen), name="wakes-listen")
            both.create_task(self._again(self._carry), name="wakes-carry")

    async def _again(self, work: Callable[[psycopg.AsyncConnection], object]) -> None:
        while True:
            with suppress(psycopg.Error, OSError, TimeoutError):
                session = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
                async with session:
                    await work(session)  # type: ignore[misc]  # Either of the two below.
            await asyncio.sleep(_AGAIN_S)

    async def _listen(self, session: psycopg.AsyncConnection) -> None:
        await session.execute(f"LISTEN {_CHANNEL}".encode())
        self._everything()
        while True:
            async for told in session.notifies(timeout=_LOOKED_AT_EVERY_S):
                self._heard(told.payload)
            async with asyncio.timeout(_LOOKED_AT_EVERY_S):
                await session.execute("SELECT 1")

    async def _carry(self, session: psycopg.AsyncConnection) -> None:
        while True:
            while not self._called:
                self._is_called.clear()
                await self._is_called.wait()
            for name in sorted(self._called):
                await self._notify(session, name)

    async def _notify(self, session: psycopg.AsyncConnection, name: str) -> None:
        """Carry one call; one that is made meanwhile is a new one, and one that fails is still to be made."""
        self._called.discard(name)
        try:
            async with asyncio.timeout(_LOOKED_AT_EVERY_S):
                await session.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, name))
        except BaseException:
            self.call(name)
            raise
