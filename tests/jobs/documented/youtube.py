"""YouTube's search and the feeds of its channels, as their documents describe them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from aiohttp import web

from tests.conftest import START
from tests.jobs.documented.server import MEDIA, Documented, minute


class YouTubeServer(Documented):
    """A page's token is the place where it begins; feeds give the newest and ask for no key."""

    paths: ClassVar = ("/youtube/v3/search", "/feeds/videos.xml")
    secrets: ClassVar = {"key": "right"}

    def knows(self, request: web.Request) -> bool:
        return request.path.startswith("/feeds") or request.query["key"] == "right"

    def refusal(self) -> web.Response:
        told = "API key not valid. Please pass a valid API key."
        return _error(400, told, "badRequest", [{"reason": "API_KEY_INVALID"}])

    def used_up(self) -> web.Response:
        told = "The request cannot be completed because you have exceeded your quota."
        return _error(403, told, "quotaExceeded")

    def page(self, request: web.Request) -> web.Response:
        if request.path.startswith("/feeds"):
            entries = "".join(map(_entry, self.newest(0, 15)))
            feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {_NAMES}>{entries}</feed>'
            return web.Response(text=feed, content_type="text/xml")
        token, size = request.query.get("pageToken", "t0"), int(request.query["maxResults"])
        if not token.startswith("t"):
            return _error(400, "The page token is not valid.", "invalidPageToken")
        start = int(token[1:])
        after = request.query.get("publishedAfter")
        oldest = datetime.fromisoformat(after) if after else START - timedelta(days=9_999)
        fitting = [each for each in self.found if datetime.fromisoformat(minute(each)) >= oldest]
        shown = sorted(fitting, reverse=True)[start : start + size]
        further = {"nextPageToken": f"t{start + size}"} if start + size < len(fitting) else {}
        return web.json_response({"items": [_video(each) for each in shown], **further})


_NAMES = (
    'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"'
)


def _entry(number: int) -> str:
    return f"""<entry><id>yt:video:v{number}</id><yt:videoId>v{number}</yt:videoId>
    <title>풍경 {number}</title><published>{minute(number)}</published>
    <link rel="alternate" href="https://www.youtube.com/watch?v=v{number}"/>
    <media:group><media:thumbnail url="{MEDIA}/{number}.jpg" width="480" height="360"/>
    <media:description>바다</media:description></media:group></entry>"""


def _video(number: int) -> dict[str, Any]:
    sizes = {"default": 120, "medium": 320, "high": 480}
    thumbnails = {
        name: {"url": f"{MEDIA}/{number}.jpg" if name == "high" else f"{MEDIA}/s", "width": width}
        for name, width in sizes.items()
    }
    snippet = {
        "publishedAt": minute(number).replace("+00:00", "Z"),
        "title": f"풍경 {number} &#39;산&#39;",
        "description": "바다",
        "channelTitle": "집",
        "thumbnails": thumbnails,
    }
    return {"id": {"kind": "youtube#video", "videoId": f"v{number}"}, "snippet": snippet}


def _error(status: int, told: str, reason: str, details: Any = ()) -> web.Response:
    listed = [{"message": told, "domain": "youtube", "reason": reason}]
    error = {"code": status, "message": told, "errors": listed, "details": list(details)}
    return web.json_response({"error": error}, status=status)
