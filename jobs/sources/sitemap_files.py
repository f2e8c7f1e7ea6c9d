"""The files of sitemaps: indexes, pages with their media, plain lists; packed or not."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.sources import Item, MalformedSource, Trouble, absolute, canonical
from jobs.answers import Answer, moment
from jobs.sources.elements import Element, read_elements
from jobs.sources.markup import decoded

MOST_BYTES = 20_000_000  # Of a file unpacked.
_PACKED = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 2
_ROOTS = frozenset({"urlset", "sitemapindex"})
_MEDIA = ("image:loc", "video:content_loc", "video:thumbnail_loc")
_MOST_LISTED = 50_000  # Of one file, as the protocol says.
_MOST_MEDIA = 1_000


@dataclass(frozen=True)
class Listed:
    """A page or a file, when it last changed, and the media that are named with it."""

    url: str
    changed_at: datetime | None = None
    media: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """A few letters that stand for the page as it was at that time, and with those media."""
        return digest(f"{self.url} {self.changed_at} {' '.join(self.media)}")

    def items(self) -> Iterator[Item]:
        """Its media, known by their addresses."""
        for address in self.media:
            name = f"{canonical(self.url)} {canonical(address)}"
            yield Item(name, 0, address, self.url, self.changed_at)


@dataclass(frozen=True)
class SitemapFile:
    """What a file lists; not whole where it was cut off."""

    files: tuple[Listed, ...]
    pages: tuple[Listed, ...]
    is_whole: bool


def digest(text: str) -> str:
    """Eight letters for any text."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()[:8]


def read_sitemap(answer: Answer) -> SitemapFile:
    """What an answer lists; raises MalformedSource where it is no sitemap."""
    body = _unpacked(answer.body)
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/plain") and not body.lstrip().startswith(b"<"):
        pages = (Listed(absolute("", line)) for line in decoded(body, kind).split())
        return SitemapFile((), tuple(each for each in pages if each.url)[:_MOST_LISTED], True)
    read = read_elements(body, kind, ("url", "sitemap"), _LEVEL)
    if read.root not in _ROOTS:
        raise MalformedSource(Trouble.NOT_A_FEED)
    found = [(each.name, _listed(each, answer.url)) for each in read.found[:_MOST_LISTED]]
    files, pages_ = (
        tuple(listed for name, listed in found if name == wanted and listed.url)
        for wanted in ("sitemap", "url")
    )
    return SitemapFile(files, pages_, read.is_whole)


def _listed(element: Element, base: str) -> Listed:
    named = (absolute(base, each.text) for each in element.every(*_MEDIA))
    media = tuple(dict.fromkeys(filter(None, named)))[:_MOST_MEDIA]
    return Listed(absolute(base, element.first("loc")), moment(element.first("lastmod")), media)


def _unpacked(body: bytes) -> bytes:
    """The file itself, also where it is packed; what was cut off is given as far as it goes."""
    if not body.startswith(_PACKED):
        return body
    unpacking = zlib.decompressobj(_GZIP)
    try:
        data = unpacking.decompress(body, MOST_BYTES)
    except zlib.error:
        raise MalformedSource(Trouble.NOT_A_FEED) from None
    if unpacking.unconsumed_tail:
        raise MalformedSource(Trouble.TOO_LARGE)
    return data
