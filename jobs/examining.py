"""A worker's turn: take the candidates it is told of, look at each, and keep its leases meanwhile.

A turn doesn't wait for what takes long, as films do: that goes on beside the next turns, for else a few
of them would stop a worker.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial

import structlog

from domain.sightings import Candidate
from jobs.candidates import examine_one
from jobs.sweeper import Sweeper
from services import leases, matches

PATIENCE_S = 10.0  # Real seconds.
MOST_BESIDE = 8  # Looks that go on beside; a turn with more of them waits.
_AT_ONCE = 16

log = structlog.get_logger()

_Looks = dict["asyncio.Task[int]", int]


async def examine_told(sweeper: Sweeper, ids: Sequence[int]) -> int:
    """Look at those of the candidates that are still due; how many matches there are by its end."""
    candidates = await leases.take(sweeper.desk, ids, sweeper.owner)
    if not candidates:
        return 0
    await matches.refresh(sweeper.desk, sweeper.examiner)  # It says what a look must find.
    looks = _begun(sweeper, candidates)
    try:
        async with _kept(sweeper, [*looks.values()]):
            await _until_few_are_left(looks, sweeper)
    except BaseException:
        await _broken_off(looks)
        raise
    slow = {look: id_ for look, id_ in looks.items() if not look.done()}
    if slow:
        _let_go_on(sweeper, slow)
    return sum([look.result() for look in looks if look.done()])


def _begun(sweeper: Sweeper, candidates: Sequence[Candidate]) -> _Looks:
    hands = asyncio.Semaphore(_AT_ONCE)

    async def look(candidate: Candidate) -> int:
        async with hands:
            return await examine_one(sweeper, candidate)

    return {asyncio.create_task(look(each), name="look"): each.id for each in candidates}


async def _until_few_are_left(looks: _Looks, sweeper: Sweeper) -> None:
    _, left = await asyncio.wait(looks, timeout=PATIENCE_S)
    while left and len(left) > MOST_BESIDE - sweeper.hands.beside:
        _, left = await asyncio.wait(left, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)


def _let_go_on(sweeper: Sweeper, looks: _Looks) -> None:
    """Those that are left of a turn; the lease of each is kept until it has ended."""
    for look, id_ in looks.items():
        keeping = asyncio.create_task(_keep(sweeper, [id_]), name="leases")
        look.add_done_callback(partial(_ended, keeping, id_))
    sweeper.hands.let_go_on(looks)


def _ended(keeping: "asyncio.Task[None]", candidate: int, look: "asyncio.Task[int]") -> None:
    keeping.cancel()
    error = None if look.cancelled() else look.exception()
    if error is not None:
        # No traceback: its message could hold an address.
        log.error("look_broken_off", candidate=candidate, error=type(error).__name__)


async def _broken_off(looks: Collection["asyncio.Task[int]"]) -> None:
    for each in looks:
        each.cancel()
    await asyncio.gather(*looks, return_exceptions=True)


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
