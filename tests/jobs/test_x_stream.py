"""The filtered stream of X: rules that equal the words, posts, silences, gaps and disconnects."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import Cursor, Gap, MalformedSource, Page, Term, Trouble, Watch
from jobs.sources.x import connect
from jobs.sources.x_posts import query
from tests.conftest import START, FakeClock
from tests.peers.loopback import Reading, reading, served
from tests.peers.x import BEARER, Tweet, XPeer, line, photo
from tests.scripted_web import Script, answer

AT = int(START.timestamp())
LAKE, HILL = Term("key-호수", "호수"), Term("key-산", "산")
URL = "https://api.x.example"
RULES = f"{URL}/2/tweets/search/stream/rules"
FIELDS = (
    "expansions=attachments.media_keys"
    "&media.fields=url%2Cpreview_image_url%2Cvariants%2Ctype%2Calt_text"
    "&tweet.fields=created_at%2Cattachments"
)
STREAM = f"{URL}/2/tweets/search/stream?{FIELDS}"


async def first(x: Reading, count: int) -> list[Page]:
    """So many pages of a stream, which is closed then."""
    found = list[Page]()
    async with aclosing(x.connector.stream(x.watch, x.http)) as pages:
        async for page in pages:
            found.append(page)
            if len(found) == count:
                break
    return found


async def scripted(*said: str, cursor: Cursor | None = None) -> list[Page]:
    """Pages of a stream that says these lines and ends."""
    source = SourcePolicy("x", "x", URL, timedelta(seconds=60))
    rules = {"data": [{"id": "1", "value": query(LAKE), "tag": LAKE.key}]}
    script = Script({RULES: answer(json.dumps(rules))}, said={STREAM: said})
    watch = Watch(source, (LAKE,), cursor or {}, {"bearer": BEARER})
    return [page async for page in connect(FakeClock()).stream(watch, script)]


async def test_posts_arrive_with_the_word_that_they_matched() -> None:
    peer = XPeer(lines=[line(Tweet(5, "호수", (photo(5),)), LAKE.key), ""])
    async with served(peer.app()) as (base, http):
        pages = await first(reading(connect(FakeClock()), base, http, "호수", bearer=BEARER), 2)
        peer.ends.set()
    assert [page.cursor for page in pages] == [{"at": AT}, {"at": AT}]
    found = [(item.native_id, item.media_url, item.term) for item in pages[1].items]
    assert found == [("5", "https://pbs.example/media/5.jpg", LAKE.key)]


async def test_rules_are_made_to_be_the_words() -> None:
    peer = XPeer(rules={"old": {"value": "else", "tag": "gone"}})
    async with served(peer.app()) as (base, http):
        await first(reading(connect(FakeClock()), base, http, "호수", "산", bearer=BEARER), 1)
        peer.ends.set()
        wanted = [{"value": query(term), "tag": term.key} for term in (LAKE, HILL)]
        assert list(peer.rules.values()) == wanted
        changes = len(peer.asked)
        peer.most_open = 2
        await first(reading(connect(FakeClock()), base, http, "호수", "산", bearer=BEARER), 1)
        assert list(peer.rules.values()) == wanted
        assert len(peer.asked) == changes + 2


async def test_a_word_that_x_refuses_as_a_rule_is_told_and_the_others_are_heard() -> None:
    peer = XPeer()
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", "길" * 1100, bearer=BEARER)
        opened = (await first(x, 1))[0]
        peer.ends.set()
    assert opened.trouble is not None
    assert opened.trouble.detail == "1 rules refused"
    assert [rule["tag"] for rule in peer.rules.values()] == [LAKE.key]


async def test_a_short_silence_is_repeated_by_x_where_it_may_be() -> None:
    peer = XPeer()
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        x.watch = Watch(x.watch.source, x.watch.terms, {"at": AT - 90}, x.watch.secrets)
        assert (await first(x, 1))[0].gap is None
        peer.ends.set()
    assert peer.asked[-1][1]["backfill_minutes"] == "2"


async def test_a_silence_that_x_doesnt_repeat_is_a_gap() -> None:
    peer = XPeer(is_enterprise=False)
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        x.watch = Watch(x.watch.source, x.watch.terms, {"at": AT - 90}, x.watch.secrets)
        opened = (await first(x, 1))[0]
        peer.ends.set()
    assert opened.gap == Gap(START - timedelta(seconds=270), START)
    long = await scripted("", cursor={"at": AT - 4000})
    assert long[0].gap == Gap(START - timedelta(seconds=4180), START)


async def test_a_second_connection_is_refused_and_said_to_be_too_many() -> None:
    peer = XPeer(most_open=0)
    async with served(peer.app()) as (base, http):
        with pytest.raises(MalformedSource, match="too_many"):
            await first(reading(connect(FakeClock()), base, http, "호수", bearer=BEARER), 1)


async def test_keep_alives_move_the_cursor_once_a_minute() -> None:
    clock = FakeClock()
    source = SourcePolicy("x", "x", URL, timedelta(seconds=60))
    rules = answer(json.dumps({"data": [{"id": "1", "value": query(LAKE), "tag": LAKE.key}]}))
    script = Script({RULES: rules}, said={STREAM: [""] * 8})
    watch = Watch(source, (LAKE,), {}, {"bearer": BEARER})
    told_lines = script.lines

    async def lines(url: str, headers: dict[str, str] | None = None) -> AsyncGenerator[str, None]:
        async for each in told_lines(url, headers):
            clock.advance(timedelta(seconds=20))
            yield each

    script.lines = lines  # type: ignore[method-assign,assignment]  # Each line comes twenty seconds later.
    cursors = [page.cursor async for page in connect(clock).stream(watch, script)]
    assert cursors == [{"at": AT + 20}, {"at": AT + 80}, {"at": AT + 140}]


async def test_an_operational_disconnect_ends_the_stream_and_says_so() -> None:
    error = {
        "title": "operational-disconnect",
        "disconnect_type": "UpstreamOperationalDisconnect",
        "type": "https://api.twitter.com/2/problems/operational-disconnect",
    }
    with pytest.raises(MalformedSource, match="stream_ended: UpstreamOperationalDisconnect"):
        await scripted("", json.dumps({"errors": [error]}))
    full = {"title": "ConnectionException", "connection_issue": "TooManyConnections"}
    with pytest.raises(MalformedSource, match="too_many: TooManyConnections"):
        await scripted("", json.dumps({"errors": [full]}))


async def test_a_line_that_cant_be_read_is_told_and_the_next_is_read() -> None:
    pages = await scripted("", '{"data": {"id"', line(Tweet(6, "호수"), LAKE.key))
    assert [page.trouble.trouble if page.trouble else None for page in pages] == [
        None,
        Trouble.NOT_JSON,
        None,
    ]
    assert pages[1].cursor is None
    assert [post.native_id for post in pages[2].posts] == ["6"]


async def test_without_words_no_stream_is_opened() -> None:
    peer = XPeer(rules={"old": {"value": "else", "tag": "gone"}})
    async with served(peer.app()) as (base, http):
        assert await first(reading(connect(FakeClock()), base, http, bearer=BEARER), 1) == []
    assert peer.rules == {}
