"""Events of Nostr: whether one is what its id says, what it says in words, and the media that it names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from domain.sources import Item, Post, absolute
from jobs.sources.links import is_media_address, media_links
from jobs.sources.markup import MOST_LETTERS
from jobs.sources.times import SECOND, from_us

KINDS = (1, 20, 21, 22, 1063)  # Notes, pictures, videos, short videos, descriptions of files.

_FILES = 1063
_SEEN = ("image/", "video/")
_SAID = frozenset({"t", "title", "subject", "summary", "alt"})


@dataclass(frozen=True)
class Event:
    """An event whose id is the hash of what it holds. Its signature isn't looked at: what a forger
    gains is that we look at a picture."""

    id: str
    created_at: int
    kind: int
    content: str
    tags: tuple[tuple[str, ...], ...]

    def posted_at(self, now: datetime) -> datetime:
        """When, as it says, and never after now."""
        return min(from_us(self.created_at * SECOND), now)


def read_event(given: object) -> Event | None:
    """The event, if it is one of the kinds that show media, and whole."""
    if not isinstance(given, dict) or given.get("kind") not in KINDS or not _is_whole(given):
        return None
    tags = tuple(tuple(tag) for tag in given["tags"])
    return Event(given["id"], given["created_at"], given["kind"], given["content"], tags)


def _is_whole(given: dict[str, Any]) -> bool:
    content, created_at, author = (given.get(name) for name in ("content", "created_at", "pubkey"))
    tags = given.get("tags")
    if not isinstance(content, str) or not isinstance(author, str) or not isinstance(tags, list):
        return False
    if type(created_at) is not int or created_at < 0 or type(given["kind"]) is not int:
        return False
    if not all(
        isinstance(tag, list) and all(isinstance(part, str) for part in tag) for tag in tags
    ):
        return False
    held = [0, author, created_at, given["kind"], tags, content]
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    try:
        return given.get("id") == sha256(text.encode()).hexdigest()
    except UnicodeError:  # Half a letter, which no hash can have been made of.
        return False


def post_of(event: Event, base: str, now: datetime, term: str = "") -> Post:
    """What an event says, with its tags and what its media is described with."""
    said = [tag[1] for tag in event.tags if len(tag) > 1 and tag[0] in _SAID]
    described = [part for tag in event.tags for part in _named(tag, "alt")]
    text = " ".join([event.content, *said, *described])[:MOST_LETTERS]
    return Post(event.id, _page(event, base), text, event.posted_at(now), term)


def items_of(event: Event, base: str, now: datetime, term: str = "") -> tuple[Item, ...]:
    """Every picture, film and preview of an event, each address once."""
    addresses = dict.fromkeys(filter(None, _addresses(event)))
    page, posted_at = _page(event, base), event.posted_at(now)
    return tuple(
        Item(event.id, index, address, page, posted_at, term)
        for index, address in enumerate(addresses)
    )


def _page(event: Event, base: str) -> str:
    """The relay that has it, and which event: nobody owns an address of it."""
    return f"{base.rstrip('/')}/?event={event.id}"


def _addresses(event: Event) -> Iterator[str]:
    for tag in event.tags:
        if tag and tag[0] == "imeta":
            yield from _described(tag)
    if event.kind == _FILES:
        yield from _described(tuple(" ".join(tag[:2]) for tag in event.tags))
    for tag in event.tags:
        if len(tag) > 1 and tag[0] == "url" and is_media_address(tag[1]):
            yield absolute("", tag[1])
    yield from media_links(event.content)


def _described(parts: tuple[str, ...]) -> Iterator[str]:
    """A file by its description: itself, unless it is neither picture nor film, and its previews."""
    kinds = _named(parts, "m")
    if not kinds or kinds[0].startswith(_SEEN):
        yield from (absolute("", address) for address in _named(parts, "url"))
    for name in ("image", "thumb"):
        yield from (absolute("", address) for address in _named(parts, name))


def _named(parts: tuple[str, ...], name: str) -> list[str]:
    """The values behind a name, as in `url https://…`."""
    return [part[len(name) + 1 :] for part in parts if part.startswith(f"{name} ")]
