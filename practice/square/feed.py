"""The RSS feed of everything public with media."""

import hashlib
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from practice.square.entities import as_html, media_url, post_url
from practice.square.records import Media, Post
from practice.square.state import Square

_MEDIA = "http://search.yahoo.com/mrss/"
_SHOWN = 50


def mount(app: web.Application, square: Square) -> None:
    """Add /feed.xml."""
    ET.register_namespace("media", _MEDIA)
    feed = _Feed(square)
    app.router.add_get("/feed.xml", feed.show)


class _Feed:
    def __init__(self, square: Square) -> None:
        self._square = square
        self._tag = ""
        self._changed = datetime.now(UTC)

    async def show(self, request: web.Request) -> web.Response:
        """The newest posts; 304 to whoever has them."""
        body = self._write()
        tag = hashlib.sha256(body).hexdigest()[:32]
        if tag != self._tag:
            self._tag, self._changed = tag, datetime.now(UTC).replace(microsecond=0)
        headers = {
            "ETag": f'"{tag}"',
            "Last-Modified": format_datetime(self._changed, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if _has_it(request, tag, self._changed):
            return web.Response(status=304, headers=headers)
        content_type = "application/rss+xml"
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)

    def _write(self) -> bytes:
        root = ET.Element("rss", version="2.0")
        channel = ET.SubElement(root, "channel")
        posts = self._square.public_media_posts()[:_SHOWN]
        _text(channel, "title", "Practice town square")
        _text(channel, "link", self._square.url("/gallery"))
        _text(channel, "description", "Public posts with media")
        if posts:
            _text(channel, "lastBuildDate", _date(posts[0].created_at))
        for post in posts:
            self._item(ET.SubElement(channel, "item"), post)
        return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))

    def _item(self, item: ET.Element, post: Post) -> None:
        address = post_url(self._square, post)
        _text(item, "guid", address, isPermaLink="true")
        _text(item, "link", address)
        _text(item, "title", _printable(post.text)[:80] or "(no text)")
        _text(item, "pubDate", _date(post.created_at))
        _text(item, "description", _printable(as_html(self._square, post.text)))
        for tag in post.tags:
            _text(item, "category", tag)
        files = self._square.media_of(post)
        for media in files[:1]:
            ET.SubElement(item, "enclosure", self._enclosure(media))
        for media in files:
            self._content(item, media)

    def _enclosure(self, media: Media) -> dict[str, str]:
        length = self._square.path_of(media.name).stat().st_size
        url = media_url(self._square, media.name)
        return {"url": url, "length": str(length), "type": media.content_type}

    def _content(self, item: ET.Element, media: Media) -> None:
        enclosure = self._enclosure(media)
        medium = "video" if media.kind == "video" else "image"
        known = {"fileSize": enclosure.pop("length"), "medium": medium, **enclosure}
        if media.width:
            known |= {"width": str(media.width), "height": str(media.height)}
        content = ET.SubElement(item, f"{{{_MEDIA}}}content", known)
        if media.description:
            _text(content, f"{{{_MEDIA}}}description", _printable(media.description))


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _printable(text: str) -> str:
    # XML 1.0 can't carry control characters, not even escaped.
    return "".join(one for one in text if one >= " " or one in "\n\t")


def _date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)


def _has_it(request: web.Request, tag: str, changed: datetime) -> bool:
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = {one.strip().removeprefix("W/").strip('"') for one in known.split(",")}
        return bool(tags & {tag, "*"})
    try:
        since = parsedate_to_datetime(request.headers.get("If-Modified-Since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and since >= changed
