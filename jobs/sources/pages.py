"""HTML pages as a visitor sees them: the pictures and films, the words, and where the next page is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domain.sources import Item, MalformedSource, Post, Trouble, absolute, canonical
from jobs.answers import Answer
from jobs.sources.markup import MOST_LETTERS, decoded, shallow

MOST_SHOWN = 2_000  # Pictures and films of a page.

_HTML = ("text/html", "application/xhtml+xml")
_BINARY = 512  # A NUL among the first letters means that they are none.
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")
_NAMED = ", ".join(
    f'meta[{by}="{kind}"]'
    for by in ("property", "name")
    for kind in ("og:image", "og:image:secure_url", "og:video", "og:video:url", "twitter:image")
)
# Pages that load pictures late write the real address here and a stand-in into `src`.
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_LATE = ("data-src", "data-original", "data-lazy-src", "data-full-url", "data-large-file")
_CHOICE = re.compile(r"[\s,]*([^\s,]\S*?)(?:,+(?=\s|$)|\s+([^,]*)(?:,|$)|$)")
_BEHIND = re.compile(r"url\(\s*[\"']?([^\"')]{1,2000})", re.IGNORECASE)
_LINKED_DATA = ("image", "contentUrl", "thumbnailUrl", "thumbnail")
_MOST_DATA = 20_000  # Values of linked data.
_NUMBERED = re.compile(r"/page/(\d{1,6})/?$")
_SAYS_NEXT = re.compile(r"\b(?:next|older)\b|다음|이전 글|^\s*[›»→]\s*$", re.IGNORECASE)
_HIGHEST = 30  # So far above a picture is its link looked for.


@dataclass(frozen=True)
class Sheet:
    """What one page lists, says and leads on to (empty where to nothing)."""

    items: tuple[Item, ...]
    posts: tuple[Post, ...]
    further: str


def read_page(answer: Answer) -> Sheet:
    """What an answer shows; raises MalformedSource where it is no page."""
    kind = answer.headers.get("content-type", "")
    text = decoded(answer.body, kind) if b"<" in answer.body else ""
    if kind.split(";")[0].strip().lower() not in _HTML or not text or "\0" in text[:_BINARY]:
        raise MalformedSource(Trouble.NOT_A_PAGE)
    tree = LexborHTMLParser(shallow(text.replace("\0", "")))
    found = _shown(tree, answer.url)
    items = tuple(
        Item(f"{canonical(page)} {canonical(address)}", 0, address, page)
        for address, page in found.items()
    )
    return Sheet(items, _posts(tree, answer.url), _further(tree, answer.url))


def shown(markup: str, base: str) -> list[str]:
    """The addresses of what a piece of HTML shows."""
    return list(_shown(LexborHTMLParser(shallow(markup)), base)) if "<" in markup else []


def _shown(tree: LexborHTMLParser, url: str) -> dict[str, str]:
    """Each picture and film once, and the page that it stands on or leads to."""
    base, found = _base(tree, url), dict[str, str]()
    for address, page in _listed(tree, url, base):
        whole = absolute(base, address)
        if whole:
            found.setdefault(whole, page)
        if len(found) >= MOST_SHOWN:
            break
    return found


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return (absolute(url, _attribute(node, "href")) if node else "") or url


def _listed(tree: LexborHTMLParser, url: str, base: str) -> Iterator[tuple[str, str]]:
    """Every address, as written, where pages name media; some several times."""
    for node in tree.css("img, picture source, amp-img"):
        yield _largest(node), _page_of(node, url, base)
    for node in tree.css("video, video source"):
        for name in ("src", "data-src", "poster", "data-poster"):
            yield _attribute(node, name), _page_of(node, url, base)
    for node in tree.css("a[href]"):
        if _is_picture(_attribute(node, "href")):
            yield _attribute(node, "href"), url
    for node in tree.css('[style*="url("], [data-bg]'):
        page = _page_of(node, url, base)
        for address in _BEHIND.findall(_attribute(node, "style")):
            yield address, page
        yield _attribute(node, "data-bg"), page
    for node in tree.css(_NAMED):
        yield _attribute(node, "content"), url
    for node in tree.css('script[type="application/ld+json"]'):
        for address in _linked(node.text()):
            yield address, url


def _linked(text: str) -> Iterator[str]:
    """The addresses that linked data gives for media."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MOST_DATA):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            for name in _LINKED_DATA:
                yield from _named(value.get(name))
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _named(value: Any) -> Iterator[str]:
    """What stands for media: an address, an object that has one, or a list of them."""
    for each in value if isinstance(value, list) else [value]:
        address = each.get("url") if isinstance(each, dict) else each
        if isinstance(address, str):
            yield address


def _posts(tree: LexborHTMLParser, url: str) -> tuple[Post, ...]:
    """What the whole page says, as one post."""
    body = tree.body
    text = " ".join(body.text(separator=" ").split()) if body is not None else ""
    return (Post(canonical(url), url, text[:MOST_LETTERS]),) if text else ()


def _further(tree: LexborHTMLParser, url: str) -> str:
    """The next page of a list on the same site: as said by `rel`, or by number and word."""
    base, here = _base(tree, url), _number(url)
    named = tree.css_first('a[rel~="next"], link[rel~="next"]')
    links = [named] if named else [a for a in tree.css("a[href]") if _says_next(a)]
    for node in links:
        address = absolute(base, _attribute(node, "href"))
        is_same_site = urlsplit(address).netloc == urlsplit(url).netloc
        is_later = node is named or _number(address) > here
        if address and is_same_site and is_later and canonical(address) != canonical(url):
            return address
    return ""


def _says_next(node: LexborNode) -> bool:
    said = (_attribute(node, "class").replace("-", " "), _attribute(node, "aria-label"))
    is_numbered = _NUMBERED.search(_attribute(node, "href").partition("?")[0])
    return bool(is_numbered) and any(map(_SAYS_NEXT.search, (*said, node.text())))


def _number(url: str) -> int:
    found = _NUMBERED.search(urlsplit(url).path)
    return int(found[1]) if found else 1


def _largest(node: LexborNode) -> str:
    """The widest of a set of sizes; else the picture's own address."""
    best, widest = "", -1.0
    for name in _SETS:
        for address, size in _CHOICE.findall(_attribute(node, name)[:20_000]):
            width = _width(size.strip().rstrip("wx"))
            if width > widest:
                best, widest = address, width
    late = (_attribute(node, name) for name in _LATE)
    return best or next(filter(None, late), "") or _attribute(node, "src")


def _width(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _page_of(node: LexborNode, url: str, base: str) -> str:
    """The page of the same site that the picture leads to, unless that is only the picture in large."""
    above = node.parent
    for _ in range(_HIGHEST):
        if above is None or above.tag == "a":
            break
        above = above.parent
    is_link = above is not None and above.tag == "a"
    address = absolute(base, _attribute(above, "href")) if is_link else ""
    is_here = urlsplit(address).netloc == urlsplit(url).netloc
    if not address or not is_here or _is_picture(address) or canonical(address) == canonical(url):
        return url
    return address


def _is_picture(address: str) -> bool:
    return address.partition("?")[0].partition("#")[0].lower().endswith(_PICTURES)


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""
