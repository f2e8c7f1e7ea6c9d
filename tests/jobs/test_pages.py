"""Pages of galleries: late pictures, linked data, paging in every style, and hostile markup."""

import asyncio
import contextlib
import json
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Page, Trouble, Watch
from jobs.robots import Robots
from jobs.sources.gallery import Gallery
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import trouble_of

GALLERY = SourcePolicy("site", "gallery", f"{SQUARE}/", timedelta(seconds=60))
HTML = "text/html; charset=utf-8"


def script_of(body: str | bytes, kind: str = HTML) -> Script:
    page = answer(body, content_type=kind)
    return Script({f"{SQUARE}/robots.txt": answer("", 404), GALLERY.url: page})


async def read(body: str | bytes, kind: str = HTML) -> Page:
    return await Gallery(Robots(lambda: 0.0)).poll(Watch(GALLERY), script_of(body, kind))


async def seen(body: str) -> list[str]:
    return [item.media_url.removeprefix(SQUARE) for item in (await read(body)).items]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<img src="/x.gif" data-src="/a.jpg">', ["/a.jpg"]),
        ('<img src="data:image/gif;base64,R0" data-original="/a.jpg">', ["/a.jpg"]),
        ('<img data-lazy-src="/a.jpg">', ["/a.jpg"]),
        ('<img data-srcset="/s.jpg 1x,/l.jpg 2x" src="/x.gif">', ["/l.jpg"]),
        ('<img srcset="/a,b.jpg 2x, /c.jpg">', ["/a,b.jpg"]),
        ('<img srcset="/a.jpg wide, /b.jpg -3w, ,,">', ["/a.jpg"]),
        ('<noscript><img src="/a.jpg"></noscript>', ["/a.jpg"]),
        ("<div style=\"background-image: url( '/a.jpg' ), url(/b.png)\">", ["/a.jpg", "/b.png"]),
        ('<a href="/full.JPG?v=1#x"><img src="/a.jpg"></a>', ["/a.jpg", "/full.JPG?v=1#x"]),
        ('<base href="/deep/er/"><img src="a.jpg">', ["/deep/er/a.jpg"]),
        ('<base href="javascript:1"><img src="/a.jpg">', ["/a.jpg"]),
        ('<meta http-equiv="refresh" content="0; url=/a.jpg">', []),
        ('<img src="javascript:1"><img src="http://[::1"><img src="">', []),
    ],
)
async def test_pictures_are_found_wherever_pages_hide_them(markup: str, found: list[str]) -> None:
    assert await seen(f"<html><body>{markup}") == found


async def test_linked_data_names_pictures_and_films() -> None:
    data = {
        "@graph": [
            {"image": ["/a.jpg", {"url": "/b.jpg"}], "url": "/no"},
            {"video": {"contentUrl": "/c.mp4", "thumbnailUrl": ["/d.jpg", 3, None]}},
        ]
    }
    body = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert sorted(await seen(body)) == ["/a.jpg", "/b.jpg", "/c.mp4", "/d.jpg"]


@pytest.mark.parametrize("data", ["", "{", "[" * 100_000, '"x"', "NaN", '{"image": {"url": {}}}'])
async def test_broken_linked_data_costs_nothing_else(data: str) -> None:
    body = f'<img src="/a.jpg"><script type="application/ld+json">{data}</script>'
    assert await seen(body) == ["/a.jpg"]


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("/p/1", f"{SQUARE}/p/1"),
        ("/big.webp", f"{SQUARE}/"),
        ("#top", f"{SQUARE}/"),
        ("javascript:open()", f"{SQUARE}/"),
        ("https://elsewhere.example/advert", f"{SQUARE}/"),
    ],
)
async def test_a_picture_stands_on_the_page_of_the_site_that_it_leads_to(
    link: str, page: str
) -> None:
    items = (await read(f'<a href="{link}"><b><img src="/a.jpg"></b></a>')).items
    assert items[0].page_url == page


@pytest.mark.parametrize(
    ("markup", "further"),
    [
        ('<link rel="next" href="/?page=2">', "/?page=2"),
        ('<a class="nextpostslink" href="/page/2/">2</a>', ""),
        ('<a class="next page-numbers" href="/page/2/">2</a>', "/page/2/"),
        ('<a href="/page/2">Older posts</a>', "/page/2"),
        ('<a href="/tag/x/page/2/">다음 글</a>', "/tag/x/page/2/"),
        ('<a href="/page/3/">3</a>', ""),
        ('<a href="/page/1/">next</a>', ""),
        ('<a href="/?page=2">next</a>', ""),
        ('<a class="next" href="https://other.example/page/2/">next</a>', ""),
    ],
)
async def test_the_next_page_is_known_by_rel_or_by_number_and_word(
    markup: str, further: str
) -> None:
    page = await read(f"<p>{markup}")
    assert page.cursor == ({"next": SQUARE + further, "left": 4} if further else {})


HOSTILE = {
    "nested": "<div>" * 900_000,
    "tables": "<table><tr><td>" * 300_000,
    "formats": "".join(f"<b a={n}><p>" for n in range(100_000)),
    "attributes": f"<img {''.join(f'a{n}=1 ' for n in range(200_000))}>",
    "five megabytes": "<p>words " * 600_000,
    "open": "<" * 4_900_000,
    "links": '<a href="/page/2/">' * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_page_holds_us_up(name: str) -> None:
    began = time.process_time()
    page = await asyncio.wait_for(read(f'<p>word<img src="/a.jpg">{HOSTILE[name]}'), 60)
    assert [item.media_url for item in page.items] == [f"{SQUARE}/a.jpg"]
    assert time.process_time() - began < 20


async def test_a_page_in_other_letters_is_read_as_it_says() -> None:
    body = '<meta charset="euc-kr"><p>풍경 사진</p>'.encode("cp949")
    assert [post.text for post in (await read(body, "text/html")).posts] == ["풍경 사진"]


async def test_a_nul_deep_inside_hides_nothing_and_one_in_front_means_no_page() -> None:
    assert await seen(f'<p>{"word " * 200}<im\0g src="/a.jpg">') == ["/a.jpg"]
    script = script_of(b"\0\1<html>")
    gallery = Gallery(Robots(lambda: 0.0))
    assert await trouble_of(gallery, GALLERY, script) is Trouble.NOT_A_PAGE


WHOLE = """<html><base href="/x/"><a href="/p"><img srcset="/a.jpg 1x, /b.jpg 2x"></a>
<script type="application/ld+json">{"image": "/c.jpg"}</script><a class="next" href="/page/2/">n</a>
<div style="background: url(/d.jpg)"><video poster="/e.jpg"><source src="/f.mp4"></video></div>"""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 60),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ['"', "<![CDATA[", "<svg><math>", "</", "<template>", "\ud800", "&#xD800;", "//["]
        ),
    ),
)
async def test_no_mutation_makes_a_page_fall_over(at: int, cut: int, put: str) -> None:
    body = (WHOLE[:at] + put + WHOLE[at + cut :]).encode("utf-8", "surrogatepass")
    with contextlib.suppress(MalformedSource):
        assert isinstance(await read(body + b"<p>"), Page)
