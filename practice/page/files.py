"""Serves the page's own files, under a policy that lets a browser load nothing else."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_STORIES = _HERE / "stories"
_NONE = "'none'"
_SELF = "'self'"


class StaticFiles:
    """The files that were there at the start; no other path leads anywhere."""

    def __init__(self) -> None:
        found = (path for path in _STATIC.rglob("*") if path.is_file())
        self._files = {path.relative_to(_STATIC).as_posix(): path for path in found}

    async def index(self, request: web.Request) -> web.StreamResponse:
        """The page."""
        return web.FileResponse(_STATIC / "index.html", headers=_headers(request))

    async def show(self, request: web.Request) -> web.StreamResponse:
        """One of its files."""
        path = self._files.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound()
        return web.FileResponse(path, headers=_headers(request))

    async def stories(self, request: web.Request) -> web.Response:
        """The first steps and the training stories, in the order of their files."""
        return web.json_response({"ok": True, "stories": stories()})


def stories() -> list[dict[str, Any]]:
    """Every story, read anew, so that whoever writes one sees it at once."""
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(_STORIES.glob("*.json"))
    ]


def _headers(request: web.Request) -> dict[str, str]:
    # The guard has seen to it that Host is this server's own name.
    policy = {
        "default-src": _NONE,
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": f"{_SELF} blob:",
        "connect-src": f"{_SELF} ws://{request.host}",
        "base-uri": _NONE,
        "form-action": _NONE,
        "frame-ancestors": _NONE,
    }
    return {
        "Content-Security-Policy": "; ".join(" ".join(pair) for pair in policy.items()),
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
