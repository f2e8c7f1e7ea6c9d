"""Handing out: the scheduler tells workers which candidates are due; the table stays the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from jobs.queue import Told
from services import leases
from services.desk import Desk

MOST_TOLD = 50  # Media in a job.
_FEWEST_TOLD = 8  # While nobody waits, many workers may share a page.
_MOST_JOBS = 400  # In the queue: 20,000 media; what is beyond waits in the table.
_AT_ONCE = 1_000

log = structlog.get_logger()


class Queue(Protocol):
    """Where jobs are told."""

    async def waiting(self) -> int: ...

    async def tell(self, jobs: Sequence[Told]) -> None: ...

    async def tidy(self) -> int: ...


@dataclass
class Handing:
    """The scheduler's hands: what is due goes to the queue for as long as that is short.

    called_back: how many were handed out for a second look the last time.
    """

    desk: Desk
    queue: Queue
    called_back: int = 0

    async def hand_out(self, source: str = "") -> int:
        """Tell workers of what is due, of one source or of all; how many candidates."""
        total, waiting = 0, await self.queue.waiting()
        while waiting < _MOST_JOBS:
            most = min(_AT_ONCE, MOST_TOLD * (_MOST_JOBS - waiting))
            ids = await leases.hand_out(self.desk, source, most)
            jobs = [Told(each) for each in _parts(ids, is_quiet=not waiting)]
            await self.queue.tell(jobs)
            total, waiting = total + len(ids), waiting + len(jobs)
            if len(ids) < most:
                break
        return total

    async def run(self) -> None:
        """Everything that is due: what came back, and what was told to a worker that is gone."""
        if left := await self.queue.tidy():
            log.warning("jobs_left", count=left)
        await self.hand_out()


def _parts(ids: Sequence[int], *, is_quiet: bool) -> Iterator[tuple[int, ...]]:
    size = _FEWEST_TOLD if is_quiet and len(ids) <= 2 * MOST_TOLD else MOST_TOLD
    return (tuple(ids[first : first + size]) for first in range(0, len(ids), size))
