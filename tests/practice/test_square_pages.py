"""The feed and the gallery show what is public, escaped, and say when nothing changed."""

import re
from pathlib import Path

import feedparser
from selectolax.lexbor import LexborHTMLParser

from practice.square import gallery
from tests.practice.town import a_town


async def test_the_feed_carries_pictures_and_their_times(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        post = await town.post(api, "#산책 <오늘> & \x07")
        await town.post(api, "#산책", visibility="unlisted")
        _, body, headers = await town.get("/feed.xml")
    feed = feedparser.parse(body)
    (entry,) = feed.entries
    address = post.media_attachments[0].url
    assert (feed.bozo, feed.version) == (False, "rss20")
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert entry.title == "#산책 <오늘> &"
    assert entry.id == entry.link == post.url
    assert entry.published_parsed[:6] == post.created_at.timetuple()[:6]
    assert [(one.href, one.type) for one in entry.enclosures] == [(address, "image/jpeg")]
    assert [one["url"] for one in entry.media_content] == [address]


async def test_an_unchanged_feed_is_not_sent_again(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        await town.post(api, "#one")
        _, _, headers = await town.get("/feed.xml")
        by_tag = {"If-None-Match": headers["ETag"]}
        by_time = {"If-Modified-Since": headers["Last-Modified"]}
        unchanged = [(await town.get("/feed.xml", headers=one))[:2] for one in (by_tag, by_time)]
        nonsense = await town.get("/feed.xml", headers={"If-Modified-Since": "yesterday"})
        await town.post(api, "#two")
        changed, _, _ = await town.get("/feed.xml", headers=by_tag)
    assert unchanged == [(304, b""), (304, b"")]
    assert (nonsense[0], changed) == (200, 200)


async def test_the_gallery_shows_pictures_and_escapes_words(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        post = await town.post(await town.sign_in("<i>x"), '<script>alert("1")</script> #산책')
        status, body, headers = await town.get("/gallery")
        tagged = await town.get("/gallery?tag=산책")
        empty = await town.get("/gallery?tag=other")
        page = await town.get(post.url.removeprefix(town.address))
    tree = LexborHTMLParser(body.decode())
    attachment = post.media_attachments[0]
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    (picture,), (link,) = tree.css("figure a img"), tree.css("figure a")
    assert picture.attributes["alt"] == "scenery 1"
    assert picture.attributes["srcset"] == f"{attachment.preview_url} 640w, {attachment.url} 641w"
    assert link.attributes["href"] == post.url
    (graph,) = tree.css('meta[property="og:image"]')
    assert graph.attributes["content"] == attachment.url
    for text in (body, tagged[1], page[1]):
        assert b"<script" not in text
        assert b"<i>" not in text
        assert attachment.url.encode() in text
    assert b"<img" not in empty[1]


async def test_the_gallery_goes_on_page_by_page(tmp_path: Path) -> None:
    count = gallery._ON_A_PAGE + 2
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        for seed in range(count):
            await town.post(api, f"{seed}", seed=seed % 2)
        _, first, _ = await town.get("/gallery")
        following = re.search(rb'rel="next" href="([^"]+)"', first)
        assert following is not None
        _, second, _ = await town.get(following[1].decode())
        beyond = [(await town.get(f"/gallery?page={page}"))[0] for page in ("3", "0", "x", "1x")]
    assert first.count(b"<figure>") == count - 2
    assert second.count(b"<figure>") == 2
    assert b'rel="prev" href="/gallery?page=1"' in second
    assert beyond == [404, 400, 400, 400]


async def test_robots_read_where_they_may(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        status, body, _ = await town.get("/robots.txt")
        avatar = await town.get("/avatars/missing.png")
    assert (status, body.splitlines()[:2]) == (200, [b"User-agent: *", b"Disallow: /oauth/"])
    assert (avatar[0], avatar[2]["Content-Type"]) == (200, "image/png")
