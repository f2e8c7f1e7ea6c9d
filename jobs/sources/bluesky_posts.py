"""Posts of Bluesky's network: what a record says, and every picture and film that it holds.

Records are the same wherever they come from, so that a post has the same media by stream, list and search.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from libipld import encode_cid

from domain.sources import Item, Post, absolute
from jobs.answers import moment
from jobs.sources.links import is_media_address
from jobs.sources.markup import MOST_LETTERS

POSTS = "app.bsky.feed.post"

_PREVIEW = 100  # Added to a film's place in its post: no post has so much media.
_DEEPEST = 12  # Levels of a record below which nothing is looked for.
_SAID = ("text", "alt", "title", "description", "tag")


@dataclass(frozen=True)
class Hosts:
    """From where media is fetched.

    blobs: a server that answers com.atproto.sync.getBlob: a repository's own PDS, or one that knows the
    way there. cdn, films: where a view keeps its pictures and the previews of its films, if there is one.
    """

    blobs: str
    cdn: str = ""
    films: str = ""


@dataclass(frozen=True)
class Record:
    """One post as its author's repository holds it; shown: addresses that a view gave for its media."""

    did: str
    rkey: str
    body: Mapping[str, Any]
    seen_at: datetime | None = None
    edition: str = ""
    shown: tuple[str, ...] = field(default=())

    @property
    def native_id(self) -> str:
        """Its address in the network; a changed post counts as another one."""
        made = f"at://{self.did}/{POSTS}/{self.rkey}"
        return f"{made}#{self.edition}" if self.edition else made

    @property
    def page_url(self) -> str:
        """Where a person reads it."""
        return f"https://bsky.app/profile/{self.did}/post/{quote(self.rkey, safe='')}"

    @property
    def posted_at(self) -> datetime | None:
        """When, as its author's program says, and never after it was seen."""
        said = moment(self.body.get("createdAt"))
        if said is None or self.seen_at is None:
            return said or self.seen_at
        return min(said, self.seen_at)


def record_at(
    uri: object, body: object, seen_at: datetime, shown: tuple[str, ...] = ()
) -> Record | None:
    """The post at this address; none if it is no post."""
    parts = uri.split("/") if isinstance(uri, str) else []
    if len(parts) != 5 or parts[0] != "at:" or parts[3] != POSTS or not parts[4]:
        return None
    if not isinstance(body, dict) or not is_post(body):
        return None
    return Record(parts[2], parts[4], body, seen_at, shown=shown)


def is_post(body: object) -> bool:
    """Whether a record is a post."""
    return isinstance(body, dict) and body.get("$type", POSTS) == POSTS


def post_of(record: Record, term: str = "") -> Post:
    """All words of a post: its text, tags, the cards of links, and what its media is described with."""
    words = dict.fromkeys(word for word in _words(record.body, 0) if word.strip())
    text = " ".join(words)[:MOST_LETTERS]
    return Post(record.native_id, record.page_url, text, record.posted_at, term)


def items_of(record: Record, hosts: Hosts, term: str = "") -> tuple[Item, ...]:
    """Every picture and film of a post, also of the card of a link and beside a quoted post."""

    def item(index: int, address: str) -> Item:
        return Item(record.native_id, index, address, record.page_url, record.posted_at, term)

    embed = record.body.get("embed")
    found = [
        item(index, address)
        for index, (cid, kind) in enumerate(_blobs(embed, 0))
        for index, address in _addresses(record, index, cid, kind, hosts)
    ]
    linked = [link for link in _links(embed, 0) if is_media_address(link)]
    return (*found, *(item(2 * _PREVIEW + index, link) for index, link in enumerate(linked)))


def _words(part: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(part, list):
        for each in part:
            yield from _words(each, depth + 1)
    if not isinstance(part, dict):
        return
    yield from (said for name in _SAID if isinstance(said := part.get(name), str))
    tags = part.get("tags")
    yield from (tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    for inner in part.values():
        yield from _words(inner, depth + 1)


def _blobs(part: object, depth: int) -> Iterator[tuple[str, str]]:
    """CID and kind of each blob that is a picture or a film, in the order of the record."""
    if depth > _DEEPEST:
        return
    for inner in _inner(part):
        yield from _blobs(inner, depth + 1)
    if not isinstance(part, dict):
        return
    kind, cid = str(part.get("mimeType", "")), _cid(part.get("ref", part.get("cid")))
    if cid and kind.startswith(("image/", "video/")):
        yield cid, kind


def _links(part: object, depth: int) -> Iterator[str]:
    """Addresses of other sites on cards: what they lead to may be a picture itself."""
    if depth > _DEEPEST:
        return
    if isinstance(part, dict) and isinstance(card := part.get("external"), dict):
        yield absolute("", str(card.get("uri") or ""))
    for inner in _inner(part):
        yield from _links(inner, depth + 1)


def _inner(part: object) -> Iterable[object]:
    if isinstance(part, dict):
        return part.values()
    return part if isinstance(part, list) else ()


def _cid(ref: object) -> str:
    """A link to a blob, as text: of JSON, of CBOR, or of posts from before there were links."""
    try:
        if isinstance(ref, bytes):
            return encode_cid(ref)
    except ValueError:
        return ""
    found = ref.get("$link") if isinstance(ref, dict) else ref
    return found if isinstance(found, str) and found.isalnum() else ""


def _addresses(
    record: Record, index: int, cid: str, kind: str, hosts: Hosts
) -> Iterator[tuple[int, str]]:
    """The picture; or a film as uploaded, and its preview, which is there even where it is too long."""
    author = quote(record.did, safe=":")
    blob = f"{hosts.blobs}/xrpc/com.atproto.sync.getBlob?did={author}&cid={cid}"
    shown = next((address for address in record.shown if cid in address), "")
    if kind.startswith("image/"):
        cdn = f"{hosts.cdn}/img/feed_fullsize/plain/{author}/{cid}@jpeg" if hosts.cdn else ""
        yield index, shown or cdn or blob
        return
    yield index, blob
    film = f"{hosts.films}/watch/{quote(record.did, safe='')}/{cid}"
    preview = f"{film}/thumbnail.jpg" if hosts.films else ""
    if shown or preview:
        yield _PREVIEW + index, shown or preview
