"""RSS and Atom feeds: enclosures and media of each entry, asked for only when they changed."""

from typing import Any
from xml.sax import SAXException

import feedparser

from domain.networks import NETWORKS
from domain.sources import Cursor, Item, MalformedSource, Page, Post, Trouble, Watch, absolute
from jobs.answers import Answer, moment, require_ok
from jobs.sources import Http, Reader
from jobs.sources.markup import plain_text
from services.ports import Clock

_NOT_MODIFIED = 304
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class Feed(Reader):
    """The cursor holds what the server wants to hear to answer `nothing new`."""

    network = NETWORKS["rss"]

    async def poll(self, watch: Watch, http: Http) -> Page:
        cursor = watch.cursor
        asked = {_CONDITIONS[name]: str(cursor[name]) for name in _CONDITIONS if cursor.get(name)}
        answer = await http.get(watch.source.url, headers=asked)
        if answer.status == _NOT_MODIFIED:
            return Page((), cursor)
        parsed = feedparser.parse(
            require_ok(answer).body, response_headers={"content-location": answer.url}
        )
        items = tuple(item for entry in parsed.entries for item in _items(entry, answer.url))
        posts = tuple(_post(entry, answer.url) for entry in parsed.entries)
        if not parsed.get("version") and not parsed.entries:
            raise MalformedSource(Trouble.NOT_A_FEED)
        if isinstance(parsed.get("bozo_exception"), SAXException):
            # What could be read counts; the whole is asked for again.
            flaw = MalformedSource(Trouble.CUT_OFF_FEED)
            return Page(items, cursor, trouble=flaw, posts=posts)
        return Page(items, _conditions(answer), posts=posts)


def connect(_clock: Clock) -> Feed:
    """The connector of feeds."""
    return Feed()


def _post(entry: Any, base: str) -> Post:
    page = absolute(base, str(entry.get("link", "")))
    said = [entry.get("title", ""), entry.get("summary", "")]
    said += [str(part.get("value", "")) for part in entry.get("content", [])]
    posted_at = moment(entry.get("published") or entry.get("updated"))
    return Post(str(entry.get("id") or page), page, plain_text(" ".join(said)), posted_at)


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
