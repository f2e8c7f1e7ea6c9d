"""Counts the API calls of each address, and refuses what is too many, as Mastodon does."""

import time
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from practice.square.arguments import failure
from practice.square.state import Square

WINDOW_S = 300
# Mastodon allows 300; on loopback demo, bot, page and tests all come from one address.
USUAL_LIMIT = 3000


def mount(app: web.Application, square: Square) -> None:
    """Count every call under /api and /oauth; add /practice/square/limit."""
    limits = _Limits()

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(("/api/", "/oauth/")):
            return await handler(request)
        headers = limits.count(request.remote or "")
        try:
            if int(headers["X-RateLimit-Remaining"]) < 0:
                raise failure(429, "Too many requests")
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(headers | {"X-RateLimit-Remaining": limits.left(headers)})
            raise
        if not response.prepared:
            response.headers.update(headers)
        return response

    app.middlewares.append(counted)
    app.router.add_post("/practice/square/limit", limits.change)


class _Limits:
    def __init__(self) -> None:
        self._limit = USUAL_LIMIT
        self._windows: dict[str, tuple[int, int]] = {}

    def count(self, address: str) -> dict[str, str]:
        """Count one call; the three headers (what remains may be below zero)."""
        window = int(time.time()) // WINDOW_S
        last, calls = self._windows.get(address, (window, 0))
        calls = calls + 1 if last == window else 1
        self._windows[address] = (window, calls)
        reset = datetime.fromtimestamp((window + 1) * WINDOW_S, UTC)
        return {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(self._limit - calls),
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        }

    def left(self, headers: dict[str, str]) -> str:
        """What remains as the caller reads it, never below zero."""
        return str(max(0, int(headers["X-RateLimit-Remaining"])))

    async def change(self, request: web.Request) -> web.Response:
        """Practice only: another limit, `{"limit": 300}`."""
        try:
            limit = int((await request.json())["limit"])
        except (ValueError, KeyError, TypeError):
            limit = -1
        if limit < 0:
            sentence = "limit is not a whole number from 0."
            return web.json_response({"ok": False, "error": sentence}, status=400)
        self._limit = limit
        self._windows.clear()
        return web.json_response({"ok": True, "limit": limit})
