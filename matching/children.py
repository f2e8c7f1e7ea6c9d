"""Hostile media is decoded in killable processes with limits and, if possible, no network."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from domain.fingerprints import Print
from matching import child
from matching.decoding import MOST_BYTES, Undecodable, Why

if TYPE_CHECKING:
    from matching.looks import Look
    from matching.registering import Registration

TIME_OUT = 15.0
_PATIENCE = 60.0  # Seconds beyond the time-out; a pool still silent then is itself broken.
_PICTURES_PER_CHILD = 2_000  # A fresh process now and then takes back what a decoder leaked.
_FAREWELL = 10.0
GLANCE = 0.5  # Seconds between two looks at whether the pool itself still works.

Answer = TypeVar("Answer")


class Children:
    """Decoding processes that start with the first picture and are replaced when they die.

    Belongs to one event loop. Close it once; afterwards asking is a RuntimeError.
    """

    def __init__(self, processes: int | None = None, *, time_out: float = TIME_OUT) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._time_out = time_out
        self._hands = asyncio.Semaphore(self._processes)  # Nothing waits inside the pool.
        self._is_closed = False
        self._pool = self._new_pool()

    async def hash_picture(self, data: bytes) -> Print:
        """The print of one picture. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.hash_confined, data)

    async def register(self, data: bytes, *, descriptors: bool) -> "Registration":
        """All that is kept of one picture. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.register_confined, data, descriptors)

    async def look(self, data: bytes, *, with_points: bool) -> "tuple[Look, ...]":
        """The full treatment of one file. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.look_confined, data, with_points)

    async def glance(self, files: Sequence[bytes]) -> "list[child.Glanced]":
        """What a glance at each of some files tells: a look, what is wrong with it, or nothing.

        One that harms the process harms no other: then each is looked at by itself.
        """
        try:
            return await self._ask(child.glance_confined, [*files])
        except Undecodable as flaw:
            if len(files) == 1:
                return [flaw]
            return [found for each in files for found in await self.glance([each])]

    async def is_network_cut(self) -> bool:
        """Whether a decoding process has no way to any network, by asking one."""
        namespace = await self._ask(child.network_namespace)
        return namespace not in ("", child.network_namespace())

    async def is_memory_limited(self) -> bool:
        """Whether a decoding process may take only so much memory, by asking one."""
        return await self._ask(child.is_memory_limited)

    def close(self) -> None:
        """Kill the processes, which takes a moment; what was being hashed fails as crashed."""
        self._is_closed = True
        _end(self._pool).join(_FAREWELL)

    async def _ask(self, question: Callable[..., Answer], *arguments: object) -> Answer:
        async with self._hands:
            if self._is_closed:
                raise RuntimeError("the decoding processes are closed")
            pool = self._pool
            try:
                return await self._answer(pool, question, arguments)
            except TimeoutError:
                raise Undecodable(Why.TIMEOUT) from None
            except (ProcessExpired, MemoryError):
                raise Undecodable(Why.CRASHED) from None
            except BrokenProcessPool:
                self._replace(pool)
                raise Undecodable(Why.CRASHED) from None

    async def _answer(
        self, pool: ProcessPool, question: Callable[..., Answer], arguments: tuple[object, ...]
    ) -> Answer:
        if not pool.active:
            raise BrokenProcessPool
        future = pool.schedule(question, args=arguments, timeout=self._time_out)
        answer = asyncio.wrap_future(future)
        try:
            await self._wait(pool, answer)
            return answer.result()
        finally:
            answer.cancel()  # Without effect on an answer that is there; else it kills the process.

    async def _wait(self, pool: ProcessPool, answer: "asyncio.Future[Answer]") -> None:
        """Until the answer is there, or the pool is closed, broken or silent for too long."""
        clock = asyncio.get_running_loop().time
        latest = clock() + self._time_out + _PATIENCE
        while not (await asyncio.wait([answer], timeout=GLANCE))[0]:
            if not pool.active or clock() > latest:
                raise BrokenProcessPool

    def _replace(self, broken: ProcessPool) -> None:
        """A child that garbles its answers breaks the whole pool; the first to notice renews it."""
        if self._pool is broken and not self._is_closed:
            self._pool = self._new_pool()
            _end(broken)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=_PICTURES_PER_CHILD,
            initializer=child.confine,
            context=context(),
        )


def _check_size(data: bytes) -> None:
    """What is known here already needn't go through the pipe."""
    if not data:
        raise Undecodable(Why.EMPTY)
    if len(data) > MOST_BYTES:
        raise Undecodable(Why.TOO_LARGE)


def _end(pool: ProcessPool) -> threading.Thread:
    """Stop a pool aside: a broken one may never come to its end."""

    def end() -> None:
        pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated.
        pool.join()

    ending = threading.Thread(target=end, name="end of decoding processes", daemon=True)
    ending.start()
    return ending


def context() -> BaseContext:
    """Processes that inherit neither memory nor connections of ours."""
    ways = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
