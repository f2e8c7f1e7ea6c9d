"""Takes uploads in and describes them until they are attached to a post."""

import asyncio
import re
import secrets

from aiohttp import web

from practice.square.arguments import Arguments, arguments_of, failure
from practice.square.entities import media_entity
from practice.square.records import Account, Media
from practice.square.sniffing import NotMediaError, Sniffed, sniff
from practice.square.state import Square
from practice.square.tokens import person_of

_FOCUS = re.compile(r"-?[01](\.\d+)?,-?[01](\.\d+)?")
_LONGEST_DESCRIPTION = 1500


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/media and /api/v2/media."""
    uploads = _Uploads(square)
    app.router.add_post("/api/v1/media", uploads.take)
    app.router.add_post("/api/v2/media", uploads.take)
    app.router.add_get("/api/v1/media/{id}", uploads.show)
    app.router.add_put("/api/v1/media/{id}", uploads.describe)


def store(square: Square, account: Account, data: bytes, found: Sniffed) -> Media:
    """Keep the bytes of an upload (and its preview) under a name that nobody can guess."""
    stem = secrets.token_hex(16)
    media = Media(
        id=square.next_id(),
        account=account.id,
        kind=found.kind,
        content_type=found.content_type,
        name=f"{stem}.{found.extension}",
        preview=f"{stem}-small.jpg" if found.preview else "",
        width=found.width,
        height=found.height,
    )
    return square.store(media, data, found.preview)


class _Uploads:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def take(self, request: web.Request) -> web.Response:
        """Store an upload: 200 for a picture, 202 without an address for a video, 422 else."""
        account = person_of(self._square, request, "write")
        given = await arguments_of(request)
        upload = given.file("file")
        if upload is None:
            raise failure(422, "Validation failed: File can't be blank")
        data = upload.file.read()
        try:
            found = await asyncio.to_thread(sniff, data)
        except NotMediaError as error:
            raise failure(422, f"Validation failed: {error}") from error
        media = store(self._square, account, data, found)
        _describe(media, given)
        self._square.media.put(media)
        entity = media_entity(self._square, media)
        if found.kind == "video" and request.path.startswith("/api/v2/"):
            return web.json_response({**entity, "url": None}, status=202)
        return web.json_response(entity)

    async def show(self, request: web.Request) -> web.Response:
        """One's own upload."""
        return web.json_response(media_entity(self._square, self._own(request, "read")))

    async def describe(self, request: web.Request) -> web.Response:
        """Another description or focus, before it is attached."""
        media = self._own(request, "write")
        if media.post:
            raise failure(404, "Record not found")
        _describe(media, await arguments_of(request))
        self._square.media.put(media)
        return web.json_response(media_entity(self._square, media))

    def _own(self, request: web.Request, scope: str) -> Media:
        account = person_of(self._square, request, scope)
        media = self._square.media.get(request.match_info["id"])
        if media is None or media.account != account.id:
            raise failure(404, "Record not found")
        return media


def _describe(media: Media, given: Arguments) -> None:
    description, focus = given.text("description"), given.text("focus").replace(" ", "")
    if len(description) > _LONGEST_DESCRIPTION:
        raise failure(422, "Validation failed: Description is too long")
    if focus and not _FOCUS.fullmatch(focus):
        raise failure(422, "Validation failed: Focus is not x,y between -1 and 1")
    media.description = description or media.description
    media.focus = focus or media.focus
