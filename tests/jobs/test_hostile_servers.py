"""Servers that lie, drip, flood and never end: one note each, and memory and time stay small."""

import asyncio
import gzip
import zlib

import pytest

from domain.films import Content
from domain.sightings import Note
from jobs import fetcher as fetcher_module
from services.ports import Unfetchable
from tests.jobs.hostile_server import (
    Answering,
    Hostile,
    chunked,
    dripping,
    endless,
    fetcher_for,
    head,
    hostile,
)

BOMB = gzip.compress(bytes(30_000_000))
CHUNKED = head("Transfer-Encoding: chunked")
ZIPPED = head("Content-Encoding: gzip", f"Content-Length: {len(BOMB)}") + BOMB
DEFLATED = zlib.compress(b"a picture")
PIECES = b"".join(chunked(b"abc", b"def"))


async def said(here: Hostile, time_out: float = 5.0, path: str = "/a.jpg") -> Note | Content:
    """The bytes, or the note that staff see counted beside the source."""
    async with fetcher_for(here, time_out) as fetcher:
        try:
            return (await fetcher.fetch(here.url(path))).data
        except Unfetchable as flaw:
            return Note(flaw.reason)


@pytest.mark.parametrize(
    "slow",
    [
        dripping(b"HTTP/1.1 200 OK\r\nX-", b"a"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X-More: a\r\n"),
        dripping(head("Content-Length: 9999999"), b"a"),
        dripping(CHUNKED, b"1\r\na\r\n"),
    ],
    ids=["a header", "headers", "a body", "chunks"],
)
async def test_what_drips_ends_in_time(slow: Answering) -> None:
    async with hostile(slow) as here:
        assert await said(here, 0.3) is Note.TIMEOUT


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (endless(head(), b"a" * 65_536), Note.TOO_LARGE),
        (endless(CHUNKED, b"10000\r\n" + b"a" * 65_536 + b"\r\n"), Note.TOO_LARGE),
        (head("Content-Length: 999999999999"), Note.TOO_LARGE),
        (head("Content-Encoding: gzip") + BOMB, Note.TOO_LARGE),
        (ZIPPED, Note.TOO_LARGE),
        (head("Content-Encoding: gzip") + BOMB[:2_000], Note.TRUNCATED),
        (head("Content-Encoding: gzip") + b"no gzip at all", Note.TRUNCATED),
        (head("Content-Encoding: br") + b"\x0b\x02\x80abc\x03", Note.BAD_ANSWER),
        (head("Content-Encoding: gzip, gzip") + BOMB, Note.BAD_ANSWER),
        (head("Content-Encoding: deflate") + DEFLATED, b"a picture"),
        (head("Content-Length: 9") + b"four", Note.TRUNCATED),
        (head("Content-Length: 4") + b"four and more", Note.BAD_ANSWER),
        (head("Content-Length: -1") + b"a", Note.BAD_ANSWER),
        (head("Content-Length: 4", "Content-Length: 5") + b"fourfive", Note.BAD_ANSWER),
        (CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", Note.BAD_ANSWER),
        (CHUNKED + PIECES, Note.TRUNCATED),
        (CHUNKED + b"fffffffffffffffff\r\nabc", Note.BAD_ANSWER),
        (CHUNKED + PIECES + b"0\r\n\r\n", b"abcdef"),
        (head("X-Long: " + "a" * 20_000), Note.BAD_ANSWER),
        (head(*(f"X-{n}: a" for n in range(5_000))), Note.BAD_ANSWER),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X-More: a\r\n" * 99), Note.BAD_ANSWER),
        (b"not http at all\r\n\r\n", Note.BAD_ANSWER),
        (b"", Note.UNREACHABLE),
        (head("Content-Length: 0"), b""),
        (head(status="204 No Content"), Note.EMPTY),
        (head("Content-Length: 2", status="206 Partial Content") + b"ab", Note.BAD_ANSWER),
        (head("Content-Length: 1", status="401 Unauthorized") + b"a", Note.REFUSED),
        (head("Content-Length: 0", status="451 For Legal Reasons"), Note.GONE),
    ],
)
async def test_a_lie_ends_in_one_note(answer: Answering | bytes, note: Note | bytes) -> None:
    async with hostile(answer) as here:
        found = await said(here)
    assert found == note


async def test_media_is_asked_for_unpacked_without_cookies_or_credentials() -> None:
    answer = head("Content-Length: 1", "Set-Cookie: a=b; Path=/", 'ETag: W/"v1"') + b"a"
    async with hostile(answer) as here, fetcher_for(here) as fetcher:
        for _ in range(2):
            await fetcher.fetch(here.url("/a.jpg?token=1"))
        asked = [sorted(request.lower().split("\r\n")[1:-2]) for request in here.asked]
    assert asked[0] == asked[1] == [
        "accept-encoding: identity",
        "accept: image/*,video/*;q=0.8,*/*;q=0.5",
        f"host: 127.0.0.1:{here.port}",
        f"user-agent: {fetcher_module.user_agent('').lower()}",
    ]  # fmt: skip


async def test_proxies_and_passwords_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    async with hostile(head("Content-Length: 1") + b"p") as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        (netrc := tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")  # type: ignore[operator]
        monkeypatch.setenv("NETRC", str(netrc))
        async with hostile(head("Content-Length: 1") + b"a") as here:
            assert await said(here) == b"a"
            assert "authorization" not in here.asked[0].lower()
        assert proxy.asked == []


LEADS_TO = (
    "file:///etc/passwd", "ftp://example.org/a", "data:image/png;base64,AAAA", "javascript:a",
    "gopher://example.org/", "http://127.0.0.1:1/", "http://localhost.:1@127.0.0.1/", "http://[::1]/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    "http://192.168.0.1/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://user:pass@example.org/", "//169.254.169.254/", "http://0.0.0.0/",
    "https://example.org/" + "a" * 3_000,
)  # fmt: skip


@pytest.mark.parametrize("place", LEADS_TO)
async def test_a_redirect_leads_nowhere_but_into_public(place: str) -> None:
    answer = head(f"Location: {place}", "Content-Length: 0", status="302 Found")
    async with hostile(answer) as here:
        assert (await said(here), len(here.asked)) == (Note.BLOCKED, 1)


@pytest.mark.parametrize(
    ("place", "note", "times"),
    [
        ("/a.jpg", Note.REDIRECTS, 6),
        ("", Note.REDIRECTS, 6),
        ("http://[broken/", Note.BAD_ADDRESS, 1),
        ("http://exa mple.org:port/", Note.BLOCKED, 1),
    ],
)
async def test_a_redirect_that_leads_in_a_circle_or_is_no_address_ends(
    place: str, note: Note, times: int
) -> None:
    answer = head(f"Location: {place}", "Content-Length: 0", status="301 Moved Permanently")
    async with hostile(answer) as here:
        assert (await said(here), len(here.asked)) == (note, times)


async def test_a_page_where_a_picture_should_be_is_given_on_to_be_looked_at() -> None:
    answer = head("Content-Type: text/html", "Content-Length: 13") + b"<html></html>"
    async with hostile(answer) as here:
        assert await said(here) == b"<html></html>"


async def test_many_hostile_answers_at_once_hold_up_no_honest_one() -> None:
    slow = dripping(head("Content-Length: 9999999"), b"a")
    async with hostile(slow) as bad, fetcher_for(bad, 2.0) as fetcher:
        asked = [asyncio.create_task(fetcher.fetch(bad.url())) for _ in range(20)]
        async with (
            hostile(head("Content-Length: 1") + b"a") as good,
            fetcher_for(good, 1.0) as other,
        ):
            found = [(await other.fetch(good.url())).data for _ in range(10)]
        told = await asyncio.gather(*asked, return_exceptions=True)
    assert found == [b"a"] * 10
    assert {type(each) for each in told} == {Unfetchable}


async def test_what_has_the_same_etag_is_not_sent_again() -> None:
    async with hostile(head(status="304 Not Modified")) as here, fetcher_for(here) as fetcher:
        found = await fetcher.fetch(here.url(), '"v1"')
        assert (found.data, found.etag, found.is_unchanged) == (b"", '"v1"', True)
        assert 'If-None-Match: "v1"\r\n' in here.asked[0]


@pytest.mark.parametrize(
    ("sent", "kept"), [('"v1"', '"v1"'), ('W/"v1"', 'W/"v1"'), ("x" * 201, ""), ("caf\xc3\xa9", "")]
)
async def test_an_etag_is_kept_whole_or_not_at_all(sent: str, kept: str) -> None:
    answer = head(f"ETag: {sent}", "Content-Length: 1") + b"a"
    async with hostile(answer) as here, fetcher_for(here) as fetcher:
        assert (await fetcher.fetch(here.url())).etag == kept
