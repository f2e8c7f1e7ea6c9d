"""Nostr against a real relay: signed events come by poll and by stream, and a closed relay says so."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from bot.clocks import SystemClock
from domain.policy import SourcePolicy
from domain.sources import Cursor, Item, Page, Term, Trouble, Watch
from jobs.guard import Guard
from jobs.sources.nostr import Nostr
from jobs.web import Web
from tests.verify.nostr_peer import nostr_relay, publish, signed

pytestmark = pytest.mark.verify

PATIENCE = 30
PICTURE = "https://media.example/hill.jpg"
TAG = Term("k1", "풍경")


class Place:
    """A relay, its connector, and what reaches the one from the other."""

    def __init__(self, relay: str) -> None:
        guard = Guard(frozenset({("127.0.0.1", urlsplit(relay).port or 0)}))
        self.relay, self.web = relay, Web(guard)
        self.connector = Nostr(SystemClock())
        source = SourcePolicy("relay", "nostr", relay, timedelta(seconds=30))
        self.watch = Watch(source, (TAG,))

    async def poll(self, cursor: Cursor) -> Page:
        return await self.connector.poll(replace(self.watch, cursor=cursor), self.web)

    def stream(self, cursor: Cursor) -> Any:
        watch = replace(self.watch, cursor=cursor)
        return aclosing(cast(Any, self.connector.stream(watch, self.web)))


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nostr_relay(tmp_path_factory.mktemp("relay")) as address:
        yield address


@pytest.fixture
async def place(relay: str) -> AsyncIterator[Place]:
    made = Place(relay)
    yield made
    await made.web.close()


def of(event: dict[str, Any], items: tuple[Item, ...]) -> list[tuple[int, str, str]]:
    mine = [item for item in items if item.native_id == event["id"]]
    return [(item.media_index, item.media_url, item.term) for item in mine]


async def test_what_is_published_is_listed_with_its_media(place: Place) -> None:
    note = signed(f"언덕 {PICTURE}")
    shown = signed("그림", ["imeta", "url https://media.example/blob", "m image/webp"], kind=20)
    await publish(place.relay, note, shown)
    page = await place.poll({})
    assert of(note, page.items) == [(0, PICTURE, "")]
    assert of(shown, page.items) == [(0, "https://media.example/blob", "")]


async def test_a_hashtag_finds_its_posts_and_nothing_else(place: Place) -> None:
    tagged, other = signed(f"{PICTURE} #풍경", ["t", "풍경"]), signed(PICTURE)
    await publish(place.relay, tagged, other)
    page = await place.poll({"all": {"high": 2**32}})
    assert of(tagged, page.items) == [(0, PICTURE, "k1")]
    assert of(other, page.items) == []


async def test_a_second_poll_gives_what_came_since_once_more(place: Place) -> None:
    first = await place.poll({})
    note = signed(PICTURE)
    await publish(place.relay, note)
    page = await place.poll(first.cursor or {})
    assert of(note, page.items) == [(0, PICTURE, "")]
    assert page.is_more is False


async def test_what_is_published_arrives_by_the_stream(place: Place) -> None:
    note = signed(f"흐르는 언덕 {PICTURE}", ["t", "풍경"])
    async with asyncio.timeout(PATIENCE), place.stream({}) as pages:
        opened = await anext(pages)
        await publish(place.relay, note)
        page = await anext(pages)
        while not of(note, page.items):
            page = await anext(pages)
    assert of(note, page.items) == [(0, PICTURE, "")]
    said = [post.text for post in page.posts if post.native_id == note["id"]]
    assert said == [f"흐르는 언덕 {PICTURE} 풍경"]
    assert page.cursor["at"] >= opened.cursor["at"]


async def test_an_event_of_the_future_moves_no_cursor_past_now(place: Place) -> None:
    now = int(SystemClock().now().timestamp())
    note = signed(PICTURE, created_at=now + 10 * 365 * 86_400)
    await publish(place.relay, note)
    page = await place.poll({})
    assert of(note, page.items) == [(0, PICTURE, "")]
    assert now <= (page.cursor or {})["all"]["high"] <= int(SystemClock().now().timestamp())


async def test_a_relay_that_answers_nobody_is_said_to_refuse_us(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with nostr_relay(tmp_path_factory.mktemp("closed"), is_closed=True) as address:
        place = Place(address)
        health = await place.connector.health(place.watch, place.web)
        await place.web.close()
    assert health.trouble is not None
    assert health.trouble.trouble is Trouble.KEY_REFUSED
