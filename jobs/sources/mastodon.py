"""Mastodon-compatible servers: the public timeline and the timelines of tags."""

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from domain.networks import NETWORKS
from domain.sources import Item, MalformedSource, Page, Post, Term, Trouble, Watch, absolute
from jobs.answers import moment, read_json
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.markup import plain_text
from services.ports import Clock

_ON_A_PAGE = 40
_PUBLIC = Term("public", "")
_MEDIA = frozenset({"image", "unknown"})
_FILMS = frozenset({"video", "gifv"})
_PREVIEW = 100  # Added to a film's place in its post: no post has so much media.
# A snowflake counts milliseconds above its lowest 16 bits: posts that come late are seen as well.
_OVERLAP = 3 * 60 * 1000 << 16
_FIRST_SNOWFLAKE = 1 << 50

# The cursor: for each timeline the newest post seen (`high`) and, while catching up, where (`at`).


class Mastodon(Reader):
    """Each poll asks every timeline once; a timeline that fails stays where it was."""

    network = NETWORKS["mastodon"]

    async def poll(self, watch: Watch, http: Http) -> Page:
        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            posts = await _timeline(watch.source.url, term, place, http)
            return _page(posts, term), _next_place(place, posts)

        return await each_term((_PUBLIC, *watch.terms), watch.cursor, ask)

    async def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        """Every public post as it is made; what is missed meanwhile, the next poll brings."""
        token = watch.secrets.get("token", "")
        url = f"{watch.source.url.rstrip('/')}/api/v1/streaming/public"
        kind = ""
        async with aclosing(http.lines(url, {"Authorization": f"Bearer {token}"})) as lines:
            async for line in lines:
                name, _, said = line.partition(":")
                if name == "event":
                    kind = said.strip()
                elif name == "data" and kind == "update":
                    post = _read(said)
                    if post is not None:
                        yield _page([post], _PUBLIC)


def connect(_clock: Clock) -> Mastodon:
    """The connector of Mastodon-compatible servers."""
    return Mastodon()


async def _timeline(base: str, term: Term, place: Place | None, http: Http) -> list[dict[str, Any]]:
    path = f"tag/{quote(term.text, safe='')}" if term.text else "public"
    params = {"limit": str(_ON_A_PAGE)}
    if place:
        params["min_id"] = place.get("at") or _overlapped(place["high"])
    answer = await http.get(f"{base.rstrip('/')}/api/v1/timelines/{path}", params)
    posts = read_json(answer)
    if not isinstance(posts, list) or not all(_is_post(post) for post in posts):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return posts


def _read(said: str) -> dict[str, Any] | None:
    """One post of a stream; none where it is none."""
    try:
        post = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return post if _is_post(post) else None


def _is_post(post: object) -> bool:
    return (
        isinstance(post, dict)
        and isinstance(post.get("id"), str)
        and isinstance(post.get("media_attachments"), list)
    )


def _overlapped(high: str) -> str:
    if high.isdigit() and int(high) > _FIRST_SNOWFLAKE:
        return str(int(high) - _OVERLAP)
    return high


def _next_place(place: Place | None, posts: list[dict[str, Any]]) -> Place:
    """A full page after a known place means that there is more; the first page shows the newest."""
    ids = sorted((post["id"] for post in posts), key=_order)
    high = max([*ids, place["high"] if place else "0"], key=_order)
    if place and len(posts) >= _ON_A_PAGE:
        return {"high": high, "at": ids[-1]}
    return {"high": high}


def _order(post_id: str) -> tuple[int, str]:
    """Ids are numbers without leading zeros on some servers and sortable texts on others."""
    return len(post_id), post_id


def _page(posts: list[dict[str, Any]], term: Term) -> Page:
    """What posts say and show, as media of a word or, with an empty text, of all."""
    key = term.key if term.text else ""
    items, said = list[Item](), list[Post]()
    for post in posts:
        page = absolute("", str(post.get("url") or post.get("uri") or ""))
        posted_at = moment(post.get("created_at"))
        said.append(Post(post["id"], page, _text(post), posted_at, key))
        for index, media in enumerate(post["media_attachments"]):
            for place, address in _addresses(index, media):
                items.append(Item(post["id"], place, address, page or address, posted_at, key))
    return Page(tuple(items), None, posts=tuple(said))


def _text(post: dict[str, Any]) -> str:
    """All words of a post: of its warning, itself, its tags and what its media is described with."""
    media = [each for each in post["media_attachments"] if isinstance(each, dict)]
    said = [post.get("spoiler_text"), post.get("content"), *(m.get("description") for m in media)]
    return plain_text(" ".join(each for each in said if isinstance(each, str)))


def _addresses(index: int, media: object) -> Iterator[tuple[int, str]]:
    """The picture or film itself, and a film's preview, which is there even where it is too long."""
    if not isinstance(media, dict) or media.get("type") not in _MEDIA | _FILMS:
        return
    itself = _first(media, ("url", "remote_url"))
    preview = _first(media, ("preview_url",))
    if itself or preview:
        yield index, itself or preview
    if itself and preview and media["type"] in _FILMS:
        yield _PREVIEW + index, preview


def _first(media: dict[str, Any], names: tuple[str, ...]) -> str:
    given = (media.get(name) for name in names)
    found = (absolute("", each) for each in given if isinstance(each, str))
    return next(filter(None, found), "")
