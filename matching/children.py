"""Hostile media is decoded in killable processes with limits and, if possible, no network."""

import asyncio
import concurrent.futures
import multiprocessing
import os
from multiprocessing.context import BaseContext

from pebble import ProcessExpired, ProcessPool

from domain.fingerprints import Print
from matching import child
from matching.decoding import MOST_BYTES, Undecodable, Why

TIME_OUT = 15.0
_PICTURES_PER_CHILD = 2_000  # A fresh process now and then takes back what a decoder leaked.


class Children:
    """Decoding processes that start with the first picture and are replaced when they die.

    Close it once; afterwards nothing can be hashed.
    """

    def __init__(self, processes: int | None = None, *, time_out: float = TIME_OUT) -> None:
        self._time_out = time_out
        self._pool = ProcessPool(
            max_workers=processes or os.cpu_count() or 1,
            max_tasks=_PICTURES_PER_CHILD,
            initializer=child.confine,
            context=_context(),
        )

    async def hash_picture(self, data: bytes) -> Print:
        """The print of one picture. Raises Undecodable; when cancelled, kills the process."""
        if not data:
            raise Undecodable(Why.EMPTY)
        if len(data) > MOST_BYTES:  # Known here already, so it needn't go through the pipe.
            raise Undecodable(Why.TOO_LARGE)
        future = self._pool.schedule(child.hash_confined, args=(data,), timeout=self._time_out)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, concurrent.futures.TimeoutError):
            raise Undecodable(Why.TIMEOUT) from None
        except (ProcessExpired, MemoryError):
            raise Undecodable(Why.CRASHED) from None

    async def is_network_cut(self) -> bool:
        """Whether a decoding process has no way to any network, by asking one."""
        future = self._pool.schedule(child.network_namespace, timeout=self._time_out)
        namespace = await asyncio.wrap_future(future)
        return namespace not in ("", child.network_namespace())

    def close(self) -> None:
        """Kill the processes; what was being hashed fails as crashed or cancelled."""
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it unannotated.
        self._pool.join()


def _context() -> BaseContext:
    """Processes that inherit neither memory nor connections of ours."""
    ways = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
