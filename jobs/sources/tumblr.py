"""Tumblr: public posts under a tag, in the old format of posts and in the new one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from domain.networks import NETWORKS
from domain.sources import Item, MalformedSource, Page, Post, Term, Trouble, Watch, absolute
from jobs.answers import Answer, read_json, require_ok
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.descent import descended
from jobs.sources.markup import plain_text
from jobs.sources.reading import (
    addresses,
    mapping,
    mappings,
    number,
    seconds,
    secret,
    text,
    texts,
    wait_of,
)
from services.ports import Clock

_ON_A_PAGE = 20
_OVERLAP_S = 180
_PREVIEW = 100  # Added to a film's place in its post.
_RESETS = ("perday", "perhour")


class Tumblr(Reader):
    """Each poll asks for every tag once; posts are ordered by the second that they were posted in."""

    network = NETWORKS["tumblr"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        key, latest = secret(watch, "key"), int(self._clock.now().timestamp())

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            posts = await _tagged(watch.source.url, key, term, place, http)
            times = [moment for post in posts if (moment := number(post.get("timestamp")))]
            further = str(_before(times)) if len(posts) >= _ON_A_PAGE and times else ""
            marks = [min(moment, latest) for moment in times]
            return descended(place, _page(posts, term), marks, further, overlap=_OVERLAP_S)

        return await each_term(watch.terms, watch.cursor, ask)


def connect(clock: Clock) -> Tumblr:
    """The connector of Tumblr."""
    return Tumblr(clock)


async def _tagged(
    base: str, key: str, term: Term, place: Place | None, http: Http
) -> list[dict[str, Any]]:
    params = {"tag": term.text, "limit": str(_ON_A_PAGE), "api_key": key}
    if place and place.get("at"):
        params["before"] = place["at"]
    answer = await http.get(f"{base.rstrip('/')}/v2/tagged", params)
    if answer.status == 429:
        raise MalformedSource(Trouble.TOO_MANY, "429", _quota_wait(answer))
    if answer.status == 403:
        raise MalformedSource(Trouble.KEY_REFUSED, "403")
    told = mapping(read_json(require_ok(answer)))
    if not isinstance(told.get("response"), list):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return mappings(told["response"])


def _before(times: list[int]) -> int:
    """`before` leaves out its own second: that is asked for whole, unless it fills the page."""
    oldest = min(times)
    return oldest if oldest == max(times) else oldest + 1


def _quota_wait(answer: Answer) -> timedelta | None:
    """The longest wait among the quotas that are used up; else what the hour's says."""
    used_up = [
        wait
        for name in _RESETS
        if number(answer.headers.get(f"x-ratelimit-{name}-remaining")) == 0
        if (wait := wait_of(answer, f"x-ratelimit-{name}-reset"))
    ]
    return max(used_up, default=wait_of(answer, "x-ratelimit-perhour-reset"))


def _page(posts: list[dict[str, Any]], term: Term) -> Page:
    items, said = list[Item](), list[Post]()
    for post in posts:
        native_id = text(post.get("id_string")) or str(number(post.get("id")) or "")
        page = absolute("", text(post.get("post_url")))
        if not native_id:
            continue
        posted_at = seconds(post.get("timestamp"))
        said.append(Post(native_id, page, _words(post), posted_at, term.key))
        items += _items(post, native_id, page, posted_at, term)
    return Page(tuple(items), None, posts=tuple(said))


def _items(
    post: dict[str, Any], native_id: str, page: str, posted_at: datetime | None, term: Term
) -> Iterator[Item]:
    pictures = addresses([*_pictures(post), *_inline(post, page)])
    films = addresses(_films(post))
    for index, address in enumerate([*pictures, *films]):
        yield Item(native_id, index, address, page or address, posted_at, term.key)
    for index, address in enumerate(addresses(_previews(post))):
        yield Item(native_id, _PREVIEW + index, address, page or address, posted_at, term.key)


def _blocks(post: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Blocks of the new format, also of the posts that were passed on."""
    parts = [post, *mappings(post.get("trail"))]
    blocks = [block for part in parts for block in mappings(part.get("content"))]
    return [block for block in blocks if block.get("type") == kind]


def _pictures(post: dict[str, Any]) -> Iterator[object]:
    for photo in mappings(post.get("photos")):
        yield mapping(photo.get("original_size")).get("url")
    for block in _blocks(post, "image"):
        yield _largest(mappings(block.get("media"))).get("url")


def _films(post: dict[str, Any]) -> Iterator[object]:
    yield post.get("video_url")
    for block in _blocks(post, "video"):
        yield mapping(block.get("media")).get("url")


def _previews(post: dict[str, Any]) -> Iterator[object]:
    if post.get("type") == "video":
        yield post.get("thumbnail_url")
    for block in _blocks(post, "video"):
        yield _largest(mappings(block.get("poster"))).get("url")


def _largest(sizes: list[dict[str, Any]]) -> dict[str, Any]:
    return max(sizes, key=lambda size: number(size.get("width")) or 0, default={})


def _inline(post: dict[str, Any], page: str) -> Iterator[object]:
    """Pictures within the markup of old-format posts, which is how new ones are shown in it."""
    for markup in texts(post.get("body"), post.get("caption")):
        for node in LexborHTMLParser(markup).css("img"):
            yield _joined(page, text(node.attributes.get("src")))


def _joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:
        return ""


def _words(post: dict[str, Any]) -> str:
    tags = post.get("tags") if isinstance(post.get("tags"), list) else []
    blocks = [each.get("text") for each in _blocks(post, "text")]
    named = [post.get(name) for name in ("title", "body", "caption", "summary")]
    described = [each.get("alt_text") for each in _blocks(post, "image")]
    return plain_text(" ".join(texts(*named, *blocks, *described, *(tags or []))))
