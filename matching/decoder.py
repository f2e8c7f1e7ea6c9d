"""One decoding process: killed when it hangs, replaced when it dies, and shared with nobody."""

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from multiprocessing.context import BaseContext
from typing import Generic, TypeVar

import structlog
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from matching import child
from matching.decoding import Undecodable, Why

GLANCE = 0.5  # Seconds between two looks at whether the process is still to be heard of.
_START = (
    60.0  # Seconds: a process that hasn't begun by then never will, however busy the machine is.
)
_GRACE = 10.0  # Seconds beyond the time-out, within which whoever overstepped it has been killed.
_FAREWELL = 10.0

Answer = TypeVar("Answer")
One = TypeVar("One", bound="Decoder")

log = structlog.get_logger()


class _NeverBegan(Exception):
    """The process did not so much as receive the question."""


class Decoder:
    """A process that starts with its first question, with a pool of its own: one that falls silent,
    garbles its answers or takes its pipe along holds up no other.

    confine: called first in each new process, with `given`. lifetime: so many questions, then a fresh
    process takes back what a decoder leaked. Belongs to one event loop, and answers one at a time.
    """

    def __init__(
        self, confine: Callable[..., None], *given: object, lifetime: int, time_out: float
    ) -> None:
        self.time_out = time_out
        self._confine, self._given, self._lifetime = confine, given, lifetime
        self._is_closed = False
        self._pool = self._new_pool()

    async def ask(self, question: Callable[..., Answer], *arguments: object) -> Answer:
        """What `question` answers in the process. Raises Undecodable; RuntimeError once it is closed.

        When cancelled, kills the process. A question that never got there is asked again, once:
        whatever went wrong, it can't be the media's doing.
        """
        try:
            try:
                return await self._asked(question, arguments)
            except _NeverBegan:
                return await self._asked(question, arguments)
        except (TimeoutError, _NeverBegan):
            raise Undecodable(Why.TIMEOUT) from None
        except ProcessExpired as flaw:
            log.warning("decoder_died", code=flaw.exitcode)
            raise Undecodable(Why.CRASHED) from None
        except (MemoryError, BrokenProcessPool):
            raise Undecodable(Why.CRASHED) from None

    async def is_network_cut(self) -> bool:
        """Whether the process has no way to any network, by asking it."""
        namespace = await self.ask(child.network_namespace)
        return namespace not in ("", child.network_namespace())

    async def is_memory_limited(self) -> bool:
        """Whether the process may take only so much memory, by asking it."""
        return await self.ask(child.is_memory_limited)

    def close(self) -> threading.Thread:
        """Kill the process, which takes a moment: until the thread ends; what it had in hand crashes."""
        self._is_closed = True
        return _end(self._pool)

    async def _asked(self, question: Callable[..., Answer], arguments: Sequence[object]) -> Answer:
        if self._is_closed:
            raise RuntimeError("the decoding processes are closed")
        pool = self._pool
        try:
            return await self._answer(pool, question, arguments)
        except (BrokenProcessPool, _NeverBegan) as flaw:
            self._renew(pool, flaw)
            raise

    async def _answer(
        self, pool: ProcessPool, question: Callable[..., Answer], arguments: Sequence[object]
    ) -> Answer:
        if not pool.active:
            raise _NeverBegan
        future = pool.schedule(question, args=arguments, timeout=self.time_out)
        answer = asyncio.wrap_future(future)
        try:
            await self._wait(pool, future, answer)
            return answer.result()
        finally:
            answer.cancel()  # Without effect on an answer that is there; else it kills the process.

    async def _wait(
        self, pool: ProcessPool, future: "ProcessFuture[Answer]", answer: "asyncio.Future[Answer]"
    ) -> None:
        """Until the answer is there, or the pool is closed, broken or silent for too long."""
        clock = asyncio.get_running_loop().time
        has_begun, latest = False, clock() + _START
        while not (await asyncio.wait([answer], timeout=GLANCE))[0]:
            if not has_begun and future.running():
                has_begun, latest = True, clock() + self.time_out + _GRACE
            if not pool.active or (clock() > latest and has_begun):
                raise BrokenProcessPool
            if clock() > latest:
                raise _NeverBegan

    def _renew(self, broken: ProcessPool, why: Exception) -> None:
        if self._pool is broken and not self._is_closed:
            log.warning("decoder_renewed", why=type(why).__name__)
            self._pool = self._new_pool()
            _end(broken)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=self._lifetime,
            initializer=self._confine,
            initargs=self._given,
            context=context(),
        )


class Decoders(Generic[One]):
    """Several of them; each is lent to one asker at a time. Close them once."""

    def __init__(self, decoders: Sequence[One]) -> None:
        self._all = tuple(decoders)
        self._free: asyncio.LifoQueue[One] = asyncio.LifoQueue()
        for each in self._all:
            self._free.put_nowait(each)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[One]:
        """The next that is free; the one that was used last, so that the others may stay unstarted."""
        decoder = await self._free.get()
        try:
            yield decoder
        finally:
            self._free.put_nowait(decoder)

    def close(self) -> None:
        """Kill their processes, which takes a moment; what they had in hand fails as crashed."""
        for ending in [each.close() for each in self._all]:
            ending.join(_FAREWELL)


def context() -> BaseContext:
    """Processes that inherit neither memory nor connections of ours."""
    ways = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")


def _end(pool: ProcessPool) -> threading.Thread:
    """Stop a pool aside: a broken one may never come to its end."""

    def end() -> None:
        pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated.
        pool.join()

    ending = threading.Thread(target=end, name="end of decoding processes", daemon=True)
    ending.start()
    return ending
