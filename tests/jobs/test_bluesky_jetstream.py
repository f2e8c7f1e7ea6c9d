"""Jetstream: its events, and the gap of which it says nothing."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sources import Cursor, Gap, MalformedSource, Page, Trouble
from jobs.sources.batches import Flawed
from jobs.sources.bluesky import Bluesky
from jobs.sources.bluesky_jetstream import Event, read_event
from tests.conftest import START, FakeClock
from tests.jobs.bluesky_said import CID, DID, HOUR, NOW, commit, event, ids, watch
from tests.scripted_web import Said, Script

VIEW = "https://view.example#jetstream=https://stream.example/"
PATH = "wss://stream.example/subscribe?wantedCollections=app.bsky.feed.post"
SECOND = 1_000_000


def saying(*events: Said, since: int | None = None) -> Script:
    asked = f"&cursor={since - 5 * SECOND}" if since is not None else ""
    return Script(said={PATH + asked: events})


async def read(script: Script, cursor: Cursor | None = None, url: str = VIEW) -> list[Page]:
    stream = Bluesky(FakeClock()).stream(watch("bluesky", url, cursor), script)
    return [page async for page in stream]


async def test_the_first_page_says_from_when_nothing_is_lost() -> None:
    first, page = await read(saying(event(NOW - SECOND, "a")))
    assert (first.cursor, first.items, first.gap) == ({"at": NOW}, (), None)
    assert (ids(page), page.cursor, page.gap) == (["a"], {"at": NOW}, None)
    assert (
        page.items[0].media_url == f"https://cdn.bsky.app/img/feed_fullsize/plain/{DID}/{CID}@jpeg"
    )


async def test_the_last_event_is_asked_for_again_a_little_earlier() -> None:
    at = NOW - HOUR
    script = saying(event(at - SECOND, "a"), event(at, "a"), event(at + SECOND, "b"), since=at)
    [page] = await read(script, {"at": at})
    assert (ids(page), page.cursor, page.gap) == (["a", "a", "b"], {"at": at + SECOND}, None)


async def test_a_cursor_that_was_silently_moved_leaves_a_gap() -> None:
    at, first = NOW - 50 * HOUR, NOW - 36 * HOUR
    [page] = await read(saying(event(first, "a"), event(first + 1, "b"), since=at), {"at": at})
    assert page.gap == Gap(START - timedelta(hours=50), START - timedelta(hours=36))
    assert (ids(page), page.cursor) == (["a", "b"], {"at": first + 1})


async def test_events_out_of_order_and_of_the_future_move_the_cursor_to_now_at_most() -> None:
    at = NOW - HOUR
    said = event(at + 2, "a"), event(at + 1, "b")
    [page] = await read(saying(*said, since=at), {"at": at})
    assert page.cursor == {"at": at + 2}
    [page] = await read(saying(*said, event(NOW + 9 * HOUR, "c"), since=at), {"at": at})
    assert (page.cursor, page.gap) == ({"at": NOW}, None)


async def test_a_cursor_of_the_future_is_asked_for_as_now() -> None:
    [page] = await read(saying(event(NOW, "a"), since=NOW), {"at": NOW + HOUR})
    assert page.cursor == {"at": NOW}


async def test_what_is_no_new_post_is_ignored_and_moves_the_cursor() -> None:
    said = (
        event(NOW - 5, operation="delete"),
        event(NOW - 4, collection="app.bsky.feed.like"),
        event(NOW - 3, record={"$type": "app.bsky.feed.like"}),
        event(NOW - 2, record=None),
        json.dumps({"did": DID, "time_us": NOW - 1, "kind": "identity"}),
    )
    _, page = await read(saying(*said))
    assert (page.posts, page.items, page.cursor) == ((), (), {"at": NOW})


async def test_a_changed_post_is_looked_at_again() -> None:
    _, page = await read(saying(event(NOW, "a", operation="update")))
    assert ids(page) == [f"a#{CID[-12:]}"]


async def test_broken_events_cost_themselves_alone() -> None:
    broken: list[Said] = ["", "{", "[]", b"\xff\xfe", "[" * 9_000, '{"time_us": "1"}', "1" * 5_000]
    _, page = await read(saying(*broken, event(NOW, "a"), *broken))
    assert ids(page) == ["a"]


async def test_events_without_end_come_in_pages_of_fifty() -> None:
    _, *pages = await read(saying(*(event(NOW, f"r{number}") for number in range(120))))
    assert [len(page.posts) for page in pages] == [50, 50, 20]


async def test_a_relay_may_take_its_place() -> None:
    url = "https://view.example#relay=https://relay.example"
    path = "wss://relay.example/xrpc/com.atproto.sync.subscribeRepos"
    [page] = await read(Script(said={path: [commit(3, START, "a")]}), url=url)
    assert (ids(page), page.cursor) == (["a"], {"seq": 3, "at": NOW})
    assert page.items[0].media_url.startswith("https://cdn.bsky.app/img/")


async def test_a_part_that_is_no_address_is_said_to_be_one() -> None:
    with pytest.raises(MalformedSource) as caught:
        await read(Script(), url="https://view.example#jetstream=stream")
    assert caught.value.trouble is Trouble.BAD_ADDRESS


ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1.5, 1 << 80, "", "x", [], {}, {"a": []}, {"$type": "app.bsky.feed.post"}]
)
PARTS = ("did", "time_us", "kind", "commit")
OF_COMMIT = ("operation", "collection", "rkey", "record", "cid")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, ANYTHING)),
    st.fixed_dictionaries({}, optional=dict.fromkeys(OF_COMMIT, ANYTHING)),
)
def test_any_json_is_an_event_or_flawed(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    for made in (outer, {**outer, "commit": inner}, json.loads(event(NOW, **inner))):
        with suppress(Flawed):
            assert isinstance(read_event(json.dumps(made)), Event)


@given(st.binary(max_size=100))
def test_any_bytes_are_an_event_or_flawed(data: bytes) -> None:
    with suppress(Flawed):
        assert isinstance(read_event(data), Event)
