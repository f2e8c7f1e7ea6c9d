"""Brave's image search as its documents describe it."""

from typing import Any, ClassVar

from aiohttp import web

from tests.jobs.documented.server import MEDIA, Documented


class BraveServer(Documented):
    """No second page; limits by the second and by the month stand in the headers."""

    paths: ClassVar = ("/res/v1/images/search",)
    secrets: ClassVar = {"key": "right"}

    def knows(self, request: web.Request) -> bool:
        return request.headers["X-Subscription-Token"] == "right"

    def refusal(self) -> web.Response:
        return _error(422, "SUBSCRIPTION_TOKEN_INVALID")

    def used_up(self) -> web.Response:
        limits = {"X-RateLimit-Remaining": "1, 0", "X-RateLimit-Reset": "1, 7200"}
        return _error(429, "RATE_LIMITED", limits)

    def page(self, request: web.Request) -> web.Response:
        size = int(request.query["count"])
        if size > 200 or "offset" in request.query:
            return self.past_the_end(request, {"type": "ErrorResponse"}, 422)
        shown = [_picture(each) for each in self.newest(0, size)]
        return web.json_response({"type": "images", "query": {}, "results": shown})


def _picture(number: int) -> dict[str, Any]:
    return {
        "type": "image_result",
        "title": f"풍경 {number}",
        "url": f"https://page.example/{number}",
        "source": "page.example",
        "page_fetched": "2026-11-23T00:00:00Z",
        "thumbnail": {"src": f"{MEDIA}/{number}s.jpg"},
        "properties": {"url": f"{MEDIA}/{number}.jpg", "placeholder": f"{MEDIA}/p.jpg"},
    }


def _error(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    told = {"type": "ErrorResponse", "error": {"status": status, "code": code}}
    return web.json_response(told, status=status, headers=headers)
