"""WebSub, with a hub on loopback: what it says right wakes the sweep, and nothing else does."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from jobs.guard import Guard
from jobs.web import Web
from jobs.websub import Subscriber, is_signed
from jobs.websub_server import listening, open_websub
from services import news, turns
from services.desk import Desk
from tests.conftest import FakeClock
from tests.loopback_hub import LoopbackHub, loopback_hub
from tests.scripted_web import Script
from tests.square_sweeps import SOURCE, Shelf, sweeper_at, swept_desk

BLOG = "blog"


@dataclass
class Scene:
    """A subscriber behind its door, and the hub of its only feed."""

    hub: LoopbackHub
    clock: FakeClock
    subscriber: Subscriber
    woken: list[str]
    feeds: dict[str, str]

    async def after(self, seconds: float) -> int:
        """Let time pass and tend; how often the hub was asked in all."""
        self.clock.advance(timedelta(seconds=seconds))
        await self.subscriber.tend()
        return len(self.hub.asked)


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    async with loopback_hub() as hub:
        web, clock, woken = (
            Web(Guard(frozenset({("127.0.0.1", hub.port)}))),
            FakeClock(),
            list[str](),
        )
        port = free_port()
        callback = f"http://127.0.0.1:{port}/behind/a/proxy/"
        feeds = {BLOG: hub.topic}

        async def known() -> dict[str, str]:
            return feeds

        async def told(source: str) -> None:
            woken.append(source)

        subscriber = Subscriber(web, clock, callback, known, told)
        async with listening(subscriber, port):
            yield Scene(hub, clock, subscriber, woken, feeds)
        await web.close()


@asynccontextmanager
async def subscribed() -> AsyncIterator[Scene]:
    async with scene() as made:
        await made.subscriber.tend()
        assert await made.hub.verify() == (200, "c1")
        yield made


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_a_feed_with_a_hub_is_subscribed_under_a_path_that_nobody_guesses() -> None:
    async with subscribed() as at:
        asked = at.hub.asked[0]
        assert {name: asked[name] for name in ("hub.mode", "hub.topic", "hub.lease_seconds")} == {
            "hub.mode": "subscribe",
            "hub.topic": at.hub.topic,
            "hub.lease_seconds": "864000",
        }
        assert len(asked["hub.callback"].rpartition("/")[2]) >= 40
        assert 40 <= len(asked["hub.secret"]) < 200


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_news_signed_by_the_hub_wake_the_sweep(method: str) -> None:
    async with subscribed() as at:
        assert await at.hub.tell(b"<rss/>", method) == 202
        assert at.woken == [BLOG]


async def test_news_that_the_hub_did_not_sign_wake_nothing() -> None:
    async with subscribed() as at:
        statuses = [
            await at.hub.tell(b"news", secret="guessed"),
            await at.hub.send(b"news", {}),
            await at.hub.send(b"news", {"X-Hub-Signature": "md5=00"}),
            await at.hub.send(b"news", {"X-Hub-Signature": "sha256=\xe9"}),
        ]
        assert (statuses, at.woken) == ([202] * 4, [])


async def test_a_path_that_is_not_ours_is_gone() -> None:
    async with subscribed() as at:
        elsewhere = at.hub.asked[0]["hub.callback"].rpartition("/")[0] + "/guessed"
        assert await at.hub.send(b"news", {}, elsewhere) == 410
        async with at.hub.session.get(elsewhere, params={"hub.mode": "subscribe"}) as said:
            assert said.status == 404


@pytest.mark.parametrize(
    "forged",
    [
        {"topic": "http://elsewhere.example/"},
        {"mode": "unsubscribe"},
        {"mode": ""},
        {"challenge": ""},
    ],
)
async def test_a_forged_challenge_is_not_echoed(forged: dict[str, str]) -> None:
    async with scene() as at:
        await at.subscriber.tend()
        assert await at.hub.verify(**forged) == (404, "")
        assert await at.hub.verify() == (200, "c1")


async def test_a_challenge_that_nobody_asked_for_is_not_echoed() -> None:
    async with subscribed() as at:
        assert await at.hub.verify(lease_seconds="99999999") == (404, "")


async def test_a_lease_is_renewed_before_it_ends_with_the_same_path_and_secret() -> None:
    async with subscribed() as at:
        assert [await at.after(470), await at.after(20)] == [1, 2]
        assert at.hub.asked[0] == at.hub.asked[1]
        assert await at.hub.tell(b"while it is renewed") == 202
        assert await at.hub.verify() == (200, "c1")
        assert [await at.after(470), await at.after(20)] == [2, 3]
        assert at.woken == [BLOG]


async def test_after_a_lease_that_ended_news_are_refused() -> None:
    async with subscribed() as at:
        at.clock.advance(timedelta(seconds=601))
        assert (await at.hub.tell(b"late"), at.woken) == (410, [])


@pytest.mark.parametrize(("lease", "least"), [("0", 300), ("-5", 864_000), ("9" * 40, 864_000)])
async def test_no_lease_is_shorter_or_longer_than_is_reasonable(lease: str, least: int) -> None:
    async with scene() as at:
        await at.subscriber.tend()
        await at.hub.verify(lease_seconds=lease)
        at.clock.advance(timedelta(seconds=least - 1))
        await at.hub.tell(b"news")
        assert at.woken == [BLOG]


async def test_a_hub_that_says_no_is_asked_again_after_a_day() -> None:
    async with subscribed() as at:
        assert await at.hub.verify(mode="denied", reason="<b>no</b>") == (200, "")
        assert (await at.hub.tell(b"news"), at.woken) == (410, [])
        assert [await at.after(86_000), await at.after(500)] == [1, 2]


async def test_a_hub_that_never_asks_back_is_asked_again() -> None:
    async with scene() as at:
        assert [await at.after(0), await at.after(500), await at.after(101)] == [1, 1, 2]


async def test_a_hub_that_fails_is_asked_ever_more_rarely() -> None:
    async with scene() as at:
        at.hub.status = 500
        assert [await at.after(wait) for wait in (0, 30, 31, 61, 60)] == [1, 1, 2, 2, 3]
        assert await at.hub.verify() == (404, "")


async def test_what_is_too_large_is_not_read() -> None:
    async with subscribed() as at:
        assert (await at.hub.tell(b"x" * 5_000_001), at.woken) == (413, [])


def test_a_signature_must_be_of_these_very_bytes() -> None:
    right = "sha1=fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"
    assert [is_signed("", right, b""), is_signed("", right, b" "), is_signed("", "", b"")] == [
        True,
        False,
        False,
    ]


async def test_a_feed_that_is_watched_no_more_is_gone_for_its_hub() -> None:
    async with subscribed() as at:
        del at.feeds[BLOG]
        assert await at.after(0) == 1
        assert (await at.hub.tell(b"news"), at.woken) == (410, [])


async def test_without_an_address_nothing_listens(desk: Desk) -> None:
    sweeper = sweeper_at(desk, Script(), Shelf())
    async with AsyncExitStack() as stack:
        assert await open_websub(sweeper, "", 8080, stack) == []
        assert await open_websub(sweeper, "https://centre.example", 0, stack) == []


async def test_news_make_the_next_turn_of_a_source_due_at_once(desk: Desk) -> None:
    feed = SourcePolicy("blog", "rss", "https://blog.example/feed", timedelta(hours=1))
    woken: list[str] = []

    def wake(loop: str) -> None:
        woken.append(loop)

    at = replace(swept_desk(desk, feed, SOURCE), wake=wake)
    async with AsyncExitStack() as stack:
        sweeper = sweeper_at(at, Script(), Shelf())
        rows = await open_websub(sweeper, "https://centre.example", free_port(), stack)
        assert [row.name for row in rows] == ["websub"]
    assert await news.feeds(at) == {"blog": feed.url}
    assert await turns.begin_turn(at, "blog") is not None
    assert not await turns.is_due(at, "blog")
    await news.hasten(at, "blog")
    assert (await turns.is_due(at, "blog"), woken) == (True, ["sweep-blog"])
