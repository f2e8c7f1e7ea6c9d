"""Mastodon-compatible servers: the public timeline and the timelines of tags."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from domain.policy import SourcePolicy
from domain.sources import Cursor, Item, MalformedSource, Page, Tag, Trouble, absolute
from jobs.sources import Http, moment, require_ok

_ON_A_PAGE = 40
_PUBLIC = Tag("public", "")
_MEDIA = frozenset({"image", "unknown"})
_FILMS = frozenset({"video", "gifv"})
_PREVIEW = 100  # Added to a film's place in its post: no post has so much media.
# A snowflake counts milliseconds above its lowest 16 bits: posts that come late are seen as well.
_OVERLAP = 3 * 60 * 1000 << 16
_FIRST_SNOWFLAKE = 1 << 50

# The cursor: for each timeline the newest post seen (`high`) and, while catching up, where (`at`).


class Mastodon:
    """Each poll asks every timeline once; a timeline that fails stays where it was."""

    async def poll(
        self, source: SourcePolicy, tags: tuple[Tag, ...], cursor: Cursor, http: Http
    ) -> Page:
        timelines = (_PUBLIC, *tags)
        items: dict[tuple[str, int], Item] = {}
        after: Cursor = {}
        troubles: list[MalformedSource] = []
        for tag in timelines:
            place = cursor.get(tag.key)
            try:
                posts = await _timeline(source.url, tag, place, http)
                items |= {(item.native_id, item.media_index): item for item in _items(posts)}
                after[tag.key] = _next_place(place, posts)
            except MalformedSource as trouble:
                troubles.append(trouble)
                after |= {tag.key: place} if place else {}
        if len(troubles) == len(timelines):
            raise troubles[0]
        is_more = any(place.get("at") for place in after.values())
        return Page(tuple(items.values()), after, is_more, troubles[0] if troubles else None)


async def _timeline(
    base: str, tag: Tag, place: dict[str, Any] | None, http: Http
) -> list[dict[str, Any]]:
    path = f"tag/{quote(tag.text, safe='')}" if tag.text else "public"
    params = {"only_media": "true", "limit": str(_ON_A_PAGE)}
    if place:
        params["min_id"] = place.get("at") or _overlapped(place["high"])
    answer = require_ok(await http.get(f"{base.rstrip('/')}/api/v1/timelines/{path}", params))
    try:
        posts = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MalformedSource(Trouble.NOT_JSON) from None
    if not isinstance(posts, list) or not all(_is_post(post) for post in posts):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return posts


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


def _next_place(place: dict[str, Any] | None, posts: list[dict[str, Any]]) -> dict[str, Any]:
    """A full page after a known place means that there is more; the first page shows the newest."""
    ids = sorted((post["id"] for post in posts), key=_order)
    high = max([*ids, place["high"] if place else "0"], key=_order)
    if place and len(posts) >= _ON_A_PAGE:
        return {"high": high, "at": ids[-1]}
    return {"high": high}


def _order(post_id: str) -> tuple[int, str]:
    """Ids are numbers without leading zeros on some servers and sortable texts on others."""
    return len(post_id), post_id


def _items(posts: list[dict[str, Any]]) -> list[Item]:
    found = []
    for post in posts:
        page = absolute("", str(post.get("url") or post.get("uri") or ""))
        for index, media in enumerate(post["media_attachments"]):
            for place, address in _addresses(index, media):
                posted_at = moment(post.get("created_at"))
                found.append(Item(post["id"], place, address, page or address, posted_at))
    return found


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
