"""Calls to one host are spaced, those to others don't wait for them, and our own hosts never wait."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from domain.networks import NETWORKS, VISITING_S
from jobs.guard import Guard
from jobs.pacer import Pacer
from jobs.web import Web
from tests.jobs.test_fetcher import serving

A, B = "https://a.example/1", "https://b.example/1"


@dataclass
class Time:
    """Seconds that pass only while somebody sleeps; every sleep is noted."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds

    def pacer(self, *own: str, most_hosts: int = 100) -> Pacer:
        return Pacer(own=own, monotonic=lambda: self.now, sleep=self.sleep, most_hosts=most_hosts)


async def test_calls_to_one_host_are_as_far_apart_as_is_asked_for() -> None:
    time, began = Time(), list[float]()
    pacer = time.pacer()

    async def call() -> None:
        await pacer.turn(A, 1.0)
        began.append(time.now)

    await asyncio.gather(*(call() for _ in range(4)))
    time.now += 0.75
    await call()
    time.now += 5
    await call()
    assert began == [100.0, 101.0, 102.0, 103.0, 104.0, 109.0]


async def test_two_hosts_dont_wait_for_one_another_and_ports_are_hosts_of_their_own() -> None:
    time = Time()
    pacer = time.pacer()
    for url in (A, B, "http://a.example/1", "https://a.example:8443/1", "wss://c.example"):
        await pacer.turn(url, 1.0)
    assert time.slept == []
    await pacer.turn("https://A.example:443/other?query", 1.0)
    assert time.slept == [1.0]


async def test_a_host_that_is_waited_for_holds_up_no_other() -> None:
    opened, sleeping = asyncio.Event(), asyncio.Event()

    async def sleep(_seconds: float) -> None:
        sleeping.set()
        await opened.wait()

    pacer = Pacer(monotonic=lambda: 0.0, sleep=sleep)
    await pacer.turn(A, 1.0)
    waiting = asyncio.create_task(pacer.turn(A, 1.0))
    await sleeping.wait()
    await pacer.turn(B, 1.0)
    assert not waiting.done()
    opened.set()
    await waiting


async def test_who_gives_up_waiting_takes_nobodys_turn() -> None:
    time = Time()
    forever = Pacer(monotonic=lambda: time.now, sleep=lambda _: asyncio.Event().wait())  # type: ignore[arg-type,return-value]  # it never comes back
    await forever.turn(A, 1.0)
    tired = asyncio.create_task(forever.turn(A, 1.0))
    await asyncio.sleep(0)
    tired.cancel()
    await asyncio.gather(tired, return_exceptions=True)
    time.now += 1.0
    await forever.turn(A, 1.0)


async def test_a_site_that_wants_calls_further_apart_is_listened_to_up_to_a_minute() -> None:
    time = Time()
    pacer = time.pacer()
    waits = (5.0, 3_600.0, float("inf"), -1.0, 0.0)
    await pacer.turn(A, 1.0)
    for seconds in waits:
        pacer.keep_apart(A, seconds)
        await pacer.turn(A, 1.0)
    assert time.slept == [5.0, 60.0, 60.0, 1.0, 1.0]


async def test_what_is_known_of_hosts_has_an_end() -> None:
    time = Time()
    pacer = time.pacer(most_hosts=10)
    for number in range(1_000):
        await pacer.turn(f"https://host-{number}.example/", 1.0)
    assert (len(pacer), time.slept) == (10, [])


async def hello(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="hello\n")


async def onward(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/a"})


async def test_a_web_spaces_every_call_redirects_too_and_what_stays_open_is_one() -> None:
    time = Time()
    async with serving(a=hello, b=onward) as port:
        base = f"http://127.0.0.1:{port}"
        quiet = Web(Guard(frozenset({("127.0.0.1", port)})), pacer=time.pacer(), time_out=5.0)
        faster = quiet.spaced(0.2)
        assert (await quiet.get(f"{base}/b")).body == b"hello\n"
        assert [line async for line in faster.lines(f"{base}/a")] == ["hello"]
        await faster.post(f"{base}/a")
        quiet.keep_apart(f"{base}/robots.txt", 30.0)
        await faster.get(f"{base}/a")
        await quiet.close()
    assert time.slept == [1.0, 0.2, 0.2, 30.0]


async def test_hosts_of_the_practice_world_never_wait() -> None:
    async def never(_seconds: float) -> None:
        raise AssertionError("it waited")

    async with serving(a=hello) as port:
        guard = Guard(frozenset({("127.0.0.1", port)}))
        assert guard.own == {f"127.0.0.1:{port}"}
        quiet = Web(guard, pacer=Pacer(own=guard.own, sleep=never))
        for _ in range(3):
            await quiet.get(f"http://127.0.0.1:{port}/a")
        await quiet.close()


def test_what_is_read_as_a_visitor_is_asked_once_a_second_at_most() -> None:
    visited = ("rss", "gallery", "sitemap", "fourchan", "telegram_channels")
    assert {NETWORKS[name].spacing_s for name in visited} == {VISITING_S} == {1.0}
    assert min(network.spacing_s for network in NETWORKS.values()) >= 0.1
