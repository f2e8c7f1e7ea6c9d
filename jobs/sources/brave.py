"""Brave image search: pictures of the whole web, for recall."""

from datetime import timedelta
from typing import Any

from domain.networks import NETWORKS
from domain.sources import Page, Term, Watch
from jobs.answers import Answer, read_json
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.searches import (
    Listing,
    Result,
    address,
    entries,
    page_of,
    reasons,
    refuse_key,
    refuse_more,
    secret,
    words,
)
from services.ports import Clock

_MOST = 200  # All that a question is ever answered with: there is no second page.
_LONGEST_WAIT = timedelta(days=1)
_NO_KEY = frozenset({"401", "403", "SUBSCRIPTION_TOKEN_INVALID", "SUBSCRIPTION_TOKEN_MISSING"})


class Brave(Reader):
    """One call for each word. Nothing says what is new, so there is nothing to keep of it."""

    network = NETWORKS["brave"]

    async def poll(self, watch: Watch, http: Http) -> Page:
        keys = {"X-Subscription-Token": secret(watch, "key"), "Accept": "application/json"}

        async def ask(term: Term, _place: Place | None) -> tuple[Page, Place]:
            url = f"{watch.source.url.rstrip('/')}/res/v1/images/search"
            params = {"q": term.text, "count": str(_MOST), "safesearch": "off", "country": "ALL"}
            answer = await http.get(url, {**params, "spellcheck": "false"}, keys)
            _require_allowed(answer)
            found = entries(read_json(answer), "results")
            return page_of(term, Listing([_result(entry) for entry in found], None)), {}

        return await each_term(watch.terms, watch.cursor, ask)


def connect(_clock: Clock) -> Brave:
    """The connector of Brave image search."""
    return Brave()


def _require_allowed(answer: Answer) -> None:
    why = reasons(answer, ("error", "code"))
    if why & _NO_KEY:
        refuse_key(answer)
    if why & {"402", "429"}:
        refuse_more(answer, _wait(answer))


def _wait(answer: Answer) -> timedelta | None:
    """Until every limit that is used up begins again: by the second and by the month; a day at most."""
    left, resets = _numbers(answer, "remaining"), _numbers(answer, "reset")
    used_up = [reset for reset, still in zip(resets, left, strict=False) if still == 0]
    seconds = max(used_up or resets, default=None)
    return None if seconds is None else min(timedelta(seconds=seconds), _LONGEST_WAIT)


def _numbers(answer: Answer, name: str) -> list[int]:
    listed = answer.headers.get(f"x-ratelimit-{name}", "").split(",")
    return [int(each) for each in map(str.strip, listed) if each.isascii() and each.isdigit()]


def _result(entry: dict[str, Any]) -> Result:
    picture, thumbnail = address(entry, "properties", "url"), address(entry, "thumbnail", "src")
    text = words(entry, "title", "description")
    return Result(picture or thumbnail, address(entry, "url"), text, (picture, thumbnail))
