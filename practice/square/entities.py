"""Accounts, media and posts as Mastodon's API writes them."""

import html
import re
from typing import Any
from urllib.parse import quote

from practice.square.records import Account, Media, Post
from practice.square.state import Square, as_time, folded

Entity = dict[str, Any]

_LINKED = re.compile(r"(?P<url>https?://[^\s<>\"']+)|(?<![\w/&])#(?P<tag>\w*[^\W\d]\w*)")


def account_entity(square: Square, account: Account) -> Entity:
    """An Account."""
    page = square.url(f"/@{quote(account.username)}")
    last = square.last_at.get(account.id)
    missing = square.url("/avatars/missing.png")
    return {
        "id": account.id,
        "username": account.username,
        "acct": account.username,
        "display_name": account.display_name,
        "created_at": as_time(account.created_at),
        "note": "",
        "url": page,
        "uri": page,
        **dict.fromkeys(("avatar", "avatar_static", "header", "header_static"), missing),
        **dict.fromkeys(("locked", "bot", "discoverable", "group", "indexable"), False),
        **dict.fromkeys(("followers_count", "following_count"), 0),
        "statuses_count": square.counts[account.id],
        "last_status_at": None if last is None else as_time(last)[:10],
        "emojis": [],
        "fields": [],
    }


def media_url(square: Square, name: str) -> str:
    """The full address of a media file."""
    return square.url(f"/media/{quote(name)}")


def media_entity(square: Square, media: Media) -> Entity:
    """A MediaAttachment."""
    url = media_url(square, media.name)
    meta: Entity = {}
    if media.width:
        size = {"width": media.width, "height": media.height}
        text, aspect = f"{media.width}x{media.height}", media.width / media.height
        meta["original"] = {**size, "size": text, "aspect": aspect}
    if media.focus:
        x, y = media.focus.split(",")
        meta["focus"] = {"x": float(x), "y": float(y)}
    return {
        "id": media.id,
        "type": media.kind,
        "url": url,
        "preview_url": media_url(square, media.preview) if media.preview else url,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": media.description or None,
        "blurhash": None,
    }


def post_url(square: Square, post: Post) -> str:
    """The full address of the page of a post."""
    return square.url(f"/@{quote(square.author(post).username)}/{post.id}")


def tag_url(square: Square, tag: str) -> str:
    """The full address of the gallery of a hashtag."""
    return square.url(f"/gallery?tag={quote(tag)}")


def post_entity(square: Square, post: Post) -> Entity:
    """A Status."""
    client = square.clients.get(post.client)
    replied = square.posts.get(post.reply_to)
    return {
        "id": post.id,
        "created_at": as_time(post.created_at),
        "in_reply_to_id": post.reply_to or None,
        "in_reply_to_account_id": replied.account if replied else None,
        "sensitive": post.is_sensitive,
        "spoiler_text": post.spoiler,
        "visibility": post.visibility,
        "language": post.language,
        "uri": post_url(square, post),
        "url": post_url(square, post),
        **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count"), 0),
        "edited_at": None,
        "content": as_html(square, post.text),
        "reblog": None,
        "application": {"name": client.name, "website": None} if client else None,
        "account": account_entity(square, square.author(post)),
        "media_attachments": [media_entity(square, one) for one in square.media_of(post)],
        "mentions": [],
        "tags": [{"name": tag, "url": tag_url(square, tag)} for tag in post.tags],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def as_html(square: Square, text: str) -> str:
    """A text as paragraphs with its links and hashtags linked, everything else escaped."""
    if not text.strip():
        return ""
    pieces, end = [], 0
    for found in _LINKED.finditer(text):
        pieces += [html.escape(text[end : found.start()]), _link(square, found)]
        end = found.end()
    whole = "".join([*pieces, html.escape(text[end:])])
    paragraphs = re.split(r"\n{2,}", whole.strip())
    return "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in paragraphs)


def _link(square: Square, found: re.Match[str]) -> str:
    if found["url"]:
        address = html.escape(found["url"])
        return f'<a href="{address}" rel="nofollow noopener">{address}</a>'
    address = html.escape(tag_url(square, folded(found["tag"])))
    name = html.escape(found["tag"])
    return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
