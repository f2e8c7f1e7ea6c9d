"""RSS, Atom and JSON feeds: the media of each entry, asked for only when the feed has changed."""

import asyncio
from dataclasses import dataclass

from domain.networks import NETWORKS
from domain.sources import Cursor, Item, MalformedSource, Page, Post, Trouble, Watch
from jobs.answers import Answer, require_ok
from jobs.sources import Http, Reader
from jobs.sources.elements import read_elements
from jobs.sources.entries import Entry, entries_of_json, entry_of
from jobs.sources.markup import decoded
from services.ports import Clock

_NOT_MODIFIED = 304
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_ROOTS = frozenset({"rss", "feed", "rdf:rdf", "channel"})
_ENTRIES = ("item", "entry")
_LEVEL = 3  # rss, channel, item.


class Feed(Reader):
    """The cursor holds what the server wants to hear to answer `nothing new`."""

    network = NETWORKS["rss"]

    async def poll(self, watch: Watch, http: Http) -> Page:
        cursor = watch.cursor
        answer = await http.get(watch.source.url, headers=asked_if_changed(cursor))
        if answer.status == _NOT_MODIFIED:
            return Page((), cursor)
        told = await asyncio.to_thread(_told, require_ok(answer))
        if not told.is_whole:
            # What could be read counts; the whole is asked for again.
            flaw = MalformedSource(Trouble.CUT_OFF_FEED)
            return Page(told.items, cursor, trouble=flaw, posts=told.posts)
        return Page(told.items, conditions(answer), posts=told.posts)


def connect(_clock: Clock) -> Feed:
    """The connector of feeds."""
    return Feed()


def conditions(answer: Answer) -> Cursor:
    """What the server wants to hear to answer `nothing new`."""
    return {name: answer.headers[name] for name in _CONDITIONS if name in answer.headers}


def asked_if_changed(place: Cursor) -> dict[str, str]:
    """The headers that ask for a body only if it isn't the one of before."""
    return {_CONDITIONS[name]: str(place[name]) for name in _CONDITIONS if place.get(name)}


@dataclass(frozen=True)
class _Told:
    items: tuple[Item, ...]
    posts: tuple[Post, ...]
    is_whole: bool


def _told(answer: Answer) -> _Told:
    entries, is_whole = _entries(answer)
    items = tuple(item for entry in entries for item in entry.items(answer.url))
    return _Told(items, tuple(entry.post() for entry in entries), is_whole)


def _entries(answer: Answer) -> tuple[list[Entry], bool]:
    kind = answer.headers.get("content-type", "")
    if answer.body.lstrip()[:1] == b"{":
        return entries_of_json(decoded(answer.body), answer.url), True
    read = read_elements(answer.body, kind, _ENTRIES, _LEVEL)
    if read.root not in _ROOTS:
        raise MalformedSource(Trouble.NOT_A_FEED)
    return [entry_of(each, answer.url) for each in read.found], read.is_whole
