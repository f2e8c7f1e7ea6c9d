"""The front door: wires every floor together, starts it, and holds no logic of its own."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.cli import main
from bot.cli.apart import hash_apart
from bot.clocks import PracticeClock
from bot.logs import set_up_logs
from bot.narration import sample_played
from bot.phones import open_phones, personas
from bot.places import (
    Centre,
    Unreachable,
    key_of,
    live_centre,
    policy_places,
    practice_address,
    practice_centre,
    practice_key,
)
from bot.render.texts import say
from bot.senders import tokens
from bot.senders.slack import SlackSender, web_client
from bot.senders.telegram import TelegramSender
from bot.settings import Mode, Settings
from bot.slack import (
    alerts,
    cases,
    checkins,
    fingerprints,
    keywords,
    leads,
    matches,
    oncall,
    people,
    relay,
    shadows,
    sources,
)
from bot.slack.front import Front as SlackFront
from bot.slack.socket import KeepingHandler, NotKnown
from bot.telegram.front import MOST_SILENCE
from bot.telegram.front import Front as PhoneFront
from domain.outbox import Route
from jobs.connectors import connectors
from jobs.delivery import Courier
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.loops import Loops
from jobs.streams import Streams
from jobs.sweeper import Sweeper
from jobs.table import sources_of, table_of
from jobs.watch import Pulse, pulses_of
from jobs.watch import run as run_watch
from jobs.web import Web
from jobs.websub_server import open_websub
from matching.children import Children
from matching.video_children import VideoChildren
from practice import cast, sample
from practice.server import serve
from practice.world import World
from services import checkup, house, leases, outbox, retention
from services.desk import Desk
from services.examiner import Examiner
from services.people import seat_supervisor
from services.policy import load_policy, texts_in_force
from storage.database import Database
from storage.keys import FileKeyStore
from storage.migrate import upgrade
from storage.sealed import Safe

log = structlog.get_logger()

NOUNS = (alerts, cases, checkins, keywords, leads, matches, oncall, people, relay, shadows, sources)


async def live(settings: Settings, language: str, *, is_empty: bool) -> None:
    """Run the centre until SIGINT or SIGTERM; raises what `bot.cli.startup` turns into sentences."""
    set_up_logs(settings.log_level, language)
    async with AsyncExitStack() as stack:
        database = await take_database(settings, stack)
        centre = await surroundings(settings, stack, is_empty=is_empty)
        loops = await _opened(settings, centre, database, stack)
        _say_ready(settings, centre)
        if _plays_sample(settings, is_empty=is_empty):
            told = partial(_tell_sample, language)
            run_beside(sample.live(centre.practice, hash_apart, told), "sample", stack)
        await _until_stopped()
        await loops.stop()


async def take_database(
    settings: Settings, stack: AsyncExitStack, *, is_shared: bool = False
) -> Database:
    """Ours alone unless shared, once policy and database are seen to fit; until then nothing is touched."""
    load_policy(settings.policies, **policy_places(settings))
    key_of(settings)  # One that is damaged is told of here.
    await checkup.refuse_misfit(settings.database, settings.mode)
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    stack.push_async_callback(database.close)
    database.take_for_this_process(is_shared=is_shared)
    return database


def _plays_sample(settings: Settings, *, is_empty: bool) -> bool:
    """Only into a practice world of our own; one that has its own process plays for itself."""
    is_practice = settings.mode is Mode.PRACTICE
    return is_practice and not is_empty and not practice_address(settings)


async def surroundings(settings: Settings, stack: AsyncExitStack, *, is_empty: bool) -> Centre:
    """Live as the settings say, else a practice world; nobody says that our tokens are wrong."""
    centre = await world_of(settings, stack, is_empty=is_empty)
    try:
        await tokens.slack_bot(centre.slack_bot_token, centre.slack_url)
        await tokens.slack_socket(centre.slack_app_token, centre.slack_url)
    except tokens.Away:
        log.warning("slack_away")  # No reason to leave the phones unheard.
    except tokens.Unknown as error:
        raise Unreachable(f"Slack ({error})") from None
    return replace(centre, places=replace(centre.places, phones=await personas(centre)))


async def world_of(settings: Settings, stack: AsyncExitStack, *, is_empty: bool) -> Centre:
    if settings.mode is Mode.LIVE:
        return live_centre(settings)
    practice = practice_address(settings)
    if not practice:
        world = World(settings.folder / "world", is_empty)
        runner = await serve(world, 0)
        stack.push_async_callback(runner.cleanup)
        practice = world.addresses.practice
    return await practice_centre(settings, practice, cast, partial(practice_key, settings.folder))


async def _opened(
    settings: Settings, centre: Centre, database: Database, stack: AsyncExitStack
) -> Loops:
    """Desk, bots, senders and loops, each closed again in the opposite order."""
    desk, loops = await _desk(settings, centre, database)
    sweeper = await make_sweeper(desk, centre, stack)
    talk = await open_talk(desk, centre, sweeper.examiner, stack)
    watch = partial(watch_over, desk, loops, talk)
    streams = Streams(sweeper)
    stack.push_async_callback(streams.stop)
    table = table_of(desk, talk.couriers, sweeper, talk.tend, watch)
    hubs = await open_websub(sweeper, settings.websub_callback, settings.websub_port, stack)
    loops.take([*table, *hubs, *sources_of(loops, sweeper, streams)])
    await retention.finish_erasures(desk)
    await outbox.free_leases(desk)
    await leases.free_leases(desk)
    loops.start()
    for name, phone in talk.phones.items():
        run_beside(phone.run(), f"phone-{name}", stack)
    if isinstance(centre.clock, PracticeClock):
        everything = partial(wake_all, loops)
        run_beside(centre.clock.follow(centre.practice, everything), "practice-clock", stack)
    return loops


async def _desk(settings: Settings, centre: Centre, database: Database) -> tuple[Desk, Loops]:
    """The database at this release, the safe, the policy in force, and the loops that it wakes."""
    policies = settings.policies
    addresses = {"square": centre.square} if centre.square else {}
    policy = load_policy(policies, **addresses)
    safe = Safe(FileKeyStore(settings.keys, centre.key))
    await asyncio.to_thread(upgrade, settings.database)
    loops = Loops(centre.clock)
    desk = Desk(database, safe, centre.clock, policy, centre.places, loops.wake)
    await house.claim_mode(desk, settings.mode)
    await house.record_policy(desk, texts_in_force(policies))
    await seat_supervisor(desk, centre.first_supervisor)
    return desk, loops


@dataclass(frozen=True)
class Talk:
    """All by which the centre speaks and hears: Slack's front and socket, phones, and what delivers."""

    front: SlackFront
    handler: KeepingHandler
    phones: Mapping[str, PhoneFront]
    couriers: list[Courier]

    async def tend(self) -> None:
        """See that Slack's socket stands, and act on what was left over."""
        await self.handler.keep_open()
        await self.front.replay()


async def open_talk(desk: Desk, centre: Centre, examiner: Examiner, stack: AsyncExitStack) -> Talk:
    """Open Slack and the phones; an unknown token ends the start."""
    front = _slack(desk, centre, examiner)
    phones = await open_phones(desk, centre)
    couriers = [
        Courier(desk, Route.SLACK, _slack_sender(centre)),
        Courier(desk, Route.TELEGRAM, TelegramSender({n: p.bot for n, p in phones.items()})),
    ]
    handler = KeepingHandler(front, desk, centre.slack_app_token)
    stack.push_async_callback(handler.close_async)
    await _connect(handler)
    return Talk(front, handler, phones, couriers)


def _slack(desk: Desk, centre: Centre, examiner: Examiner) -> SlackFront:
    client = web_client(centre.slack_bot_token, centre.slack_url)
    tables = [noun.TABLE for noun in NOUNS]
    return SlackFront(desk, client, [*tables, fingerprints.table_with(examiner)])


async def _connect(handler: KeepingHandler) -> None:
    """Open Slack's socket for the first time; an unknown token ends the start."""
    try:
        await handler.keep_open()
    except NotKnown as error:
        raise Unreachable(f"Slack ({error})") from None


async def make_sweeper(desk: Desk, centre: Centre, stack: AsyncExitStack) -> Sweeper:
    guard = Guard(centre.loopback)
    web, children, videos = Web(guard, contact=centre.contact), Children(), VideoChildren(1)
    fetcher = GuardedFetcher(guard, contact=centre.contact)
    stack.push_async_callback(web.close)
    stack.push_async_callback(fetcher.close)
    stack.push_async_callback(asyncio.to_thread, children.close)
    stack.push_async_callback(asyncio.to_thread, videos.close)
    examiner = Examiner(children, videos, desk.policy.tiers)
    return Sweeper(desk, examiner, web, fetcher, connectors(desk.clock), centre.keyring)


def _slack_sender(centre: Centre) -> SlackSender:
    own = web_client(centre.slack_bot_token, centre.slack_url)
    if not centre.slack_user_token:
        return SlackSender(own)
    return SlackSender(own, web_client(centre.slack_user_token, centre.slack_url))


async def watch_over(desk: Desk, loops: Loops, talk: Talk) -> None:
    """Tell of loops, roads, polls and the socket where they have stopped doing well."""
    phones = talk.phones.items()
    polls = [Pulse(f"poll-{name}", phone.last_good_s, MOST_SILENCE) for name, phone in phones]
    socket = Pulse("slack-socket", lambda: talk.handler.last_good_s, MOST_SILENCE)
    await run_watch(desk, [*pulses_of(loops, talk.couriers), *polls, socket])


def wake_all(loops: Loops) -> None:
    for name in loops.beats:
        loops.wake(name)


def run_beside(work: object, name: str, stack: AsyncExitStack) -> None:
    """A task that lives as long as the centre."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]  # a coroutine of any result
    task.set_name(name)

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)


def _say_ready(settings: Settings, centre: Centre) -> None:
    for language in ("ko", "en"):
        where = centre.practice or centre.slack_url
        log.info(say(language, "start.ready", mode=settings.mode, where=where))
        if centre.practice:
            log.info(say(language, "start.practice"))
            log.info(say(language, "start.try", where=where))


def _tell_sample(language: str, part: str) -> None:
    log.info(sample_played(language, part))


async def _until_stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    main()
