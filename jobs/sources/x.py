"""X: recent search for each word, and the filtered stream of `x_stream`.

The cursor: for each word as `descent` has it, by post ids. X itself leaves out what is known.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta

from domain.networks import NETWORKS
from domain.sources import Gap, MalformedSource, Page, Term, Trouble, Watch
from jobs.answers import Answer
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.descent import descended
from jobs.sources.reading import mapping, text
from jobs.sources.x_posts import FIELDS, headers, id_at, id_span, ids, page_of, query, read, when
from jobs.sources.x_stream import streamed
from services.ports import Clock

_PATH = "/2/tweets/search/recent"
_ON_A_PAGE = "100"
_FIRST_PAGES = 2  # Each post is paid for.
_OVERLAP = timedelta(minutes=3)
_LOOK_BACK = timedelta(days=7) - timedelta(minutes=10)
_SETTLED = timedelta(seconds=30)  # X searches nothing younger than this by a time.


class X(Reader):
    """Each poll asks for every word once; streams deliver the same words as rules."""

    network = NETWORKS["x"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._without_backfill: set[str] = set()

    async def poll(self, watch: Watch, http: Http) -> Page:
        now = self._clock.now()
        sent = headers(watch)

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            params = _params(term) | _since(place, now)
            answer = await http.get(f"{_base(watch)}{_PATH}", params, sent)
            if "since_id" in params and _is_too_old(answer):
                del params["since_id"]
                answer = await http.get(f"{_base(watch)}{_PATH}", params, sent)
            told = read(answer)
            further = text(mapping(told.get("meta")).get("next_token"))
            marks = [min(each, id_at(now)) for each in ids(told)]
            page = page_of(told, term.key)
            overlap = id_span(_OVERLAP)
            return descended(place, page, marks, further, overlap=overlap, first_pages=_FIRST_PAGES)

        return await each_term(watch.terms, watch.cursor, ask)

    def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        return streamed(watch, http, self._clock, self._without_backfill)

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        """Each word in the gap, as far back as X searches; a word's place says when it is done."""
        now = self._clock.now()
        sent, stretch = headers(watch), _stretch(gap, now)

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            at = (place or {}).get("at", "")
            if stretch is None or (place or {}).get("is_done"):
                return Page((), None), {"is_done": True}
            params = _params(term) | stretch | ({"next_token": at} if at else {})
            told = read(await http.get(f"{_base(watch)}{_PATH}", params, sent))
            further = text(mapping(told.get("meta")).get("next_token"))
            if further and further == at:
                raise MalformedSource(Trouble.STALE_CURSOR)
            return page_of(told, term.key), {"at": further} if further else {"is_done": True}

        page = await each_term(watch.terms, watch.cursor, ask)
        places = page.cursor or {}
        is_more = any(not places.get(term.key, {}).get("is_done") for term in watch.terms)
        return replace(page, is_more=is_more)


def connect(clock: Clock) -> X:
    """The connector of X."""
    return X(clock)


def _base(watch: Watch) -> str:
    return watch.source.url.rstrip("/")


def _params(term: Term) -> dict[str, str]:
    return {"query": query(term), "max_results": _ON_A_PAGE, **FIELDS}


def _since(place: Place | None, now: datetime) -> dict[str, str]:
    """After which post: none where it is older than what X still searches."""
    if not place:
        return {}
    since = place.get("high", 0) - id_span(_OVERLAP)
    known = {"since_id": str(since)} if since > id_at(now - _LOOK_BACK) else {}
    return {**known, **({"next_token": place["at"]} if place.get("at") else {})}


def _is_too_old(answer: Answer) -> bool:
    return answer.status == 400 and b"since_id" in answer.body


def _stretch(gap: Gap, now: datetime) -> dict[str, str] | None:
    """The gap as X can search it; none where all of it is too old or too young."""
    since = max(gap.since, now - _LOOK_BACK)
    until = min(gap.until, now - _SETTLED)
    if since >= until:
        return None
    return {"start_time": when(since), "end_time": when(until)}
