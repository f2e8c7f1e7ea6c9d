"""Flickr: public pictures by their words, newest first."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from domain.networks import NETWORKS
from domain.sources import MalformedSource, Page, Term, Trouble, Watch, absolute
from jobs.answers import read_json
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.searches import (
    Listing,
    Result,
    address,
    after_time,
    entries,
    inside,
    page_of,
    secret,
    since,
    words,
)
from services.ports import Clock

_SIZES = ("url_o", "url_l", "url_m")  # The original where its owner gives it; else the largest.
_EXTRAS = ("description", "date_upload", "owner_name", "tags", *_SIZES)
_ON_A_PAGE, _LAST_PAGE = 500, 8  # No search gives more than its first 4,000 results.
_KEY_REFUSED = 100


class Flickr(Reader):
    """One call for each word, of what was uploaded since the newest that is known."""

    network = NETWORKS["flickr"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        key, url = secret(watch, "key"), f"{watch.source.url.rstrip('/')}/services/rest/"

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            answer = await http.get(url, _params(term, place or {}, key))
            listing = _listing(_require_found(read_json(answer)))
            return page_of(term, listing), after_time(place or {}, listing, self._clock.now())

        return await each_term(watch.terms, watch.cursor, ask)


def connect(clock: Clock) -> Flickr:
    """The connector of Flickr."""
    return Flickr(clock)


def _params(term: Term, place: Place, key: str) -> dict[str, str]:
    asked = {
        "method": "flickr.photos.search",
        "api_key": key,
        "text": term.text,
        "sort": "date-posted-desc",
        "extras": ",".join(_EXTRAS),
        "per_page": str(_ON_A_PAGE),
        "page": str(place.get("at", 1)),
        "format": "json",
        "nojsoncallback": "1",
    }
    from_when = since(place)
    return asked | ({"min_upload_date": str(int(from_when.timestamp()))} if from_when else {})


def _require_found(body: Any) -> Any:
    """The answer, if it isn't a failure with status 200."""
    if inside(body, "stat") != "fail":
        return body
    code = inside(body, "code")
    if str(code) == str(_KEY_REFUSED):
        raise MalformedSource(Trouble.KEY_REFUSED, str(code))
    raise MalformedSource(Trouble.STATUS, f"stat fail {code}")


def _listing(body: Any) -> Listing:
    found = entries(body, "photos", "photo")
    number, pages = inside(body, "photos", "page"), inside(body, "photos", "pages")
    is_known = isinstance(number, int) and isinstance(pages, int)
    is_last = not found or not is_known or number >= min(pages, _LAST_PAGE)
    return Listing([_result(photo) for photo in found], None if is_last else number + 1)


def _result(photo: dict[str, Any]) -> Result:
    name, owner = (quote(str(photo.get(each) or ""), safe="@") for each in ("id", "owner"))
    largest = next(filter(None, (address(photo, size) for size in _SIZES)), "")
    description = inside(photo, "description", "_content")
    text = words({**photo, "description": description}, "title", "description", "tags", "ownername")
    page = absolute("", f"https://www.flickr.com/photos/{owner}/{name}") if owner and name else ""
    return Result(name, page, text, (largest,), _uploaded_at(photo))


def _uploaded_at(photo: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(photo.get("dateupload"))), UTC)
    except (ValueError, OverflowError, OSError):
        return None
