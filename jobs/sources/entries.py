"""Entries of feeds, whatever they are written in: what each shows and says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.sources import Item, MalformedSource, Post, Trouble, absolute, canonical
from jobs.answers import moment
from jobs.sources.elements import Element
from jobs.sources.markup import plain_text
from jobs.sources.pages import shown

_TEXTS = ("description", "summary", "content:encoded", "content", "media:description")
_VERSION = "https://jsonfeed.org/version/"
_MOST_SHOWN = 200  # Of one entry.


@dataclass(frozen=True)
class Entry:
    """One entry; `media` are addresses with what kind each is said to be, `markup` is HTML."""

    name: str
    page: str
    markup: str
    media: tuple[tuple[str, str], ...]
    posted_at: datetime | None

    def items(self, base: str) -> Iterator[Item]:
        """What it lists, by place; then what its words show, by address, for that is often edited."""
        addresses = [absolute(base, address) for address, kind in self.media if _is_media(kind)]
        listed = list(dict.fromkeys(filter(None, addresses)))[:_MOST_SHOWN]
        for index, address in enumerate(listed):
            page = self.page or address
            yield Item(self.name or address, index, address, page, self.posted_at)
        for address in shown(self.markup, self.page or base)[:_MOST_SHOWN]:
            if address not in listed:
                name = f"{self.name} {canonical(address)}".strip()
                yield Item(name, 0, address, self.page or address, self.posted_at)

    def post(self) -> Post:
        """What it says."""
        return Post(self.name, self.page, plain_text(self.markup), self.posted_at)


def entry_of(element: Element, base: str) -> Entry:
    """An entry of RSS or Atom."""
    page = absolute(base, _link(element)) or absolute("", element.first("guid"))
    said = [element.first("title"), *(element.first(name) for name in _TEXTS)]
    said += [group.first("media:description") for group in element.every("media:group")]
    dates = ("pubdate", "published", "updated", "dc:date")
    return Entry(
        element.first("guid", "id") or page,
        page,
        " ".join(filter(None, said)),
        tuple(_media(element)),
        moment(element.first(*dates)),
    )


def _link(element: Element) -> str:
    """Of Atom the alternate, else the first that is written out."""
    for each in element.every("link"):
        if each.attributes.get("rel", "alternate") == "alternate" and "href" in each.attributes:
            return each.attributes["href"]
    return element.first("link")


def _media(element: Element) -> Iterator[tuple[str, str]]:
    for each in element.every():
        given, name = each.attributes, each.name
        kind = given.get("type") or given.get("medium", "")
        if name in ("enclosure", "media:content"):
            yield given.get("url", ""), kind
        elif name == "link" and given.get("rel") == "enclosure":
            yield given.get("href", ""), kind
        elif name == "media:thumbnail":
            yield given.get("url", ""), "image"
        elif name in ("itunes:image", "image", "og:image"):
            yield given.get("href", "") or each.first("url") or each.text, "image"
        elif name.rpartition(":")[2] in ("img", "source", "video"):
            yield given.get("src", ""), "image"


def entries_of_json(text: str, base: str) -> list[Entry]:
    """The entries of a JSON Feed; raises MalformedSource."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedSource(Trouble.NOT_A_FEED) from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not str(feed.get("version", "")).startswith(_VERSION):
        raise MalformedSource(Trouble.NOT_A_FEED)
    return [_entry_of_json(item, base) for item in items if isinstance(item, dict)]


def _entry_of_json(item: dict[str, Any], base: str) -> Entry:
    said = (item.get(name) for name in ("title", "content_html", "content_text", "summary"))
    page = absolute(base, str(item.get("url") or ""))
    attached = item.get("attachments")
    media = [(str(item.get(name) or ""), "image") for name in ("image", "banner_image")]
    media += [
        (str(each.get("url") or ""), str(each.get("mime_type") or ""))
        for each in (attached if isinstance(attached, list) else [])
        if isinstance(each, dict)
    ]
    markup = " ".join(each for each in said if isinstance(each, str))
    posted_at = moment(item.get("date_published") or item.get("date_modified"))
    return Entry(str(item.get("id") or page), page, markup, tuple(media), posted_at)


def _is_media(kind: str) -> bool:
    return kind.startswith(("image", "video")) or not kind
