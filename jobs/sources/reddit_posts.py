"""Posts of Reddit: their words, and their pictures, galleries and films."""

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from domain.sources import Item, Page, Post, absolute
from jobs.sources.markup import plain_text
from jobs.sources.reading import addresses, mapping, mappings, seconds, text, texts

_PAGES = "https://www.reddit.com"
_PREVIEW = 100  # Added to a preview's place in its post.
_FILES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".gifv")


def page_of(posts: list[dict[str, Any]], key: str) -> Page:
    """Posts with their media; `key` is that of the word that brought them."""
    items, said = list[Item](), list[Post]()
    for post in posts:
        native_id = text(post.get("name"))
        if not native_id:
            continue
        page = absolute(_PAGES, text(post.get("permalink")))
        posted_at = seconds(post.get("created_utc"))
        said.append(Post(native_id, page, _words(post), posted_at, key))
        for place, address in _files(post):
            items.append(Item(native_id, place, address, page or address, posted_at, key))
    return Page(tuple(items), None, posts=tuple(said))


def _words(post: dict[str, Any]) -> str:
    captions = [each.get("caption") for each in _gallery(post)]
    named = [post.get(name) for name in ("title", "selftext", "link_flair_text", "author")]
    return plain_text(" ".join(texts(*named, *captions)))


def _files(post: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Files of a post, or of the one that it passes on; then previews, which outlive files."""
    parts = [post, *mappings(post.get("crosspost_parent_list"))]
    files = _addresses(each for part in parts for each in _originals(part))
    previews = _addresses(each for part in parts for each in _previews(part))
    yield from enumerate(files)
    yield from enumerate(previews, start=_PREVIEW)


def _addresses(values: Iterator[object]) -> list[str]:
    """Without `raw_json`, and in old posts also with it, addresses are written as in HTML."""
    return addresses(html.unescape(text(value)) for value in values)


def _originals(post: dict[str, Any]) -> Iterator[object]:
    linked = text(post.get("url_overridden_by_dest")) or text(post.get("url"))
    if post.get("post_hint") == "image" or _path(linked).endswith(_FILES):
        yield linked
    metadata = mapping(post.get("media_metadata"))
    for each in _gallery(post):
        source = mapping(mapping(metadata.get(text(each.get("media_id")))).get("s"))
        yield source.get("u") or source.get("gif") or source.get("mp4")
    for holder in ("media", "secure_media", "preview"):
        name = "reddit_video_preview" if holder == "preview" else "reddit_video"
        yield mapping(mapping(post.get(holder)).get(name)).get("fallback_url")


def _previews(post: dict[str, Any]) -> Iterator[object]:
    for image in mappings(mapping(post.get("preview")).get("images")):
        yield mapping(image.get("source")).get("url")


def _gallery(post: dict[str, Any]) -> list[dict[str, Any]]:
    """A gallery's entries in their order; those that only its list of media names come last."""
    entries = mappings(mapping(post.get("gallery_data")).get("items"))
    named = {text(each.get("media_id")) for each in entries}
    rest = [name for name in mapping(post.get("media_metadata")) if name not in named]
    return [*entries, *({"media_id": name} for name in rest)]


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.lower()
    except ValueError:
        return ""
