"""The queue between a scheduler and its workers: procrastinate, in a schema of its own in the same PostgreSQL.

A job is a wake with the ids of candidates, never more: one that is lost is told again. Needs the
extra `distributed`; nothing of it is loaded before a queue is made.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, LiteralString

import structlog

Look = Callable[[list[int]], Awaitable[object]]

log = structlog.get_logger()

_QUEUE = "examine"
_SCHEMA = "procrastinate"
_SILENT_S = 30.0
_BEAT_S = 5.0
_POLLED_EVERY_S = 5.0
_AGAIN_S = 1.0
_FAREWELL_S = 10.0
_COUNT: LiteralString = """
SELECT count(*) AS waiting FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status = 'todo'
"""
_IS_THERE: LiteralString = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS is_there"
_MAKE: LiteralString = "CREATE SCHEMA IF NOT EXISTS procrastinate"


@dataclass(frozen=True)
class Told:
    """What one job says: look at these candidates."""

    ids: tuple[int, ...]


class Queue:
    """One for a process; open it before use, and close it after the worker's end."""

    def __init__(self, url: str) -> None:
        from procrastinate import App, PsycopgConnector

        options = f"-c search_path={_SCHEMA}"
        self._connector = PsycopgConnector(
            conninfo=url, kwargs={"options": options}, min_size=1, max_size=4
        )
        self._app = App(connector=self._connector)
        self._look: Look | None = None
        self._task = self._app.task(queue=_QUEUE, name=_QUEUE)(self._examine)

    async def open(self) -> None:
        """Connect; raises procrastinate's ConnectorException where the database is away."""
        await self._app.open_async()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._app.close_async()

    async def prepare(self) -> None:
        """Make procrastinate's tables where they aren't there; for the scheduler alone."""
        await self._connector.execute_query_async(query=_MAKE)
        found = await self._connector.execute_query_one_async(query=_IS_THERE)
        if not found["is_there"]:
            await self._app.schema_manager.apply_schema_async()

    async def is_prepared(self) -> bool:
        """Whether a scheduler has made its tables."""
        found = await self._connector.execute_query_one_async(query=_IS_THERE)
        return bool(found["is_there"])

    async def waiting(self) -> int:
        """How many jobs no worker has begun."""
        found = await self._connector.execute_query_one_async(query=_COUNT, queue=_QUEUE)
        return int(found["waiting"])

    async def tell(self, jobs: Sequence[Told]) -> None:
        """Tell workers where to look, all at once."""
        if jobs:
            told: list[dict[str, Any]] = [{"ids": [*job.ids]} for job in jobs]
            await self._task.batch_defer_async(*told)

    async def tidy(self) -> int:
        """Drop the jobs of workers that have gone: what they left is told anew by its leases. How many."""
        from procrastinate.jobs import Status

        left = list(
            await self._app.job_manager.get_stalled_jobs(
                queue=_QUEUE, seconds_since_heartbeat=_SILENT_S
            )
        )
        for job in left:
            await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        return len(left)

    async def work(self, look: Look, at_once: int) -> None:
        """Look at what is told, for ever; a database that is away is waited for.

        When cancelled it lets the jobs in hand end for a while, and comes back after the last.
        """
        self._look = look
        while True:
            worker = asyncio.create_task(self._worked(at_once), name="queue-worker")
            try:
                await asyncio.shield(worker)
            except asyncio.CancelledError:
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker  # The app may be closed only after it.
                raise
            except Exception as error:  # noqa: BLE001 - a worker goes on; what it caught is logged
                log.error("queue_failed", error=type(error).__name__)
            await asyncio.sleep(_AGAIN_S)

    async def _worked(self, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[_QUEUE],
            concurrency=at_once,
            fetch_job_polling_interval=_POLLED_EVERY_S,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=_FAREWELL_S,
            update_heartbeat_interval=_BEAT_S,
            stalled_worker_timeout=_SILENT_S,
        )

    async def _examine(self, ids: list[int]) -> None:
        if self._look is not None:
            await self._look(ids)
