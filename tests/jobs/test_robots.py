"""robots.txt: rules are kept, asked for once an hour, and a server that fails is not read."""

from dataclasses import replace

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sources import MalformedSource, Trouble, Watch
from jobs import robots as robots_module
from jobs.answers import Answer
from jobs.guard import Guard
from jobs.robots import Robots
from jobs.sources.gallery import connect
from jobs.sources.sitemap import connect as connect_sitemap
from jobs.web import Web
from tests.conftest import FakeClock
from tests.jobs.test_fetcher import serving
from tests.jobs.test_pacer import Time
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import SOURCE

TEXT = f"{SQUARE}/robots.txt"
PAGE = f"{SQUARE}/gallery"


async def refusal(given_: Answer | MalformedSource, url: str = PAGE) -> Trouble | None:
    try:
        await Robots(lambda: 0.0).require(url, Script({TEXT: given_}))
    except MalformedSource as flaw:
        return flaw.trouble
    return None


@pytest.mark.parametrize(
    ("given_", "trouble"),
    [
        (answer("", 404), None),
        (answer("", 403), None),
        (answer(""), None),
        (answer("User-agent: *\nDisallow: /gallery"), Trouble.ROBOTS),
        (answer("User-agent: ansim\nDisallow: /\n\nUser-agent: *\nDisallow:"), Trouble.ROBOTS),
        (answer("User-agent: *\nDisallow: /\n\nUser-agent: Ansim\nAllow: /"), None),
        (answer("", 503), Trouble.STATUS),
        (answer("", 429), Trouble.TOO_MANY),
        (MalformedSource(Trouble.TIMEOUT), Trouble.TIMEOUT),
    ],
)
async def test_what_a_site_asks_is_kept(
    given_: Answer | MalformedSource, trouble: Trouble | None
) -> None:
    assert await refusal(given_) is trouble


async def test_rules_are_asked_for_once_an_hour_for_each_site() -> None:
    times = iter((0.0, 10.0, 20.0, 4_000.0))
    other = "https://other.example"
    script = Script({TEXT: answer("", 404), f"{other}/robots.txt": answer("", 404)})
    robots = Robots(lambda: next(times))
    for url in (PAGE, f"{PAGE}/2", f"{other}/", PAGE):
        await robots.require(url, script)
    assert [url for url, _ in script.asked] == [TEXT, f"{other}/robots.txt", TEXT]


async def test_a_failure_is_not_kept_for_an_hour() -> None:
    robots, script = Robots(lambda: 0.0), Script({TEXT: [answer("", 503), answer("", 404)]})
    with pytest.raises(MalformedSource):
        await robots.require(PAGE, script)
    await robots.require(PAGE, script)


async def test_what_is_known_of_sites_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_module, "_MOST_SITES", 2)
    sites = [f"https://{name}.example" for name in "abc"]
    script = Script({f"{site}/robots.txt": answer("", 404) for site in sites})
    robots = Robots(lambda: 0.0)
    for site in (*sites, sites[2], sites[1], sites[0]):
        await robots.require(f"{site}/page", script)
    asked = [url.removesuffix("/robots.txt") for url, _ in script.asked]
    assert asked == [*sites, sites[0]]


@pytest.mark.parametrize(
    ("lines", "apart"),
    [
        ("Crawl-delay: 5", 5.0),
        ("Crawl-delay: 2.5\nRequest-rate: 3/9s 0900-1000", 3.0),
        ("Request-rate: 1/5m", 300.0),
        ("Crawl-delay: soon\nRequest-rate: 0/0", 0.0),
        ("Disallow: /other", 0.0),
        ("Crawl-delay: 9\n\nUser-agent: Ansim\nCrawl-delay: 2", 2.0),
    ],
)
async def test_how_far_apart_a_site_wants_calls_is_told_to_the_way_out(
    lines: str, apart: float
) -> None:
    script = Script({TEXT: answer(f"User-agent: *\n{lines}")})
    await Robots(lambda: 0.0).require(PAGE, script)
    assert script.apart == {SQUARE: apart}


async def test_a_site_is_visited_as_slowly_as_its_robots_txt_asks() -> None:
    rules = "User-agent: *\nCrawl-delay: 20\n"
    time = Time()

    async def robots_txt(_request: web.Request) -> web.Response:
        return web.Response(text=rules)

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<p>호수</p>", content_type="text/html")

    async with serving(**{"robots.txt": robots_txt, "site": page}) as port:
        site = replace(SOURCE, kind="gallery", url=f"http://127.0.0.1:{port}/site")
        quiet = Web(Guard(frozenset({("127.0.0.1", port)})), pacer=time.pacer())
        gallery = connect(FakeClock())
        for _ in range(3):
            await gallery.poll(Watch(site), quiet)
        await quiet.close()
    assert time.slept == [20.0, 20.0, 20.0]


async def test_sitemaps_are_named_once_and_by_their_whole_address() -> None:
    text = f"Sitemap: /a.xml\nSitemap: {SQUARE}/a.xml\nSitemap: ftp://x/\nSitemap: {SQUARE}/b.xml"
    found = await Robots(lambda: 0.0).sitemaps(PAGE, Script({TEXT: answer(text)}))
    assert found == (f"{SQUARE}/a.xml", f"{SQUARE}/b.xml")


LINES = (
    "User-agent: *",
    "Disallow: /*$*$**",
    "Allow: %zz%",
    "Crawl-delay: 1e999",
    "Sitemap: http://[",
    "\0\xff:",
    "Request-rate: 1/0s 9-9",
    "Visit-time: 99-0",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), max_size=12))
async def test_no_robots_txt_makes_us_fall_over(lines: list[str]) -> None:
    body = "\n".join(lines).encode("utf-8", "replace")
    assert await refusal(answer(body)) in (None, Trouble.ROBOTS)
    await Robots(lambda: 0.0).sitemaps(PAGE, Script({TEXT: answer(body)}))


HIDDEN = answer("User-agent: *\nDisallow: /private/")
SHEET = """<img src="/open/1.jpg"><img src="/private/2.jpg"><img src="https://cdn.example/private/3.jpg">"""
MAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>{site}/p</loc>
<image:image><image:loc>{site}/private/2.jpg</image:loc></image:image>
<image:image><image:loc>{site}/open/1.jpg</image:loc></image:image></url></urlset>"""


async def test_media_where_a_sites_rules_let_nobody_look_is_left_out_and_counted() -> None:
    script = Script({TEXT: HIDDEN, PAGE: answer(SHEET, content_type="text/html")})
    page = await connect(FakeClock()).poll(Watch(replace(SOURCE, url=PAGE)), script)
    shown = [item.media_url for item in page.items]
    assert shown == [f"{SQUARE}/open/1.jpg", "https://cdn.example/private/3.jpg"]
    assert page.trouble is not None
    assert (page.trouble.trouble, page.trouble.detail) == (Trouble.ROBOTS, "1 media")
    assert [url for url, _ in script.asked] == [TEXT, PAGE]


async def test_media_that_a_sitemap_names_is_left_out_in_the_same_way() -> None:
    url = f"{SQUARE}/map.xml"
    script = Script({TEXT: HIDDEN, url: answer(MAP.format(site=SQUARE), content_type="text/xml")})
    page = await connect_sitemap(FakeClock()).poll(Watch(replace(SOURCE, url=url)), script)
    assert [item.media_url for item in page.items] == [f"{SQUARE}/open/1.jpg"]
    assert page.trouble is not None
    assert page.trouble.trouble is Trouble.ROBOTS
