"""Reddit: new posts of subreddits, and searches for words, newest first.

A source's address may name subreddits (`https://oauth.reddit.com/r/one+two`); words are searched
everywhere. The cursor: for each listing as `descent` has it, by the second of posting.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from domain.networks import NETWORKS
from domain.sources import MalformedSource, Page, Term, Trouble, Watch
from jobs.answers import Answer, read_json
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.descent import descended
from jobs.sources.reading import mapping, mappings, number, secret, text, wait_of
from jobs.sources.reddit_posts import page_of
from services.ports import Clock

_API, _KEYS = "oauth.reddit.com", "https://www.reddit.com"
_ON_A_PAGE = 100
_OVERLAP_S = 300  # Searches lag behind.
_SOONER_S = 60.0  # How long before its end a token is given up.
_SUBREDDITS = Term("subreddits", "")


class Reddit(Reader):
    """Each poll asks for every listing once. A token is kept in memory, for as long as it lasts."""

    network = NETWORKS["reddit"]

    def __init__(self, clock: Clock) -> None:
        self._now: Callable[[], datetime] = clock.now
        self._monotonic = clock.monotonic
        self._tokens: dict[str, tuple[float, str]] = {}

    async def poll(self, watch: Watch, http: Http) -> Page:
        latest = int(self._now().timestamp())

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            told = await self._listing(watch, term, place, http)
            posts = [mapping(each.get("data")) for each in mappings(told.get("children"))]
            times = (number(post.get("created_utc")) for post in posts)
            marks = [min(moment, latest) for moment in times if moment]
            page = page_of(posts, term.key if term.text else "")
            return descended(place, page, marks, text(told.get("after")), overlap=_OVERLAP_S)

        listings = (_SUBREDDITS,) if _subreddits(watch) else ()
        return await each_term((*listings, *watch.terms), watch.cursor, ask)

    async def _listing(
        self, watch: Watch, term: Term, place: Place | None, http: Http
    ) -> dict[str, Any]:
        path, params = _path(watch, term), {"limit": str(_ON_A_PAGE), "raw_json": "1"}
        if term.text:
            said = term.text.replace('"', " ").strip()
            more = {"q": f'"{said}"', "sort": "new", "type": "link", "include_over_18": "on"}
            params |= more
        if place and place.get("at"):
            params["after"] = place["at"]
        url = f"{_base(watch)}{path}"
        answer = await http.get(url, params, await self._headers(watch, http))
        if answer.status == 401:  # It may have been withdrawn before its time.
            self._tokens.clear()
            answer = await http.get(url, params, await self._headers(watch, http))
        listing = mapping(_read(answer).get("data"))
        if not isinstance(listing.get("children"), list):
            raise MalformedSource(Trouble.NOT_A_TIMELINE)
        return listing

    async def _headers(self, watch: Watch, http: Http) -> dict[str, str]:
        name, word = secret(watch, "id"), secret(watch, "secret")
        known = self._tokens.get(name)
        if known is None or self._monotonic() >= known[0]:
            known = await self._token(watch, f"{name}:{word}", http)
            self._tokens[name] = known
        return {"Authorization": f"Bearer {known[1]}"}

    async def _token(self, watch: Watch, pair: str, http: Http) -> tuple[float, str]:
        shown = base64.b64encode(pair.encode()).decode()
        site = _KEYS if urlsplit(watch.source.url).hostname == _API else _base(watch)
        answer = await http.post(
            f"{site}/api/v1/access_token",
            form={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {shown}"},
        )
        told = _read(answer)
        token, lasts = text(told.get("access_token")), number(told.get("expires_in")) or 0
        if not token:
            raise MalformedSource(Trouble.KEY_REFUSED, text(told.get("error")))
        return self._monotonic() + max(lasts - _SOONER_S, 0.0), token


def connect(clock: Clock) -> Reddit:
    """The connector of Reddit."""
    return Reddit(clock)


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status == 429:
        raise MalformedSource(Trouble.TOO_MANY, "429", wait_of(answer, "x-ratelimit-reset"))
    told = read_json(answer)
    if not isinstance(told, dict):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return told


def _base(watch: Watch) -> str:
    parts = urlsplit(watch.source.url)
    return f"{parts.scheme}://{parts.netloc}"


def _subreddits(watch: Watch) -> str:
    """The subreddits that the source's address names, joined by plus signs."""
    path = urlsplit(watch.source.url).path.strip("/")
    return path.removeprefix("r/") if path.startswith("r/") else ""


def _path(watch: Watch, term: Term) -> str:
    return "/search" if term.text else f"/r/{quote(_subreddits(watch), safe='+')}/new"
