"""What the connectors of feeds and galleries make of pages, whole and malformed."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.sources import MalformedSource, Page, Trouble, Watch
from jobs.answers import Answer
from jobs.robots import Robots
from jobs.sources import Connector
from jobs.sources.gallery import Gallery
from jobs.sources.mastodon import Mastodon
from jobs.sources.rss import Feed
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import PUBLIC, SOURCE, trouble_of

FEED = replace(SOURCE, kind="rss", url=f"{SQUARE}/feed.xml")
GALLERY = replace(SOURCE, kind="gallery", url=f"{SQUARE}/gallery")
ROBOTS = f"{SQUARE}/robots.txt"
HTML = "text/html; charset=utf-8"
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>t</title><item><guid>{SQUARE}/g1</guid><link>{SQUARE}/@a/1</link>
<pubDate>Mon, 23 Nov 2026 03:00:00 GMT</pubDate>
<enclosure url="{SQUARE}/media/1.jpg" type="image/jpeg" length="9"/>
<media:content url="{SQUARE}/media/1.jpg" medium="image"/>
<media:content url="{SQUARE}/media/2.jpg" medium="image"/>
<media:content url="{SQUARE}/media/3.mp4" medium="video"/></item></channel></rss>"""


async def test_a_feed_gives_each_picture_and_film_once_and_is_asked_only_for_news() -> None:
    script = Script({FEED.url: answer(RSS, etag='"e1"', last_modified="then")})
    page = await Feed().poll(Watch(FEED), script)
    found = [(item.native_id, item.media_index, item.media_url) for item in page.items]
    assert found == [
        (f"{SQUARE}/g1", 0, f"{SQUARE}/media/1.jpg"),
        (f"{SQUARE}/g1", 1, f"{SQUARE}/media/2.jpg"),
        (f"{SQUARE}/g1", 2, f"{SQUARE}/media/3.mp4"),
    ]
    assert page.cursor == {"etag": '"e1"', "last-modified": "then"}
    again = Script({FEED.url: answer("", 304)})
    assert await Feed().poll(Watch(FEED, (), page.cursor), again) == Page((), page.cursor)
    assert again.asked[0][1] == {"If-None-Match": '"e1"', "If-Modified-Since": "then"}


async def test_of_a_feed_cut_off_what_was_read_counts_and_the_rest_is_asked_for_again() -> None:
    script = Script({FEED.url: answer(RSS[: RSS.index("</item>") + 7] + "<item><li", etag="e2")})
    page = await Feed().poll(Watch(FEED, (), {"etag": "e1"}), script)
    assert (len(page.items), page.cursor) == (3, {"etag": "e1"})
    assert page.trouble is not None
    assert page.trouble.trouble is Trouble.CUT_OFF_FEED


@pytest.mark.parametrize("body", ["", "plain text", "<html><body>no feed</body></html>", "{}"])
async def test_what_is_no_feed_is_said_to_be_none(body: str) -> None:
    assert await trouble_of(Feed(), FEED, Script({FEED.url: answer(body)})) is Trouble.NOT_A_FEED


async def test_an_answer_other_than_200_is_trouble() -> None:
    script = Script({FEED.url: answer("", 503), PUBLIC: answer("", 503)})
    assert await trouble_of(Feed(), FEED, script) is Trouble.STATUS
    assert await trouble_of(Mastodon(), SOURCE, script) is Trouble.STATUS


def gallery_at(body: str | bytes, robots: Answer | None = None, kind: str = HTML) -> Script:
    page = answer(body, content_type=kind)
    return Script({ROBOTS: robots or answer("", 404), GALLERY.url: page})


async def test_a_gallery_gives_the_largest_picture_and_the_page_it_leads_to() -> None:
    body = """<html><meta property="og:image" content="/media/o.jpg">
    <a href="/@a/1"><figure><img src="/s.jpg" srcset="/s.jpg 640w, /l.jpg 1280w"></figure></a>
    <a href="/big.jpg"><img src="/thumb.jpg"></a><picture><source srcset="/p.webp"></picture>
    <img src="data:image/png;base64,AAAA"><img></html>"""
    page = await Gallery(Robots(lambda: 0.0)).poll(Watch(GALLERY), gallery_at(body))
    assert {(item.media_url, item.page_url) for item in page.items} == {
        (f"{SQUARE}/l.jpg", f"{SQUARE}/@a/1"),
        (f"{SQUARE}/thumb.jpg", f"{SQUARE}/"),
        (f"{SQUARE}/big.jpg", f"{SQUARE}/"),
        (f"{SQUARE}/p.webp", f"{SQUARE}/"),
        (f"{SQUARE}/media/o.jpg", f"{SQUARE}/"),
    }


async def test_a_gallery_gives_films_and_what_stands_for_them() -> None:
    body = """<html><meta property="og:video" content="/o.mp4">
    <video src="/a.mp4" poster="/a.jpg"></video>
    <a href="/@a/2"><video controls><source src="/b.webm"></video></a></html>"""
    page = await Gallery(Robots(lambda: 0.0)).poll(Watch(GALLERY), gallery_at(body))
    assert {(item.media_url, item.page_url) for item in page.items} == {
        (f"{SQUARE}/a.mp4", f"{SQUARE}/"),
        (f"{SQUARE}/a.jpg", f"{SQUARE}/"),
        (f"{SQUARE}/b.webm", f"{SQUARE}/@a/2"),
        (f"{SQUARE}/o.mp4", f"{SQUARE}/"),
    }


async def test_a_gallery_is_read_a_few_pages_deep_on_its_own_site() -> None:
    script = gallery_at('<a rel="next" href="/gallery?page=2">next</a>')
    page = await Gallery(Robots(lambda: 0.0)).poll(Watch(GALLERY), script)
    assert (page.cursor, page.is_more) == ({"next": f"{SQUARE}/gallery?page=2", "left": 4}, True)
    elsewhere = gallery_at('<a rel="next" href="https://other.example/">next</a>')
    page = await Gallery(Robots(lambda: 0.0)).poll(Watch(GALLERY), elsewhere)
    assert (page.cursor, page.is_more) == ({}, False)


async def test_robots_rules_are_kept_and_asked_for_once_an_hour() -> None:
    rules = answer("User-agent: *\nDisallow: /gallery")
    assert await trouble_of(Gallery(Robots(lambda: 0.0)), GALLERY, gallery_at("<p>", rules)) is (
        Trouble.ROBOTS
    )
    moments = iter((0.0, 10.0, 4000.0, 4000.0))
    gallery, script = Gallery(Robots(lambda: next(moments))), gallery_at("<p>")
    for _ in range(3):
        await gallery.poll(Watch(GALLERY), script)
    assert [url for url, _ in script.asked].count(ROBOTS) == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "text/html"), (b"\0\1<html>", "text/html"), (b"{}", "application/json"), (b"<p>", "")],
)
async def test_what_is_no_page_is_said_to_be_none(body: bytes, kind: str) -> None:
    script = gallery_at(body, kind=kind)
    assert await trouble_of(Gallery(Robots(lambda: 0.0)), GALLERY, script) is Trouble.NOT_A_PAGE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), st.integers(0, len(RSS)).map(lambda n: RSS[:n].encode())))
async def test_no_body_makes_a_connector_fall_over(body: bytes) -> None:
    html = Script({ROBOTS: answer(body), GALLERY.url: answer(body, content_type=HTML)})
    plain = Script({PUBLIC: answer(body), FEED.url: answer(body)})
    tried: tuple[tuple[Connector, Any, Script], ...] = (
        (Mastodon(), SOURCE, plain),
        (Feed(), FEED, plain),
        (Gallery(Robots(lambda: 0.0)), GALLERY, html),
    )
    for connector, source, script in tried:
        with contextlib.suppress(MalformedSource):
            assert isinstance(await connector.poll(Watch(source), script), Page)
