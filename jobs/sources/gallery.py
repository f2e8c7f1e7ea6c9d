"""Allow-listed galleries: pictures of HTML pages, where robots.txt lets a visitor look."""

import asyncio
from dataclasses import replace

from domain.networks import NETWORKS
from domain.sources import Page, Watch
from jobs.answers import require_ok
from jobs.robots import Robots
from jobs.sources import Http, Reader
from jobs.sources.pages import read_page
from services.ports import Clock

_PAGES = 5

# The cursor: `next` and `left` while further pages are due in this round, else nothing.


class Gallery(Reader):
    """Each round reads the first pages, newest first; what is known already is listed once more."""

    network = NETWORKS["gallery"]

    def __init__(self, robots: Robots) -> None:
        self._robots = robots

    async def poll(self, watch: Watch, http: Http) -> Page:
        url = str(watch.cursor.get("next") or watch.source.url)
        left = int(watch.cursor.get("left", _PAGES))
        await self._robots.require(url, http)
        answer = require_ok(await http.get(url))
        sheet = await asyncio.to_thread(read_page, answer)
        page = Page(sheet.items, {}, posts=sheet.posts)
        if sheet.further and left > 1:
            place = {"next": sheet.further, "left": left - 1}
            page = replace(page, cursor=place, is_more=True)
        return await self._robots.kept(page, url, http)


def connect(clock: Clock) -> Gallery:
    """The connector of allow-listed galleries."""
    return Gallery(Robots(clock.monotonic))
