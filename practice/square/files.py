"""Serves the media files: right type, ETag, ranges, never guessed at by a browser."""

import io

from aiohttp import web
from PIL import Image

from practice.square.arguments import failure
from practice.square.state import Square

_FOREVER = "public, max-age=300"


def mount(app: web.Application, square: Square) -> None:
    """Add /media and the one avatar that everybody has."""
    files = _Files(square)
    app.router.add_get("/media/{name}", files.show)
    app.router.add_get("/avatars/missing.png", files.avatar)


class _Files:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file; 410 once its post is deleted."""
        name = request.match_info["name"]
        if self._square.gone.get(name) is not None:
            raise failure(410, "Gone")
        media = self._square.file_named(name)
        if media is None:
            raise failure(404, "Record not found")
        content_type = media.content_type if name == media.name else "image/jpeg"
        return web.FileResponse(self._square.path_of(name), headers=_headers(content_type))

    async def avatar(self, request: web.Request) -> web.Response:
        """A grey square."""
        grey = io.BytesIO()
        Image.new("L", (120, 120), 160).save(grey, "PNG")
        return web.Response(body=grey.getvalue(), headers=_headers("image/png"))


def _headers(content_type: str) -> dict[str, str]:
    return {
        "Content-Type": content_type,
        "Cache-Control": _FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
