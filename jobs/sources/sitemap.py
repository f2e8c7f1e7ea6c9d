"""Sitemaps: what a site says has changed, and the pictures and films of those pages."""

import asyncio
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from domain.networks import NETWORKS
from domain.sources import Cursor, Item, MalformedSource, Page, Post, Trouble, Watch
from jobs.answers import Answer, moment, require_ok
from jobs.robots import Robots, site_of
from jobs.sources import Http, Reader
from jobs.sources.pages import read_page
from jobs.sources.rss import asked_if_changed, conditions
from jobs.sources.sitemap_files import Listed, SitemapFile, digest, read_sitemap
from services.ports import Clock

_NOT_MODIFIED = 304
_PAGES_A_POLL = 4
_PAGES_OF_A_FILE = 100  # Taken before the file is asked for again.
_TIMES = 10  # A file is asked for in one round.
_MOST_FILES = 500
_DEEPEST = 3  # Of indexes in one another.
_KEPT = 2_000  # Pages remembered as read, and
_KEPT_FILES = 100  # files whose conditions are.
_OVERLAP = timedelta(days=1)  # Many sites write a day without its hour.
_TRIES = 3
_PASSING = frozenset({Trouble.TIMEOUT, Trouble.UNREACHABLE, Trouble.TOO_MANY})

# The cursor. `since`: the newest change that was taken in, `read`: digests of the pages read, and
# `asked`: the conditions of files by digest. While a round is under way, `at` holds the files still
# to be read (address, depth, times), the pages (address, tries) and the newest change seen (`high`).


class Sitemap(Reader):
    """A round reads each file that changed, then the pages that it lists without their pictures."""

    network = NETWORKS["sitemap"]

    def __init__(self, clock: Clock, robots: Robots) -> None:
        self._clock = clock
        self._robots = robots

    async def poll(self, watch: Watch, http: Http) -> Page:
        cursor = {"read": [], "asked": {}, **watch.cursor}
        if not cursor.get("at"):
            files = await self._first_files(watch.source.url, http)
            cursor["at"] = {"files": [[url, 1, 0] for url in files], "pages": [], "high": None}
        at = cursor["at"] = dict(cursor["at"])
        if at["pages"]:
            page = await self._read_pages(watch, cursor, http)
        elif at["files"]:
            page = await self._read_file(watch, cursor, http)
        else:
            page = Page((), cursor)
        return await self._robots.kept(self._ended(page, cursor), watch.source.url, http)

    async def _first_files(self, url: str, http: Http) -> tuple[str, ...]:
        """The file itself, or those that the robots.txt of a site names."""
        if urlsplit(url).path.strip("/"):
            return (url,)
        return await self._robots.sitemaps(url, http) or (f"{site_of(url)}/sitemap.xml",)

    async def _read_file(self, watch: Watch, cursor: Cursor, http: Http) -> Page:
        """One file: its media at once; its files and pages are noted for the polls that follow."""
        at = cursor["at"]
        url, depth, times = at["files"][0]
        at["files"] = at["files"][1:]
        try:
            answer = await self._asked(url, cursor, http)
            if answer.status == _NOT_MODIFIED:
                return Page((), cursor)
            file = await asyncio.to_thread(read_sitemap, require_ok(answer))
        except MalformedSource as flaw:
            if depth == 1 or flaw.trouble is Trouble.BUDGET_SPENT:
                raise
            again = [[url, depth, times + 1]] if _may_pass(flaw) and times + 1 < _TIMES else []
            at["files"] = at["files"] + again
            return Page((), cursor, trouble=flaw)
        since = moment(cursor.get("since"))
        if depth < _DEEPEST:
            inner = [each.url for each in _changed(file.files, since) if _is_near(each.url, url)]
            at["files"] = (at["files"] + [[each, depth + 1, 0] for each in inner])[:_MOST_FILES]
        items, is_left = self._take(file, cursor, watch.source.url)
        at["high"] = _later(at["high"], file, self._clock.now())
        if is_left and since is not None and times + 1 < _TIMES:
            at["files"] = [[url, depth, times + 1], *at["files"]]
        elif file.is_whole:
            kept = {**cursor["asked"], digest(url): conditions(answer)}
            cursor["asked"] = dict(list(kept.items())[-_KEPT_FILES:])
        trouble = None if file.is_whole else MalformedSource(Trouble.CUT_OFF_FEED)
        return Page(items, cursor, trouble=trouble)

    async def _asked(self, url: str, cursor: Cursor, http: Http) -> Answer:
        await self._robots.require(url, http)
        return await http.get(url, headers=asked_if_changed(cursor["asked"].get(digest(url), {})))

    def _take(self, file: SitemapFile, cursor: Cursor, site: str) -> tuple[tuple[Item, ...], bool]:
        """Media of the newest pages that are not known, the others noted; whether some are left."""
        known = set(cursor["read"])
        changed = _changed(file.pages, moment(cursor.get("since")))
        due = [each for each in changed if each.mark not in known and _is_near(each.url, site)]
        taken = due[:_PAGES_OF_A_FILE]
        cursor["read"] = [*cursor["read"], *(each.mark for each in taken)][-_KEPT:]
        cursor["at"]["pages"] = [[each.url, 0] for each in taken if not each.media]
        items = tuple(item for each in taken for item in each.items())
        return items, len(due) > len(taken)

    async def _read_pages(self, watch: Watch, cursor: Cursor, http: Http) -> Page:
        """A few pages; one that doesn't answer is asked again later, a few times."""
        items, posts, trouble = list[Item](), list[Post](), None
        at = cursor["at"]
        for url, tries in at["pages"][:_PAGES_A_POLL]:
            try:
                await self._robots.require(url, http)
                sheet = await asyncio.to_thread(read_page, require_ok(await http.get(url)))
            except MalformedSource as flaw:
                if flaw.trouble is Trouble.BUDGET_SPENT:
                    break
                at["pages"] = at["pages"][1:]
                if not _may_pass(flaw):
                    continue
                trouble = flaw
                at["pages"] = at["pages"] + ([[url, tries + 1]] if tries + 1 < _TRIES else [])
                break
            at["pages"] = at["pages"][1:]
            items.extend(sheet.items)
            posts.extend(sheet.posts)
        return Page(tuple(items), cursor, trouble=trouble, posts=tuple(posts))

    def _ended(self, page: Page, cursor: Cursor) -> Page:
        """The page as it is while more is due; else with a cursor for the next round."""
        at = cursor["at"]
        if at["files"] or at["pages"]:
            return Page(page.items, cursor, page.trouble is None, page.trouble, page.posts)
        since = at["high"] or cursor.get("since")
        ended = {"since": since, "read": cursor["read"], "asked": cursor["asked"]}
        return Page(page.items, ended, trouble=page.trouble, posts=page.posts)


def connect(clock: Clock) -> Sitemap:
    """The connector of sitemaps."""
    return Sitemap(clock, Robots(clock.monotonic))


def _changed(listed: tuple[Listed, ...], since: datetime | None) -> list[Listed]:
    """What may have changed, newest first; what tells no time comes after, as it stands."""
    from_ = since - _OVERLAP if since is not None else None
    told = [(each.changed_at, each) for each in listed if each.changed_at is not None]
    fresh = [(time, each) for time, each in told if from_ is None or time >= from_]
    newest = sorted(fresh, key=lambda pair: pair[0], reverse=True)
    return [each for _, each in newest] + [each for each in listed if each.changed_at is None]


def _later(high: str | None, file: SitemapFile, now: datetime) -> str | None:
    """The newest change seen; a date in the future counts as today's, or nothing would come after."""
    times = [min(each.changed_at, now) for each in file.pages if each.changed_at is not None]
    known = moment(high)
    times += [known] if known is not None else []
    return max(times).isoformat() if times else None


def _is_near(url: str, other: str) -> bool:
    """Whether two addresses are of one site, with or without `www`."""
    one, two = (urlsplit(each).netloc.lower().removeprefix("www.") for each in (url, other))
    return one == two


def _may_pass(flaw: MalformedSource) -> bool:
    """Whether it may be gone the next time; what says 4xx, or is no page, stays so."""
    return flaw.trouble in _PASSING or (flaw.trouble is Trouble.STATUS and flaw.detail[:1] == "5")
