"""The front door of a process that does one part of the work beside others; holds no logic of its own."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog

from bot.__main__ import (
    make_sweeper,
    open_talk,
    run_beside,
    surroundings,
    take_database,
    wake_all,
    watch_over,
    world_of,
)
from bot.clocks import PracticeClock
from bot.logs import set_up_logs
from bot.places import Centre
from bot.render.texts import say
from bot.settings import Settings
from domain.processes import ProcessRole
from jobs.examining import examine_told
from jobs.handing import Handing
from jobs.loops import Loops, Row
from jobs.queue import Queue
from jobs.roles import hand_out_row, heard_by, register_row, rows_of, waking
from jobs.streams import Streams
from jobs.table import sources_of, table_of
from jobs.watch import pulses_of
from jobs.watch import run as run_watch
from jobs.websub_server import open_websub
from services import checkup, house, outbox, retention
from services.desk import Desk
from services.past import Memory
from services.people import seat_supervisor
from services.policy import load_policy, texts_in_force
from services.ports import Loop
from storage.database import Database, libpq
from storage.keys import FileKeyStore
from storage.migrate import upgrade
from storage.sealed import Safe
from storage.seats import Seat, seated
from storage.wakes import Wakes

log = structlog.get_logger()

SEATS = {
    ProcessRole.BOT: (Seat.BOT, Seat.SENDER),
    ProcessRole.SCHEDULER: (Seat.SCHEDULER,),
    ProcessRole.WORKER: (),
}
JOBS_AT_ONCE = 2  # While one waits for the network, the other's media is hashed.
WATCHED_EVERY = timedelta(seconds=30)
_LOOKED_AGAIN_S = 0.5


async def serve(settings: Settings, language: str) -> None:
    """Do this role's work until SIGINT or SIGTERM, and stand by while another process does it."""
    set_up_logs(settings.log_level, language)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait(), name="stop")
    while not stop.is_set():
        turn = asyncio.create_task(_turn(settings), name="turn")
        await asyncio.wait((turn, stopped), return_when=asyncio.FIRST_COMPLETED)
        turn.cancel()  # Harmless where it has ended.
        with suppress(asyncio.CancelledError):
            await turn


async def _turn(settings: Settings) -> None:
    """From sitting down until the seat is lost; whoever has none works until it is cancelled."""
    role = settings.ansim_role
    seats = SEATS[role]
    if not seats:
        await _work(settings)
        return
    await checkup.refuse_misfit(settings.database, settings.mode)
    seat = await seated(settings.database, *seats, meanwhile=partial(_tell, "stands_by", role))
    work = asyncio.create_task(_work(settings), name="work")
    lost = asyncio.create_task(seat.until_lost(), name="seat")
    try:
        await asyncio.wait((work, lost), return_when=asyncio.FIRST_COMPLETED)
        if lost.done():
            _tell("seat_lost", role)
    finally:
        work.cancel()  # Its loops are the first to end.
        lost.cancel()
        await asyncio.wait((work, lost))
        await seat.close()
    if not work.cancelled():
        work.result()


async def _work(settings: Settings) -> None:
    """Open everything that the role needs and run its loops until cancelled."""
    async with AsyncExitStack() as stack:
        loops = await _OPENED[settings.ansim_role](settings, stack)
        stack.push_async_callback(loops.stop)
        loops.start()
        _tell("took_over", settings.ansim_role)
        await asyncio.Event().wait()


async def _open_scheduler(settings: Settings, stack: AsyncExitStack) -> Loops:
    """Prepares database and queue; polls, tells workers, looks back, and minds every deadline."""
    database = await take_database(settings, stack, is_shared=True)
    queue = await _queue(settings, stack)
    centre = await world_of(settings, stack, is_empty=True)
    safe = Safe(FileKeyStore(settings.keys, centre.key))
    await asyncio.to_thread(upgrade, settings.database)
    await queue.prepare()
    desk, loops = _desk(settings, centre, database, safe, stack)
    await house.claim_mode(desk, settings.mode)
    await house.record_policy(desk, texts_in_force(settings.policies))
    await retention.finish_erasures(desk)
    handing = Handing(desk, queue)
    sweeper = replace(await make_sweeper(desk, centre, stack), handing=handing)
    sweeper.examiner.past.memory = Memory.EVERYBODYS
    table = table_of(desk, [], sweeper, _nothing, _own_watch(desk, loops))
    streams = Streams(sweeper)
    stack.push_async_callback(streams.stop)
    table += sources_of(loops, sweeper, streams)
    table += await open_websub(sweeper, settings.websub_callback, settings.websub_port, stack)
    loops.take([*rows_of(settings.ansim_role, table), hand_out_row(handing)])
    return loops


async def _open_worker(settings: Settings, stack: AsyncExitStack) -> Loops:
    """Looks at what it is told of, against a register of its own that follows every change."""
    database = await _prepared(settings, stack)
    queue = await _queue(settings, stack)
    while not await queue.is_prepared():  # noqa: ASYNC110 - another process prepares it
        await asyncio.sleep(_LOOKED_AGAIN_S)
    centre = await world_of(settings, stack, is_empty=True)
    safe = Safe(FileKeyStore(settings.keys, centre.key))
    desk, loops = _desk(settings, centre, database, safe, stack)
    sweeper = await make_sweeper(desk, centre, stack)
    stack.push_async_callback(sweeper.hands.stop)
    sweeper.examiner.past.memory = Memory.NOBODYS
    health = Row("health", WATCHED_EVERY, _own_watch(desk, loops))
    loops.take([register_row(sweeper), health])
    run_beside(queue.work(partial(examine_told, sweeper), JOBS_AT_ONCE), "queue", stack)
    return loops


async def _open_bot(settings: Settings, stack: AsyncExitStack) -> Loops:
    """Hears and answers people in Slack and on phones, and sends everything that leaves."""
    database = await _prepared(settings, stack)
    centre = await surroundings(settings, stack, is_empty=True)
    safe = Safe(FileKeyStore(settings.keys, centre.key))
    desk, loops = _desk(settings, centre, database, safe, stack)
    await seat_supervisor(desk, centre.first_supervisor)
    sweeper = await make_sweeper(desk, centre, stack)  # For pictures that officers hand in.
    talk = await open_talk(desk, centre, sweeper.examiner, stack)
    watch = partial(watch_over, desk, loops, talk)
    table = table_of(desk, talk.couriers, sweeper, talk.tend, watch)
    loops.take(rows_of(settings.ansim_role, table))
    await outbox.free_leases(desk)  # No other process sends.
    for name, phone in talk.phones.items():
        run_beside(phone.run(), f"phone-{name}", stack)
    return loops


async def _prepared(settings: Settings, stack: AsyncExitStack) -> Database:
    """The database, once a scheduler has brought it to this release."""
    is_told = False
    while (await checkup.look_at_database(settings.database, settings.mode)).key != "at_head":
        await checkup.refuse_misfit(settings.database, settings.mode)
        if not is_told:
            _tell("waits_scheduler", settings.ansim_role)
        is_told = True
        await asyncio.sleep(_LOOKED_AGAIN_S)
    return await take_database(settings, stack, is_shared=True)


async def _queue(settings: Settings, stack: AsyncExitStack) -> Queue:
    queue = Queue(libpq(settings.database))
    stack.push_async_callback(queue.close)
    await queue.open()
    return queue


def _desk(
    settings: Settings, centre: Centre, database: Database, safe: Safe, stack: AsyncExitStack
) -> tuple[Desk, Loops]:
    """A desk whose wakes reach the loops of every process."""
    policy = load_policy(settings.policies, **({"square": centre.square} if centre.square else {}))
    loops = Loops(centre.clock)
    everything = partial(wake_all, loops)
    wakes = Wakes(settings.database, heard_by(loops), everything)
    run_beside(wakes.run(), "wakes", stack)
    if isinstance(centre.clock, PracticeClock):
        run_beside(centre.clock.follow(centre.practice, everything), "practice-clock", stack)
    wake = waking(loops, wakes.call)
    return Desk(database, safe, centre.clock, policy, centre.places, wake), loops


def _own_watch(desk: Desk, loops: Loops) -> Loop:
    async def watch() -> None:
        await run_watch(desk, pulses_of(loops))

    return watch


async def _nothing() -> None:
    """What only the bot's loops do."""


def _tell(what: str, role: ProcessRole) -> None:
    for language in ("ko", "en"):
        log.info(say(language, f"start.{what}", what=role))


_OPENED: dict[ProcessRole, Callable[[Settings, AsyncExitStack], Awaitable[Loops]]] = {
    ProcessRole.BOT: _open_bot,
    ProcessRole.SCHEDULER: _open_scheduler,
    ProcessRole.WORKER: _open_worker,
}
