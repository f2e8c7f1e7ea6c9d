"""RSS and Atom feeds: enclosures and media of each entry, asked for only when they changed."""

from typing import Any
from xml.sax import SAXException

import feedparser

from domain.policy import SourcePolicy
from domain.sources import Cursor, Item, MalformedSource, Page, Tag, Trouble, absolute
from jobs.sources import Http, moment, require_ok
from jobs.web import Answer

_NOT_MODIFIED = 304
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class Feed:
    """The cursor holds what the server wants to hear to answer `nothing new`."""

    async def poll(
        self, source: SourcePolicy, tags: tuple[Tag, ...], cursor: Cursor, http: Http
    ) -> Page:
        asked = {_CONDITIONS[name]: str(cursor[name]) for name in _CONDITIONS if cursor.get(name)}
        answer = await http.get(source.url, headers=asked)
        if answer.status == _NOT_MODIFIED:
            return Page((), cursor)
        parsed = feedparser.parse(
            require_ok(answer).body, response_headers={"content-location": answer.url}
        )
        items = tuple(item for entry in parsed.entries for item in _items(entry, answer.url))
        if not parsed.get("version") and not parsed.entries:
            raise MalformedSource(Trouble.NOT_A_FEED)
        if isinstance(parsed.get("bozo_exception"), SAXException):
            # What could be read counts; the whole is asked for again.
            return Page(items, cursor, trouble=MalformedSource(Trouble.CUT_OFF_FEED))
        return Page(items, _conditions(answer))


def _conditions(answer: Answer) -> Cursor:
    return {name: answer.headers[name] for name in _CONDITIONS if name in answer.headers}


def _items(entry: Any, base: str) -> list[Item]:
    page = absolute(base, str(entry.get("link", "")))
    name = str(entry.get("id") or page)
    posted_at = moment(entry.get("published") or entry.get("updated"))
    addresses = dict.fromkeys(_addresses(entry, base))
    return [
        Item(name or address, index, address, page or address, posted_at)
        for index, address in enumerate(addresses)
    ]


def _addresses(entry: Any, base: str) -> list[str]:
    listed = [
        (link.get("href"), link.get("type", ""))
        for link in entry.get("links", [])
        if link.get("rel") == "enclosure"
    ]
    listed += [
        (media.get("url"), media.get("type") or media.get("medium", ""))
        for media in entry.get("media_content", [])
    ]
    listed += [(media.get("url"), "image") for media in entry.get("media_thumbnail", [])]
    found = [absolute(base, str(address or "")) for address, kind in listed if _is_media(kind)]
    return [address for address in found if address]


def _is_media(kind: str) -> bool:
    return kind.startswith(("image", "video")) or not kind
