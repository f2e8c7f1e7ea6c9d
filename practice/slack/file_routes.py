"""Where bytes go up and come down: upload addresses and private downloads."""

from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from practice.shelf import Document
from practice.slack.file_calls import can_see
from practice.slack.refusals import Refusal, impossible
from practice.slack.tokens import Caller, caller_of
from practice.slack.workspace import Workspace

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class FileRoutes:
    """Uploads by ticket, downloads by token."""

    def __init__(self, desk: Workspace) -> None:
        self._desk = desk

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes of a file, as they are or in a form."""
        file = self._desk.files.of_ticket(request.match_info["ticket"])
        if file is None or file["stage"] == "complete":
            return web.Response(status=404, text="not found")
        data = await _bytes_of(request)
        if len(data) != file["size"]:
            return web.Response(status=400, text="length mismatch")
        self._desk.files.fill(file, data)
        return web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes, for who may see them; a page to sign in for anybody else."""
        file = self._found(request.match_info["address"])
        caller = _caller(request)
        if caller is None:
            raise web.HTTPFound(f"/slack/login?redir={request.path}")
        if file is None or not can_see(self._desk, caller, file):
            raise web.HTTPNotFound(text="not found")
        headers = {"Content-Disposition": "attachment", "Content-Type": file["mimetype"]}
        return web.FileResponse(self._desk.files.path(file), headers=headers | _SAFE)

    async def hand_over(self, request: web.Request) -> web.StreamResponse:
        """The bytes for a person in their client: a download, or with `shown` a picture in place.

        What a picture is its bytes say, not its name; anything else is never shown in place.
        """
        number = request.match_info["number"]
        try:
            file = self._desk.files.get(number)
        except Refusal:
            raise impossible(f"There is no file {number}.", 404) from None
        path = self._desk.files.path(file)
        kind = picture_kind(path) if request.query.get("shown") else ""
        headers = {"Content-Type": kind or "application/octet-stream"}
        if not kind:
            name = quote(file["name"], safe="")
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return web.FileResponse(path, headers=headers | _SAFE)

    async def login(self, request: web.Request) -> web.Response:
        """What somebody without a token gets to see."""
        page = "<!doctype html><title>Slack</title><h1>Sign in to your workspace</h1>"
        return web.Response(text=page, content_type="text/html")

    def _found(self, address: str) -> Document | None:
        try:
            return self._desk.files.get(address.partition("-")[2])
        except Refusal:
            return None


def picture_kind(path: Path) -> str:
    """The content type of a picture that no browser runs anything of; empty for all else."""
    with path.open("rb") as file:
        head = file.read(12)
    found = (kind for start, kind in _PICTURES.items() if head.startswith(start))
    return "image/webp" if head[:4] + head[8:] == b"RIFFWEBP" else next(found, "")


def _caller(request: web.Request) -> Caller | None:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        return caller_of(token, wants_app=False)
    except Refusal:
        return None


async def _bytes_of(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
