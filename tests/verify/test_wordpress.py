"""A picture on a real WordPress is found by its feed, its sitemap and its page, and fetched whole."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import MOST_PAGES, Watch
from jobs.connectors import connectors
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.sources import Connector
from jobs.web import Web
from practice.scenery import jpeg
from tests.conftest import FakeClock
from tests.verify.wordpress_site import WordPress, wordpress

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]

NAMES = ("harbour", "hill", "meadow")


@pytest.fixture(scope="module")
def site() -> Iterator[WordPress]:
    with wordpress() as started:
        yield started


@pytest.fixture(scope="module")
def pictures(site: WordPress) -> dict[str, bytes]:
    """Three posts with a picture each, on two pages of the blog."""
    found = {}
    for seed, name in enumerate(NAMES):
        data = jpeg(seed + 40)
        kept = site.upload(f"{name}.jpg", data)
        html = f'<figure><img class="wp-image-{kept["id"]}" src="{kept["source_url"]}" alt=""></figure><p>{name}</p>'
        site.publish(name, html)
        found[kept["source_url"]] = data
    return found


@pytest.mark.parametrize(
    ("kind", "path"),
    [("rss", "/feed/"), ("gallery", "/"), ("sitemap", "/"), ("sitemap", "/wp-sitemap.xml")],
)
async def test_each_way_lists_every_picture_and_it_is_fetched_whole(
    site: WordPress, pictures: dict[str, bytes], kind: str, path: str
) -> None:
    guard = Guard(frozenset({("127.0.0.1", site.port)}))
    web, fetcher = Web(guard), GuardedFetcher(guard)
    try:
        items = await listed(connectors(FakeClock())[kind], site.url + path, kind, web)
        fetched = {url: (await fetcher.fetch(url)).data for url in pictures if url in items}
    finally:
        await web.close()
        await fetcher.close()
    assert fetched == pictures
    where = {site.url, f"{site.url}/page/2", *(f"{site.url}/{name}" for name in NAMES)}
    assert all(items[url] & where for url in pictures), items


async def listed(connector: Connector, url: str, kind: str, web: Web) -> dict[str, set[str]]:
    """A whole round of a source: each picture, and the pages on which it was seen."""
    watch = Watch(SourcePolicy("blog", kind, url, timedelta(minutes=1)))
    found: dict[str, set[str]] = {}
    for _ in range(MOST_PAGES):
        page = await connector.poll(watch, web)
        assert page.trouble is None
        for item in page.items:
            found.setdefault(item.media_url, set()).add(item.page_url.rstrip("/"))
        if not page.is_more:
            return found
        watch = replace(watch, cursor=json.loads(json.dumps(page.cursor)))
    raise AssertionError("a round without an end")
