"""Nostr's relays: what they answer, refuse and make up, asked and listened to."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import Cursor, Gap, Item, MalformedSource, Page, Term, Trouble, Watch
from jobs.sources.batches import MOST_FLAWED, Flawed
from jobs.sources.nostr import Nostr
from jobs.sources.nostr_events import Event, items_of, read_event
from jobs.sources.nostr_messages import event_in, is_end, read_message, require_open
from tests.conftest import START, FakeClock
from tests.scripted_web import Said, Script

RELAY = "https://relay.example"
SOCKET = "wss://relay.example"
SOURCE = SourcePolicy("relay", "nostr", RELAY, timedelta(seconds=30))
NOW = int(START.timestamp())
HOUR = 3_600
PICTURE = "https://media.example/hill.jpg"
TAG = Term("k1", "Hill")
ALL = Term("all", "")


def event(
    content: str = PICTURE, *tags: list[str], at: int = NOW, kind: int = 1, **more: Any
) -> dict[str, Any]:
    """An event whose id is its hash."""
    author = "a" * 64
    held = [0, author, at, kind, list(tags), content]
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    made = {"pubkey": author, "created_at": at, "kind": kind, "tags": list(tags)}
    made |= {"content": content, "sig": "0" * 128, "id": sha256(text.encode()).hexdigest()}
    return {**made, **more}


def given_to(term: str, *events: dict[str, Any]) -> list[Said]:
    """The answer to one question."""
    answers: list[list[Any]] = [["EVENT", term, each] for each in events]
    return [json.dumps(each) for each in [*answers, ["EOSE", term]]]


async def poll(said: list[Said], cursor: Cursor | None = None, *terms: Term) -> Page:
    watch = Watch(SOURCE, terms, cursor or {})
    return await Nostr(FakeClock()).poll(watch, Script(said={SOCKET: said}))


async def stream(said: list[Said], cursor: Cursor | None = None) -> tuple[list[Page], str, Script]:
    script, pages = Script(said={SOCKET: said}), list[Page]()
    try:
        async for page in Nostr(FakeClock()).stream(Watch(SOURCE, (), cursor or {}), script):
            pages = [*pages, page]
    except MalformedSource as trouble:
        return pages, str(trouble), script
    return pages, "", script


def addresses(items: tuple[Item, ...]) -> list[str]:
    return [item.media_url for item in items]


def shown(made: dict[str, Any]) -> list[str]:
    found = read_event(made)
    assert found is not None
    return addresses(items_of(found, RELAY, START))


async def test_a_poll_asks_for_all_and_for_each_word_over_one_connection() -> None:
    made, tagged = event("글"), event(f"{PICTURE}?1", ["t", "hill"])
    script = Script(said={SOCKET: [*given_to("all", made), *given_to("k1", tagged)]})
    page = await Nostr(FakeClock()).poll(Watch(SOURCE, (TAG,), {"k1": {"high": NOW - 9}}), script)
    wanted = {"kinds": [1, 20, 21, 22, 1063], "limit": 100}
    assert [json.loads(sent) for sent in script.sent] == [
        ["REQ", "all", wanted],
        ["CLOSE", "all"],
        ["REQ", "k1", {**wanted, "#t": ["Hill", "hill"], "since": NOW - 309}],
        ["CLOSE", "k1"],
    ]
    assert [(item.native_id, item.media_url, item.term) for item in page.items] == [
        (tagged["id"], f"{PICTURE}?1", "k1")
    ]
    assert [(post.text, post.term) for post in page.posts] == [
        ("글", ""),
        (f"{PICTURE}?1 hill", "k1"),
    ]
    assert page.posts[0].page_url == f"{RELAY}/?event={made['id']}"
    assert page.cursor == {"all": {"high": NOW}, "k1": {"high": NOW}}


def test_media_is_found_in_descriptions_tags_and_text() -> None:
    imeta = ["imeta", "url https://m.example/a", "m image/webp", "image https://m.example/p.jpg"]
    assert shown(event("글", imeta, kind=20)) == ["https://m.example/a", "https://m.example/p.jpg"]
    film = ["imeta", "url https://m.example/f", "m video/mp4"]
    assert shown(event("", film, kind=21)) == ["https://m.example/f"]
    sound = ["imeta", "url https://m.example/s", "m audio/ogg"]
    assert shown(event("", sound)) == []
    tags = [["url", "https://m.example/x"], ["m", "image/png"], ["thumb", "https://m.example/t"]]
    assert shown(event("", *tags, kind=1063)) == ["https://m.example/x", "https://m.example/t"]
    assert shown(event("", ["url", PICTURE], ["url", "https://m.example/page"])) == [PICTURE]
    text = f"보세요({PICTURE}), {PICTURE}와 https://m.example/b.PNG. ftp://m.example/c.png"
    assert shown(event(text)) == [PICTURE, "https://m.example/b.PNG"]


async def test_what_alt_texts_say_is_said() -> None:
    tags = ["imeta", f"url {PICTURE}", "alt 언덕 그림"], ["title", "제목"], ["p", "x"]
    page = await poll(given_to("all", event("글", *tags, kind=20)))
    assert [post.text for post in page.posts] == ["글 제목 언덕 그림"]


@pytest.mark.parametrize(
    "made",
    [
        event(id="0" * 64),
        {**event(), "content": "\ud800"},
        {**event(), "content": "changed"},
        {**event(), "created_at": "1"},
        {**event(), "created_at": True},
        {**event(), "created_at": -1},
        {**event(), "tags": [["t", 3]]},
        {**event(), "tags": None},
        {**event(), "pubkey": None},
        event(kind=7),
        event(kind=5),
        {},
    ],
)
async def test_events_that_are_not_what_they_say_are_left_out(made: dict[str, Any]) -> None:
    good = event("글", at=NOW - 5)
    page = await poll(given_to("all", made, good))
    assert [post.native_id for post in page.posts] == [good["id"]]
    assert page.cursor == {"all": {"high": NOW - 5}}


async def test_an_event_of_the_future_moves_nothing_past_now() -> None:
    page = await poll(given_to("all", event(at=NOW + 10**9), event(at=10**300)))
    assert page.cursor == {"all": {"high": NOW}}
    assert [item.posted_at for item in page.items] == [START, START]


async def test_a_full_answer_is_read_back_until_where_the_last_began() -> None:
    high = NOW - HOUR
    many = [event(f"{PICTURE}?{number}", at=NOW - number) for number in range(100)]
    page = await poll(given_to("all", *many), {"all": {"high": high}})
    assert (len(page.items), page.is_more) == (100, True)
    assert page.cursor == {"all": {"high": high, "new": NOW, "at": NOW - 99}}
    script = Script(said={SOCKET: given_to("all", event(at=high))})
    page = await Nostr(FakeClock()).poll(Watch(SOURCE, (), page.cursor or {}), script)
    asked = json.loads(script.sent[0])[2]
    assert (asked["since"], asked["until"]) == (high - 300, NOW - 99)
    assert (page.cursor, page.is_more) == ({"all": {"high": NOW}}, False)


async def test_an_event_given_twice_counts_once() -> None:
    page = await poll(given_to("all", event(), event()))
    assert len(page.items) == 1


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ([json.dumps(["CLOSED", "all", "auth-required: who are you"])], Trouble.KEY_REFUSED),
        ([json.dumps(["CLOSED", "all", "restricted: members"])], Trouble.KEY_REFUSED),
        ([json.dumps(["CLOSED", "all", "rate-limited: slow"])], Trouble.TOO_MANY),
        ([json.dumps(["CLOSED", "all", "error: full"])], Trouble.STREAM_ENDED),
        ([json.dumps(["NOTICE", "rate-limited"])], Trouble.TOO_MANY),
        ([json.dumps(["NOTICE", "restricted: x"])], Trouble.KEY_REFUSED),
        ([json.dumps(["NOTICE", "hello"]), json.dumps(["AUTH", "x"])], Trouble.STREAM_ENDED),
        ([json.dumps(["EOSE", "other"])], Trouble.STREAM_ENDED),
        ([], Trouble.STREAM_ENDED),
        (["?"] * MOST_FLAWED, Trouble.NOT_A_TIMELINE),
        ([MalformedSource(Trouble.TIMEOUT)], Trouble.TIMEOUT),
        ([json.dumps(["NOTICE", "on and on"])] * 2_000, Trouble.TOO_LARGE),
    ],
)
async def test_a_relay_that_does_not_answer_is_said_not_to(
    said: list[Said], trouble: Trouble
) -> None:
    with pytest.raises(MalformedSource) as caught:
        await poll(said)
    assert caught.value.trouble is trouble


async def test_a_word_that_is_refused_stays_where_it_was() -> None:
    said = [*given_to("all", event()), json.dumps(["CLOSED", "k1", "error: no"])]
    page = await poll(said, {"k1": {"high": 5}}, TAG)
    assert page.cursor == {"all": {"high": NOW}, "k1": {"high": 5}}
    assert page.trouble is not None
    assert page.trouble.trouble is Trouble.STREAM_ENDED


async def test_a_stream_begins_now_and_gives_what_is_new() -> None:
    said = [json.dumps(["EOSE", "all"]), json.dumps(["EVENT", "all", event(at=NOW - 2)])]
    (first, page), _, script = await stream([*said, "?", json.dumps(["EVENT", "x", event()])])
    assert json.loads(script.sent[0])[2]["since"] == NOW
    assert (first.cursor, first.items) == ({"at": NOW}, ())
    assert (addresses(page.items), page.cursor, page.gap) == ([PICTURE], {"at": NOW}, None)


async def test_a_stream_goes_on_from_its_cursor_with_an_overlap() -> None:
    at = NOW - HOUR
    said = given_to("all", event(at=NOW - 9), event("글", at=NOW + HOUR))
    (_, page), _, script = await stream(said, {"at": at})
    assert json.loads(script.sent[0])[2]["since"] == at - 300
    assert (page.cursor, page.gap) == ({"at": NOW}, None)


async def test_what_a_relay_leaves_out_of_the_time_before_is_a_gap() -> None:
    at = NOW - HOUR
    many = [event(f"{PICTURE}?{number}", at=NOW - number) for number in range(100)]
    pages, _, _ = await stream(given_to("all", *many), {"at": at})
    gaps = [page.gap for page in pages if page.gap]
    assert gaps == [Gap(START - timedelta(seconds=HOUR + 300), START - timedelta(seconds=99))]


async def test_a_stream_that_is_closed_gives_what_came_before() -> None:
    closed = json.dumps(["CLOSED", "all", "auth-required: x"])
    (_, page), trouble, _ = await stream([json.dumps(["EVENT", "all", event()]), closed])
    assert (addresses(page.items), trouble) == ([PICTURE], "key_refused: auth-required")


async def test_a_gap_is_filled_in_for_all_and_for_each_word() -> None:
    gap = Gap(START - timedelta(hours=2), START - timedelta(hours=1))
    many = [event(f"{PICTURE}?{number}", at=NOW - HOUR - number) for number in range(100)]
    script = Script(said={SOCKET: [*given_to("all", *many), *given_to("k1")]})
    watch = Watch(SOURCE, (TAG,))
    page = await Nostr(FakeClock()).backfill(watch, gap, script)
    asked = json.loads(script.sent[0])[2]
    assert (asked["since"], asked["until"]) == (NOW - 2 * HOUR, NOW - HOUR + 300)
    assert (len(page.items), page.is_more) == (100, True)
    script = Script(said={SOCKET: given_to("all")})
    rest = replace(watch, cursor=page.cursor or {})
    page = await Nostr(FakeClock()).backfill(rest, gap, script)
    assert (len(script.sent), page.items, page.is_more) == (2, (), False)


def heard(data: str | bytes) -> None:
    """Read a message as polls and streams do."""
    with suppress(Flawed, MalformedSource):
        message = read_message(data)
        require_open(message, ALL)
        assert is_end(message, ALL) in (True, False)
        assert isinstance(event_in(message, ALL), Event | None)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_message_or_flawed(data: bytes) -> None:
    heard(data)


ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 1.5, 10**40, "", "x", [], {}, [[]], [["imeta", 3]]]
)
PARTS = ("id", "pubkey", "created_at", "kind", "tags", "content")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, ANYTHING)), ANYTHING)
def test_any_json_is_a_message_or_flawed(changes: dict[str, Any], odd: Any) -> None:
    for message in (["EVENT", "all", {**event(), **changes}], ["EVENT", "all", odd], [odd, odd]):
        heard(json.dumps(message))
    heard(json.dumps(["CLOSED", "all", odd]))


@given(st.lists(st.lists(st.text("ab :/.#imetaurl", max_size=12), max_size=3), max_size=3))
def test_any_whole_event_can_be_read(tags: list[list[str]]) -> None:
    for kind in (1, 1063):
        assert isinstance(shown(event("", *tags, kind=kind)), list)
