"""Allow-listed galleries: pictures of HTML pages, where robots.txt lets a visitor look."""

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego
from selectolax.lexbor import LexborHTMLParser, LexborNode

from domain.networks import NETWORKS
from domain.sources import Item, MalformedSource, Page, Post, Trouble, Watch, absolute, canonical
from jobs.answers import Answer, require_ok
from jobs.fetcher import NAME
from jobs.sources import Http, Reader
from jobs.sources.markup import MOST_LETTERS
from services.ports import Clock

_PAGES = 5
_ROBOTS_LAST = 3600.0
_NAMED = ", ".join(
    f'meta[{by}="og:{kind}"]' for by in ("property", "name") for kind in ("image", "video")
)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")

# The cursor: `next` and `left` while further pages are due in this round, else nothing.


class Gallery(Reader):
    """Each round reads the first pages, newest first; what is known already is listed once more."""

    network = NETWORKS["gallery"]

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._rules: dict[str, tuple[float, Protego]] = {}

    async def poll(self, watch: Watch, http: Http) -> Page:
        url = str(watch.cursor.get("next") or watch.source.url)
        left = int(watch.cursor.get("left", _PAGES))
        if not (await self._robots(url, http)).can_fetch(url, NAME):
            raise MalformedSource(Trouble.ROBOTS)
        answer = require_ok(await http.get(url))
        tree = _tree(answer)
        items, posts = _items(tree, answer.url), _posts(tree, answer.url)
        further = _next_page(tree, answer.url)
        if further and left > 1:
            place = {"next": further, "left": left - 1}
            return Page(items, place, is_more=True, posts=posts)
        return Page(items, {}, posts=posts)

    async def _robots(self, url: str, http: Http) -> Protego:
        """The site's rules, asked for once an hour; a site without any allows everything."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(site)
        if known is None or self._monotonic() - known[0] > _ROBOTS_LAST:
            answer = await http.get(f"{site}/robots.txt")
            if answer.status >= 500:
                raise MalformedSource(Trouble.STATUS, str(answer.status))
            text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            known = self._monotonic(), Protego.parse(text)
            self._rules[site] = known
        return known[1]


def connect(clock: Clock) -> Gallery:
    """The connector of allow-listed galleries."""
    return Gallery(clock.monotonic)


def _posts(tree: LexborHTMLParser, url: str) -> tuple[Post, ...]:
    """What the whole page says, as one post."""
    body = tree.body
    text = " ".join(body.text(separator=" ").split()) if body is not None else ""
    return (Post(canonical(url), url, text[:MOST_LETTERS]),) if text else ()


def _tree(answer: Answer) -> LexborHTMLParser:
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml") or b"\0" in answer.body:
        raise MalformedSource(Trouble.NOT_A_PAGE)
    if b"<" not in answer.body:
        raise MalformedSource(Trouble.NOT_A_PAGE)
    return LexborHTMLParser(answer.body)


def _next_page(tree: LexborHTMLParser, base: str) -> str:
    node = tree.css_first('a[rel~="next"], link[rel~="next"]')
    address = absolute(base, _attribute(node, "href")) if node else ""
    is_same_site = urlsplit(address).netloc == urlsplit(base).netloc
    return address if is_same_site and canonical(address) != canonical(base) else ""


def _items(tree: LexborHTMLParser, base: str) -> tuple[Item, ...]:
    found: dict[str, str] = {}
    for node in tree.css("img, picture source"):
        address = absolute(base, _largest(node))
        if address:
            found.setdefault(address, _page_of(node, base))
    for node in tree.css("video, video source"):
        for name in ("src", "poster"):
            address = absolute(base, _attribute(node, name))
            if address:
                found.setdefault(address, _page_of(node, base))
    for node in tree.css(_NAMED):
        address = absolute(base, _attribute(node, "content"))
        if address:
            found.setdefault(address, base)
    return tuple(
        Item(f"{canonical(page)} {canonical(address)}", 0, address, page)
        for address, page in found.items()
    )


def _largest(node: LexborNode) -> str:
    """The widest of a set of sizes; else the picture's own address."""
    best, widest = "", -1.0
    for choice in _attribute(node, "srcset").split(", "):
        address, _, size = choice.strip().partition(" ")
        width = _number(size.strip().rstrip("wx"))
        if address and width > widest:
            best, widest = address, width
    return best or _attribute(node, "src") or _attribute(node, "data-src")


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _page_of(node: LexborNode, base: str) -> str:
    """The page that the picture leads to, unless that is only the picture in large."""
    above = node.parent
    while above is not None and above.tag != "a":
        above = above.parent
    address = absolute(base, _attribute(above, "href")) if above is not None else ""
    is_picture = urlsplit(address).path.lower().endswith(_PICTURES)
    return base if not address or is_picture else address


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
