"""A worker's turn: take the candidates it is told of, look at each, and keep its leases meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from domain.sightings import Candidate
from jobs.candidates import examine_one
from jobs.sweeper import Sweeper
from services import leases, matches

_AT_ONCE = 16

log = structlog.get_logger()


async def examine_told(sweeper: Sweeper, ids: Sequence[int]) -> int:
    """Look at those of the candidates that are still due; how many matches."""
    candidates = await leases.take(sweeper.desk, ids, sweeper.owner)
    if not candidates:
        return 0
    await matches.refresh(sweeper.desk, sweeper.examiner)  # It says what a look must find.
    hands = asyncio.Semaphore(_AT_ONCE)

    async def look(candidate: Candidate) -> int:
        async with hands:
            return await examine_one(sweeper, candidate)

    async with _kept(sweeper, [each.id for each in candidates]):
        return sum(await asyncio.gather(*map(look, candidates)))


async def follow_register(sweeper: Sweeper) -> None:
    """What was registered or withdrawn anywhere counts in this process, also while it is idle."""
    examiner = sweeper.examiner
    before = examiner.number
    await matches.refresh(sweeper.desk, examiner)
    if examiner.number != before:
        log.info("register_followed", count=len(examiner.register))


@asynccontextmanager
async def _kept(sweeper: Sweeper, ids: Sequence[int]) -> AsyncIterator[None]:
    """The leases last for as long as this does."""
    keeping = asyncio.create_task(_keep(sweeper, ids), name="leases")
    try:
        yield
    finally:
        keeping.cancel()


async def _keep(sweeper: Sweeper, ids: Sequence[int]) -> None:
    while True:
        await asyncio.sleep(leases.RENEWED_EVERY_S)
        try:
            await leases.renew(sweeper.desk, ids, sweeper.owner)
        except Exception as error:  # noqa: BLE001 - the next turn tries again, and a lease may be lost
            log.error("lease_not_kept", error=type(error).__name__)
