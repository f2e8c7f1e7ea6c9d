"""Naver search: pictures, blogs, cafe articles and web pages."""

from datetime import timedelta
from typing import Any

from domain.networks import NETWORKS
from domain.sources import Page, Term, Watch
from jobs.answers import Answer, moment, read_json
from jobs.sources import Http, Place, Reader
from jobs.sources.searches import (
    KOREA,
    Listing,
    Result,
    address,
    after_known,
    each_shelf,
    entries,
    inside,
    page_of,
    reasons,
    refuse_key,
    refuse_more,
    secret,
    until_midnight,
    words,
)
from services.ports import Clock

_SHELVES = ("image", "blog", "cafearticle", "webkr")
_UNSORTED = "webkr"  # Takes no order; what is likeliest comes first.
_ON_A_PAGE, _LAST_START = 100, 1_000
_TOO_FAST = "012"  # Too many in a second; everything else with 429 means the day's calls.
_A_SECOND = timedelta(seconds=1)


class Naver(Reader):
    """Four calls for each word: pictures are media, the others only posts."""

    network = NETWORKS["naver"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        keys = {
            "X-Naver-Client-Id": secret(watch, "id"),
            "X-Naver-Client-Secret": secret(watch, "secret"),
        }

        async def ask(shelf: str, term: Term, place: Place) -> tuple[Page, Place]:
            url = f"{watch.source.url.rstrip('/')}/v1/search/{shelf}.json"
            start = int(place.get("at", 1))
            params = {"query": term.text, "display": str(_ON_A_PAGE), "start": str(start)}
            if shelf != _UNSORTED:
                params["sort"] = "date"
            answer = await http.get(url, params, keys)
            self._require_allowed(answer)
            listing = _listing(read_json(answer), start)
            return page_of(term, listing), after_known(place, listing)

        return await each_shelf(watch, _SHELVES, ask)

    def _require_allowed(self, answer: Answer) -> None:
        why = reasons(answer, ("errorCode",))
        if "401" in why:
            refuse_key(answer)
        if _TOO_FAST in why:
            refuse_more(answer, _A_SECOND)
        if "429" in why:
            refuse_more(answer, until_midnight(self._clock.now(), KOREA))


def connect(clock: Clock) -> Naver:
    """The connector of Naver search."""
    return Naver(clock)


def _listing(body: Any, start: int) -> Listing:
    found, total = entries(body, "items"), inside(body, "total")
    further = start + _ON_A_PAGE
    is_last = not found or further > _LAST_START or not isinstance(total, int) or further > total
    return Listing([_result(entry) for entry in found], None if is_last else further)


def _result(entry: dict[str, Any]) -> Result:
    """A picture's `link` is the picture itself; of the page that it stands on nothing is said."""
    link, thumbnail = address(entry, "link"), address(entry, "thumbnail")
    return Result(
        link or thumbnail,
        link,
        words(entry, "title", "description", "bloggername", "cafename"),
        (link, thumbnail) if "thumbnail" in entry else (),
        moment(f"{entry.get('postdate')}T00:00:00+09:00"),
    )
