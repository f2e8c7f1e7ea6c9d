"""Sitemaps: found by robots.txt, read where they changed, a few files and pages at a time."""

import contextlib
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import MOST_PAGES, Cursor, MalformedSource, Page, Trouble, Watch
from jobs.answers import Answer
from jobs.metered import Metered
from jobs.robots import Robots
from jobs.sources.sitemap import Sitemap
from tests.conftest import FakeClock
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import trouble_of

FILE = f"{SQUARE}/map.xml"
ROBOTS = f"{SQUARE}/robots.txt"
SITE = SourcePolicy("site", "sitemap", FILE, timedelta(minutes=10))
NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)
LATE, EARLY = "2026-11-22T10:00:00+09:00", "2026-11-01"


def url(path: str, changed: str = "", *media: str) -> str:
    inside = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{SQUARE}{path}</loc>{inside}{''.join(media)}</url>"


def image(path: str) -> str:
    return f"<image:image><image:loc>{SQUARE}{path}</image:loc></image:image>"


def pages(*urls: str, etag: str = "") -> Answer:
    return answer(f"<urlset {NAMES}>{''.join(urls)}</urlset>", etag=etag)


def index(*children: tuple[str, str]) -> Answer:
    inside = "".join(
        f"<sitemap><loc>{SQUARE}{path}</loc><lastmod>{changed}</lastmod></sitemap>"
        for path, changed in children
    )
    return answer(f"<sitemapindex {NAMES}>{inside}</sitemapindex>")


def html(picture: str) -> Answer:
    return answer(f'<p>words<img src="{SQUARE}{picture}">', content_type="text/html")


def web(**answers: Any) -> Script:
    """A site without rules; names are paths with `_` for the stop before `xml`."""
    found = {f"{SQUARE}/{name.replace('_', '.')}": given for name, given in answers.items()}
    return Script({ROBOTS: answer("", 404), **found})


def connector() -> Sitemap:
    clock = FakeClock()
    return Sitemap(clock, Robots(clock.monotonic))


async def round_of(
    script: Script, cursor: Cursor | None = None, source: SourcePolicy = SITE
) -> tuple[list[str], Cursor]:
    """A whole round: the paths of the media that it lists, and the cursor that it leaves."""
    found, place, sitemap = list[str](), cursor or {}, connector()
    for _ in range(MOST_PAGES):
        page = await sitemap.poll(Watch(source, (), place), script)
        found += [item.media_url.removeprefix(SQUARE) for item in page.items]
        place = json.loads(json.dumps(page.cursor))
        if not page.is_more:
            return found, place
    raise AssertionError("a round without an end")


def asked(script: Script) -> list[str]:
    return [url.removeprefix(SQUARE) for url, _ in script.asked]


async def test_media_that_a_file_names_are_listed_without_opening_their_page() -> None:
    film = f"<video:video><video:thumbnail_loc>{SQUARE}/t.jpg</video:thumbnail_loc>"
    film += f"<video:content_loc>{SQUARE}/v.mp4</video:content_loc></video:video>"
    script = web(map_xml=pages(url("/p", LATE, image("/a.jpg"), image("/b.jpg"), film)))
    found, cursor = await round_of(script)
    assert found == ["/a.jpg", "/b.jpg", "/t.jpg", "/v.mp4"]
    assert asked(script) == ["/robots.txt", "/map.xml"]
    assert cursor["since"] == "2026-11-22T01:00:00+00:00"


async def test_a_page_without_named_media_is_read_once_for_each_change() -> None:
    script = web(map_xml=pages(url("/p"), url("/q", LATE)), p=html("/a.jpg"), q=html("/b.jpg"))
    found, cursor = await round_of(script)
    assert sorted(found) == ["/a.jpg", "/b.jpg"]
    assert await round_of(script, cursor) == ([], cursor)
    script.answers[FILE] = pages(url("/p"), url("/q", "2026-11-22T11:00:00+09:00"))
    assert (await round_of(script, cursor))[0] == ["/b.jpg"]


async def test_only_files_that_changed_are_opened_and_the_same_is_not_sent_twice() -> None:
    script = web(
        map_xml=index(("/old.xml", EARLY), ("/new.xml", LATE)),
        old_xml=pages(url("/p", EARLY, image("/a.jpg"))),
        new_xml=pages(url("/q", LATE, image("/b.jpg")), etag='"1"'),
    )
    found, cursor = await round_of(script)
    assert found == ["/b.jpg", "/a.jpg"]
    script.asked.clear()
    script.answers[f"{SQUARE}/new.xml"] = answer("", 304)
    assert (await round_of(script, cursor))[0] == []
    assert [(path.removeprefix(SQUARE), told) for path, told in script.asked] == [
        ("/robots.txt", {}),
        ("/map.xml", {}),
        ("/new.xml", {"If-None-Match": '"1"'}),
    ]


async def test_the_root_of_a_site_leads_to_the_files_of_its_robots_txt() -> None:
    root = SourcePolicy("site", "sitemap", f"{SQUARE}/", timedelta(minutes=10))
    script = web(map_xml=pages(url("/p", LATE, image("/a.jpg"))))
    script.answers[ROBOTS] = answer(f"Sitemap: {FILE}")
    assert (await round_of(script, source=root))[0] == ["/a.jpg"]
    script = web(sitemap_xml=pages(url("/p", LATE, image("/b.jpg"))))
    assert (await round_of(script, source=root))[0] == ["/b.jpg"]


async def test_packed_files_and_plain_lists_are_read() -> None:
    packed = gzip.compress(pages(url("/p", LATE, image("/a.jpg"))).body)
    assert (await round_of(web(map_xml=answer(packed))))[0] == ["/a.jpg"]
    plain = answer(f"{SQUARE}/p\njavascript:1\n", content_type="text/plain")
    assert (await round_of(web(map_xml=plain, p=html("/b.jpg"))))[0] == ["/b.jpg"]


async def test_what_robots_txt_forbids_and_what_lies_elsewhere_is_not_opened() -> None:
    other = "<url><loc>https://other.example/x</loc></url>"
    script = web(map_xml=pages(url("/private/p"), url("/q"), other), q=html("/a.jpg"))
    script.answers[ROBOTS] = answer("User-agent: *\nDisallow: /private")
    assert (await round_of(script))[0] == ["/a.jpg"]
    assert asked(script) == ["/robots.txt", "/map.xml", "/q"]


async def test_a_date_in_the_future_hides_nothing_that_comes_after() -> None:
    script = web(map_xml=pages(url("/p", "2099-01-01", image("/a.jpg"))))
    _, cursor = await round_of(script)
    assert cursor["since"] == FakeClock().now().isoformat()


async def test_a_page_that_is_gone_is_passed_and_one_that_fails_is_asked_again() -> None:
    script = web(
        map_xml=pages(url("/gone"), url("/down"), url("/p")),
        gone=answer("", 404),
        down=[answer("", 503), html("/b.jpg")],
        p=html("/a.jpg"),
    )
    sitemap, place = connector(), dict[str, Any]()
    seen, troubles = list[str](), list[Trouble]()
    for _ in range(4):
        page = await sitemap.poll(Watch(SITE, (), place), script)
        seen += [item.media_url.removeprefix(SQUARE) for item in page.items]
        troubles += [page.trouble.trouble] if page.trouble else []
        place = page.cursor or {}
    assert (seen, troubles) == (["/a.jpg", "/b.jpg"], [Trouble.STATUS])


async def test_a_budget_that_is_spent_costs_no_page_and_no_file() -> None:
    script = web(
        map_xml=index(("/in.xml", LATE)),
        in_xml=pages(url("/p"), url("/q")),
        p=html("/a.jpg"),
        q=html("/b.jpg"),
    )
    sitemap, place, seen = connector(), dict[str, Any](), list[str]()
    for calls in (2, 0, 1, 1, 1):
        with contextlib.suppress(MalformedSource):
            page = await sitemap.poll(Watch(SITE, (), place), Metered(script, calls))
            seen += [item.media_url.removeprefix(SQUARE) for item in page.items]
            place = page.cursor or {}
    assert (seen, "at" in place) == (["/a.jpg", "/b.jpg"], False)


async def test_a_file_of_an_index_that_is_no_sitemap_spoils_no_other() -> None:
    script = web(
        map_xml=index(("/bad.xml", LATE), ("/good.xml", LATE)),
        bad_xml=answer("<html>"),
        good_xml=pages(url("/p", LATE, image("/a.jpg"))),
    )
    sitemap, place = connector(), dict[str, Any]()
    outcomes = []
    for _ in range(3):
        page = await sitemap.poll(Watch(SITE, (), place), script)
        outcomes.append((len(page.items), page.trouble and page.trouble.trouble, page.is_more))
        place = page.cursor or {}
    assert outcomes == [(0, None, True), (0, Trouble.NOT_A_FEED, False), (1, None, False)]


async def test_a_long_file_is_taken_a_hundred_pages_at_a_time() -> None:
    many = [url(f"/p{n}", LATE, image(f"/{n}.jpg")) for n in range(250)]
    script = web(map_xml=pages(*many))
    first, cursor = await round_of(script, {"since": LATE})
    assert (len(first), len(set(first))) == (250, 250)
    assert (await round_of(script, cursor))[0] == []


async def test_of_a_file_cut_off_what_was_read_counts() -> None:
    body = pages(url("/p", LATE, image("/a.jpg"))).body.replace(b"</urlset>", b"<url><lo")
    page = await connector().poll(Watch(SITE), web(map_xml=answer(body)))
    assert (len(page.items), page.trouble and page.trouble.trouble) == (1, Trouble.CUT_OFF_FEED)
    assert page.cursor is not None
    assert page.cursor["asked"] == {}


BOMB = (
    b'<!DOCTYPE a [<!ENTITY d "' + b"x" * 90_000 + b'">]><urlset>' + b"&d;" * 50_000 + b"</urlset>"
)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", Trouble.NOT_A_FEED),
        (b"<html></html>", Trouble.NOT_A_FEED),
        (BOMB, Trouble.NOT_A_FEED),
        (gzip.compress(BOMB), Trouble.NOT_A_FEED),
        (gzip.compress(b"<urlset>" + b" " * 30_000_000), Trouble.TOO_LARGE),
        (b"\x1f\x8b broken", Trouble.NOT_A_FEED),
    ],
)
async def test_what_is_no_sitemap_is_said_to_be_none(body: bytes, trouble: Trouble) -> None:
    assert await trouble_of(connector(), SITE, web(map_xml=answer(body))) is trouble


async def test_indexes_that_name_one_another_end() -> None:
    script = web(
        map_xml=index(("/map.xml", LATE), ("/two.xml", LATE)), two_xml=index(("/map.xml", LATE))
    )
    assert (await round_of(script))[0] == []


WHOLE = pages(url("/p", LATE, image("/a.jpg")), url("/q")).body.decode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 60),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["<![CDATA[", "&#0;", "</url>", "<loc>http://[</loc>"]),
    ),
    st.booleans(),
)
async def test_no_mutation_makes_a_sitemap_fall_over(
    at: int, cut: int, put: str, is_packed: bool
) -> None:
    body = (WHOLE[:at] + put + WHOLE[at + cut :]).encode("utf-8", "replace")
    script = web(map_xml=answer(gzip.compress(body)[:-5] if is_packed else body))
    try:
        page = await connector().poll(Watch(SITE), script)
    except MalformedSource:
        return
    assert isinstance(page, Page)
