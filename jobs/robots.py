"""The rules of sites in robots.txt: what a visitor may read, and where the sitemaps are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from domain.sources import MalformedSource, Page, Trouble, absolute
from jobs.answers import Answer, require_ok
from jobs.fetcher import NAME

LASTS_S = 3600.0
_MOST_BYTES = 500_000  # As RFC 9309 asks for at least; what comes after is not read.
_MOST_SITES = 1_000
_MOST_SITEMAPS = 50
_NONE_GIVEN = range(400, 500)


class Asked(Protocol):
    """What a site is asked by."""

    async def get(self, url: str, /) -> Answer: ...

    def keep_apart(self, url: str, seconds: float, /) -> None: ...


class Robots:
    """Rules of many sites, each asked for once an hour; how often a site may be asked goes to the way
    out, which keeps it for everybody.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._rules: dict[str, tuple[float, Protego]] = {}

    async def require(self, url: str, http: Asked) -> None:
        """Raises MalformedSource where the site asks not to read it, or doesn't say what it asks."""
        if not (await self._of(site_of(url), http)).can_fetch(url, NAME):
            raise MalformedSource(Trouble.ROBOTS)

    async def kept(self, page: Page, url: str, http: Asked) -> Page:
        """A page of the site of this address, without such media there as the site asks visitors not to
        fetch; how much that is stands in its trouble. Media on other sites isn't asked about.
        """
        if not page.items:
            return page
        site, rules = site_of(url), await self._of(site_of(url), http)
        items = tuple(
            each
            for each in page.items
            if site_of(each.media_url) != site or rules.can_fetch(each.media_url, NAME)
        )
        if len(items) == len(page.items):
            return page
        left_out = MalformedSource(Trouble.ROBOTS, f"{len(page.items) - len(items)} media")
        return replace(page, items=items, trouble=page.trouble or left_out)

    async def sitemaps(self, url: str, http: Asked) -> tuple[str, ...]:
        """The sitemaps that a site names, once each; some may lie on another host."""
        site = site_of(url)
        named = (absolute(site, each) for each in (await self._of(site, http)).sitemaps)
        return tuple(dict.fromkeys(filter(None, named)))[:_MOST_SITEMAPS]

    async def _of(self, site: str, http: Asked) -> Protego:
        known, now = self._rules.get(site), self._monotonic()
        if known is None or now - known[0] > LASTS_S:
            known = now, await _asked(site, http)
            self._rules.pop(site, None)
            self._rules[site] = known
            if len(self._rules) > _MOST_SITES:
                del self._rules[next(iter(self._rules))]  # The one that was asked longest ago.
        http.keep_apart(site, _apart_s(known[1]))
        return known[1]


def site_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _apart_s(rules: Protego) -> float:
    """How far apart a site wants calls to be, by Crawl-delay and Request-rate at any hour of the day."""
    rate = rules.request_rate(NAME)
    return max(rules.crawl_delay(NAME) or 0.0, rate.seconds / rate.requests if rate else 0.0)


async def _asked(site: str, http: Asked) -> Protego:
    """A site without rules allows everything; one whose server fails may have some."""
    answer = await http.get(f"{site}/robots.txt")
    if answer.status in _NONE_GIVEN and answer.status != 429:
        return Protego.parse("")
    text = require_ok(answer).body[:_MOST_BYTES].decode("utf-8", "replace")
    try:
        return Protego.parse(text)
    except (ValueError, RecursionError, OverflowError):
        raise MalformedSource(Trouble.ROBOTS) from None
