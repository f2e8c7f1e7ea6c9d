"""Lanes: updates of one chat in their order, chats side by side, and calls for help past everything."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from domain.inbox import Received

log = structlog.get_logger()

Work = Callable[[Received], Awaitable[None]]
MOST_TRIES = 4
RETRY_AFTER_S = 0.5


class Lanes:
    """Hands each letter to `work`; one that fails is tried again in its lane, then given up."""

    def __init__(self, work: Work, give_up: Work, is_urgent: Callable[[Received], bool]) -> None:
        self._work = work
        self._give_up = give_up
        self._is_urgent = is_urgent
        self._waiting: dict[str, deque[Received]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.failures = 0

    def put(self, received: Received) -> None:
        """Take a letter: at once if it is urgent, else after those of its chat that came before."""
        if self._is_urgent(received):
            self._start(self._try(received))
            return
        lane = received.letter.order_key
        if lane in self._waiting:
            self._waiting[lane].append(received)
            return
        self._waiting[lane] = deque([received])
        self._start(self._drain(lane))

    async def idle(self) -> None:
        """Wait until every letter was handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Let go of what is in hand; the inbox still has it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: str) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                await self._try(waiting[0])
                waiting.popleft()
        finally:
            del self._waiting[lane]

    async def _try(self, received: Received) -> None:
        for attempt in range(1, MOST_TRIES + 1):
            try:
                await self._work(received)
            except Exception as error:  # noqa: BLE001 - one letter must not end the lane; it is counted and tried again
                self.failures += 1
                log.error("update_failed", attempt=attempt, error=type(error).__name__)
                await asyncio.sleep(RETRY_AFTER_S * attempt)
            else:
                return
        await self._give_up(received)
