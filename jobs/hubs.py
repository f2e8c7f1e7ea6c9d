"""Hubs of feeds: where a feed says that news of it are told, by WebSub's rules of discovery."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from domain.sources import MalformedSource, absolute
from jobs.answers import Answer, require_ok
from jobs.sources import Http
from jobs.sources.elements import read_elements
from jobs.sources.markup import decoded, shallow

_LINKS = ("link", "atom10:link")
_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
_REL = re.compile(r"rel\s*=\s*\"?([^\";,]{1,100})", re.IGNORECASE)
# YouTube's feeds name no hub; its documents do.
_YOUTUBE = "https://www.youtube.com/feeds/videos.xml?channel_id="
_YOUTUBE_HUB = "https://pubsubhubbub.appspot.com/subscribe"

Link = tuple[str, str]


@dataclass(frozen=True)
class Hub:
    """A hub, and under which address it knows the feed."""

    url: str
    topic: str


async def hub_of(url: str, http: Http) -> Hub | None:
    """The first hub that a feed names, none where it names none; raises MalformedSource."""
    if url.startswith(_YOUTUBE):
        return Hub(_YOUTUBE_HUB, url)
    answer = require_ok(await http.get(url))
    links = [*_in_headers(answer), *_in_body(answer)]
    hub, topic = _first(links, "hub", answer.url), _first(links, "self", answer.url)
    return Hub(hub, topic or url) if hub else None


def _first(links: Iterable[Link], rel: str, base: str) -> str:
    found = (absolute(base, address) for said, address in links if rel in said.lower().split())
    return next(filter(None, found), "")


def _in_headers(answer: Answer) -> Iterator[Link]:
    for address, said in _LINK.findall(answer.headers.get("link", "")):
        yield from ((rel, address) for rel in _REL.findall(said))


def _in_body(answer: Answer) -> Iterator[Link]:
    kind = answer.headers.get("content-type", "")
    if "html" in kind.partition(";")[0]:
        tree = LexborHTMLParser(shallow(decoded(answer.body, kind)))
        for node in tree.css("link[rel][href]"):
            yield node.attributes.get("rel") or "", node.attributes.get("href") or ""
        return
    try:
        read = read_elements(answer.body, kind, _LINKS, 2)
        if read.root != "feed":  # In RSS they are a level deeper: in the channel.
            read = read_elements(answer.body, kind, _LINKS, 3)
    except MalformedSource:
        return
    for each in read.found:
        yield each.attributes.get("rel", ""), each.attributes.get("href", "")
