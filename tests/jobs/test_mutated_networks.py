"""Whatever a network answers, its connector gives a page or says what is wrong, and nothing else."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import Gap, MalformedSource, Page, Term, Watch
from jobs.answers import Answer
from jobs.sources import Connector, Http
from tests.conftest import START, FakeClock
from tests.peers import fourchan, reddit, telegram_channels, tumblr, x
from tests.scripted_web import Script

AT = int(START.timestamp())
SECRETS = {"key": "k", "bearer": "b", "id": "i", "secret": "s"}
FILM = {
    "media_key": "7_1",
    "variants": [{"content_type": "video/mp4", "bit_rate": 1, "url": "https://v.example/a.mp4"}],
    "preview_image_url": "https://v.example/a.jpg",
}
BLOCKS = [
    {"type": "image", "media": [{"url": "https://m.example/1.jpg", "width": 9}], "alt_text": "x"},
    {
        "type": "video",
        "media": {"url": "https://m.example/v"},
        "poster": [{"url": "x", "width": 1}],
    },
]
GALLERY = {
    "media_metadata": {"a": {"s": {"u": "https://p.example/a"}}},
    "gallery_data": {"items": [{"media_id": "a", "caption": "c"}]},
    "preview": {"images": [{"source": {"url": "https://p.example/p"}}]},
    "crosspost_parent_list": [{"media": {"reddit_video": {"fallback_url": "https://v.example"}}}],
}
TWEET = x.Tweet(5, "호수", (FILM, x.photo(1)))
SHOWN = {**fourchan.post(1), "replies": 9, "last_replies": [fourchan.post(2)]}
DOCUMENTS: dict[str, Any] = {
    "tumblr": {
        "meta": {"status": 200},
        "response": [
            tumblr.post(number, AT, content=BLOCKS, body="<img src=a>") for number in range(20)
        ],
    },
    "fourchan": [{"page": 1, "threads": [SHOWN]}],
    "thread": {"posts": [fourchan.post(1), fourchan.post(3)]},
    "x": {
        "data": [TWEET.shown()],
        "includes": {"media": list(TWEET.media)},
        "meta": {"next_token": "t1"},
        "errors": [],
    },
    "reddit": {
        "access_token": "t",
        "expires_in": 9,
        "data": {"after": "t3_1", "children": [{"data": reddit.post(1, AT, **GALLERY)}]},
    },
}
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(
        ["http://[", "//", "\ud800", "\0", "0", "9" * 30, 10**400, 2**62, -1, "<a", "&#x110000;"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=12) | st.sampled_from(["nan", "inf", "-5", "1e400"])
        for name in (
            "retry-after",
            "x-ratelimit-reset",
            "x-rate-limit-reset",
            "last-modified",
            "date",
        )
    },
)
STATUSES = st.sampled_from([200] * 12 + [201, 304, 400, 401, 403, 404, 429, 500])


@dataclass
class Same(Script):
    """Answers everything with the same body, by every way; threads of boards with their own."""

    status: int = 200
    body: bytes = b""
    thread: bytes = b""
    headers: Mapping[str, str] | None = None

    def _answer(self, url: str, given: dict[str, Any]) -> Answer:
        body = self.thread if "/thread/" in url else self.body
        return Answer(self.status, dict(self.headers or {}), body, url)

    async def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        for each in ("", self.body.decode("utf-8", "replace"), ""):
            yield each


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """The document with one or a few of its parts replaced by something odd, or taken away."""
    made = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from(_parts(made) or [({"": made}, "")]))
        if draw(st.booleans()):
            holder[key] = draw(ODD)
        elif isinstance(holder, dict):
            holder.pop(key)
    return made


def _parts(document: Any) -> list[tuple[Any, Any]]:
    """Every place within a document, as what holds it and its key there."""
    keys = (
        document
        if isinstance(document, dict)
        else range(len(document))
        if isinstance(document, list)
        else ()
    )
    found = [(document, key) for key in keys]
    return found + [part for key in keys for part in _parts(document[key])]


@st.composite
def cut(draw: st.DrawFn, body: bytes) -> bytes:
    """Bytes with a stretch replaced by others."""
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 40)))
    return body[:start] + draw(st.binary(max_size=20)) + body[end:]


def watch_of(name: str) -> Watch:
    """A watch with everything that any of the networks needs."""
    address = "https://api.example/r/lake" if name == "reddit" else "https://api.example"
    source = SourcePolicy(name, name, address, timedelta(seconds=60), ("lake",))
    return Watch(source, (Term("k1", "호수"),), {}, SECRETS)


async def read_all(connector: Connector, watch: Watch, http: Http) -> None:
    """Two polls after one another, and what else the network can do."""
    for _ in range(3):
        page = await connector.poll(watch, http)
        assert isinstance(page, Page)
        assert json.loads(json.dumps(page.cursor)) == page.cursor
        assert all(
            json.dumps([each.media_url, each.native_id], ensure_ascii=False).encode()
            for each in page.items
        )
        assert all(each.text.encode() or True for each in page.posts)
        watch = Watch(watch.source, watch.terms, page.cursor or watch.cursor, watch.secrets)


@pytest.mark.parametrize("name", ["fourchan", "reddit", "tumblr", "x"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
async def test_mutated_json_gives_a_page_or_a_trouble(name: str, data: st.DataObject) -> None:
    body = json.dumps(data.draw(mutated(DOCUMENTS[name]))).encode()
    if data.draw(st.integers(0, 3)) == 0:
        body = data.draw(cut(body))
    thread = json.dumps(data.draw(mutated(DOCUMENTS["thread"]))).encode()
    headers = data.draw(HEADERS)
    http = Same(status=data.draw(STATUSES), body=body, thread=thread, headers=headers)
    await _reads(name, http)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
async def test_mutated_html_gives_a_page_or_a_trouble(data: st.DataObject) -> None:
    whole = "".join(telegram_channels.message("lake", number) for number in range(1, 4)).encode()
    body = data.draw(cut(data.draw(cut(b"<html><main class=tgme_channel_history>" + whole))))
    await _reads("telegram_channels", Same(status=data.draw(STATUSES), body=body))


async def _reads(name: str, http: Same) -> None:
    connector: Connector = import_module(f"jobs.sources.{name}").connect(FakeClock())
    watch = watch_of(name)
    with suppress(MalformedSource):  # It says what is wrong, which is all that is asked of it.
        await read_all(connector, watch, http)
    if name == "x":
        await _streams(connector, watch, http)


async def _streams(connector: Connector, watch: Watch, http: Same) -> None:
    told = json.dumps({"data": [{"id": "1", "value": "v", "tag": "k1"}]}).encode()
    http.status, rules = 200, Script(answers={}, said={})
    rules.get = Same(body=told).get  # type: ignore[method-assign]  # Rules are whole, lines are mutated.
    rules.post = Same(body=told).post  # type: ignore[method-assign]  # As above.
    rules.lines = http.lines  # type: ignore[method-assign]  # As above.
    with suppress(MalformedSource):  # As above.
        async for page in connector.stream(watch, rules):
            assert isinstance(page, Page)
        gap = Gap(START - timedelta(hours=1), START)
        assert isinstance(await connector.backfill(watch, gap, http), Page)
