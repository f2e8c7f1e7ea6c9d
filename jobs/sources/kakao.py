"""Kakao's Daum search: web pages, pictures, blogs, cafe articles and clips."""

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

# How many results a page holds, and which page is the last, on each shelf.
_SHELVES = {
    "web": (50, 50),
    "image": (50, 50),
    "blog": (50, 50),
    "cafe": (50, 50),
    "vclip": (30, 15),
}
_USED_UP = frozenset({"-10", "RequestThrottled"})


class Kakao(Reader):
    """Five calls for each word: pictures with their pages, clips and articles with their thumbnails."""

    network = NETWORKS["kakao"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        keys = {"Authorization": f"KakaoAK {secret(watch, 'key')}"}

        async def ask(shelf: str, term: Term, place: Place) -> tuple[Page, Place]:
            url = f"{watch.source.url.rstrip('/')}/v2/search/{shelf}"
            number, (size, last) = int(place.get("at", 1)), _SHELVES[shelf]
            params = {"query": term.text, "sort": "recency", "page": str(number), "size": str(size)}
            answer = await http.get(url, params, keys)
            self._require_allowed(answer)
            body = read_json(answer)
            results = [_result(entry) for entry in entries(body, "documents")]
            is_last = not results or number >= last or inside(body, "meta", "is_end") is not False
            listing = Listing(results, None if is_last else number + 1)
            return page_of(term, listing), after_known(place, listing)

        return await each_shelf(watch, tuple(_SHELVES), ask)

    def _require_allowed(self, answer: Answer) -> None:
        why = reasons(answer, ("code",), ("errorType",))
        if why & {"401", "403"}:
            refuse_key(answer)
        if why & _USED_UP:
            refuse_more(answer, until_midnight(self._clock.now(), KOREA))


def connect(clock: Clock) -> Kakao:
    """The connector of Daum search."""
    return Kakao(clock)


def _result(entry: dict[str, Any]) -> Result:
    picture = address(entry, "image_url")
    thumbnail = address(entry, "thumbnail_url") or address(entry, "thumbnail")
    page = address(entry, "doc_url") or address(entry, "url")
    text = words(entry, "title", "contents", "blogname", "cafename", "author")
    return Result(picture or page, page, text, (picture, thumbnail), moment(entry.get("datetime")))
