"""Feeds in every form that they come in: groups, words with pictures, JSON, odd letters, and bombs."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Page, Trouble, Watch
from jobs.answers import moment
from jobs.sources.rss import Feed
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import trouble_of

FEED = SourcePolicy("blog", "rss", f"{SQUARE}/feed", timedelta(seconds=30))
POST = f"{SQUARE}/p/1"
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<entry><id>yt:1</id><link rel="alternate" href="{POST}"/><title>하나</title>
<link rel="enclosure" href="/e.jpg" type="image/jpeg"/><published>2026-11-23T03:00:00Z</published>
<media:group><media:content url="{SQUARE}/v" type="application/x-shockwave-flash"/>
<media:thumbnail url="{SQUARE}/t.jpg"/><media:description>둘 #셋</media:description></media:group>
<content type="html">&lt;p&gt;넷&lt;img data-src="/c.jpg" src="/x.gif"&gt;&lt;/p&gt;</content></entry></feed>"""
JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": 1, "url": "{POST}",
"content_html": "<p>하나<img src='/c.jpg'></p>", "image": "{SQUARE}/i.jpg",
"date_published": "2026-11-23T03:00:00Z",
"attachments": [{{"url": "/a.mp4", "mime_type": "video/mp4"}},
{{"url": "/a.mp3", "mime_type": "audio/mpeg"}}, 3]}}, 4]}}"""


def rss(inside: str, encoding: str = "utf-8", head: str = "") -> str:
    """A feed of one entry."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{head}<rss version="2.0"><channel>'
    return f"{declared}<item><guid>1</guid><link>{POST}</link>{inside}</item></channel></rss>"


async def read(body: str | bytes, kind: str = "application/xml") -> Page:
    return await Feed().poll(Watch(FEED), Script({FEED.url: answer(body, content_type=kind)}))


def seen(page: Page) -> list[tuple[str, int, str]]:
    return [(item.native_id, item.media_index, item.media_url) for item in page.items]


async def test_of_an_entry_enclosures_groups_and_the_pictures_in_its_words_are_listed() -> None:
    page = await read(ATOM)
    assert seen(page) == [
        ("yt:1", 0, f"{SQUARE}/e.jpg"),
        ("yt:1", 1, f"{SQUARE}/t.jpg"),
        (f"yt:1 {SQUARE}/c.jpg", 0, f"{SQUARE}/c.jpg"),
    ]
    assert {(item.page_url, item.posted_at) for item in page.items} == {
        (POST, moment("2026-11-23T03:00:00+00:00"))
    }


async def test_the_words_of_an_entry_are_heard_as_well() -> None:
    assert [post.text for post in (await read(ATOM)).posts] == ["하나 넷 둘 #셋"]


async def test_a_json_feed_is_read_like_any_other() -> None:
    page = await read(JSON, "application/feed+json")
    assert seen(page) == [
        ("1", 0, f"{SQUARE}/i.jpg"),
        ("1", 1, f"{SQUARE}/a.mp4"),
        (f"1 {SQUARE}/c.jpg", 0, f"{SQUARE}/c.jpg"),
    ]
    assert [(post.native_id, post.text) for post in page.posts] == [("1", "하나")]


@pytest.mark.parametrize(
    "body", ['{"version": "2", "items": []}', '{"items": 3}', "{" * 9_000, "{]"]
)
async def test_json_that_is_no_feed_is_said_to_be_none(body: str) -> None:
    assert await trouble_of(Feed(), FEED, Script({FEED.url: answer(body)})) is Trouble.NOT_A_FEED


@pytest.mark.parametrize(
    ("declared", "written", "kind"),
    [
        ("euc-kr", "cp949", "text/xml"),
        ("utf-8", "cp949", "text/xml; charset=euc-kr"),
        ("utf-8", "cp949", "text/xml"),
        ("shift_jis", "utf-8", "text/xml; charset=utf-8"),
        ("utf-16", "utf-16", "text/xml"),
        ("zip", "utf-8", "text/xml; charset=idna"),
        ("utf-8", "utf-8-sig", "text/xml"),
    ],
)
async def test_letters_are_read_whatever_was_said_of_them(
    declared: str, written: str, kind: str
) -> None:
    page = await read(rss("<title>풍경 사진</title>", declared).encode(written), kind)
    assert ([post.text for post in page.posts], page.trouble) == (["풍경 사진"], None)


async def test_bare_ampersands_html_names_and_undeclared_prefixes_do_no_harm() -> None:
    page = await read(rss("<title>a & b&nbsp;&copy;\x01</title><media:content url='/m.jpg'/>"))
    assert ([post.text for post in page.posts], page.trouble) == (["a & b ©"], None)
    assert [item.media_url for item in page.items] == [f"{SQUARE}/m.jpg"]


BOMBS = {
    "laughs": '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY d "{"x" * 100_000}">]>',
    "file": '<!DOCTYPE a [<!ENTITY d SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE a [<!ENTITY % d SYSTEM "http://192.0.2.1/x">%d;]>',
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_feed_with_entities_of_its_own_is_refused(bomb: str) -> None:
    body = rss(f"<title>{'&d;' * 50_000}</title>", head=BOMBS[bomb])
    assert await trouble_of(Feed(), FEED, Script({FEED.url: answer(body)})) is Trouble.NOT_A_FEED


async def test_a_document_type_without_entities_is_harmless() -> None:
    head = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://192.0.2.1/rss.dtd">'
    assert (await read(rss("<title>a</title>", head=head))).trouble is None


async def test_a_body_that_names_a_file_of_ours_opens_none(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss("<title>a</title>"))
    script = Script({FEED.url: answer(str(file))})
    assert await trouble_of(Feed(), FEED, script) is Trouble.NOT_A_FEED


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 99 Nov 9999 99:99:99 GMT",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "-",
        "2199-01-01",
    ],
)
async def test_no_date_makes_a_feed_fall_over(date: str) -> None:
    page = await read(rss(f"<enclosure url='/a.jpg' type='image/jpeg'/><pubDate>{date}</pubDate>"))
    assert len(page.items) == 1


async def test_elements_without_end_are_cut_off() -> None:
    page = await read(rss("<title>a</title>").replace("</channel>", "<a>" * 100_000))
    assert ([post.text for post in page.posts], page.trouble and page.trouble.trouble) == (
        ["a"],
        Trouble.CUT_OFF_FEED,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([ATOM, JSON, rss("<title>a</title>"), rss("", head=BOMBS["laughs"])]),
    st.integers(0, 900),
    st.integers(0, 40),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["<![CDATA[", "&#0;", "]]>", "<!--", "</item>", "\0", "<?"]),
    ),
)
async def test_no_mutation_makes_a_feed_fall_over(body: str, at: int, cut: int, put: str) -> None:
    mutated = (body[:at] + put + body[at + cut :]).encode("utf-8", "surrogatepass")
    with contextlib.suppress(MalformedSource):
        assert isinstance(await read(mutated), Page)
