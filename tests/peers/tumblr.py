"""A Tumblr that answers `/v2/tagged` as its documents say: newest first, 20 at most, with quotas."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.loopback import Asking

KEY = "consumer-key"


def post(number: int, at: int, **more: Any) -> dict[str, Any]:
    """A photo post of the old format, posted at this second."""
    photo = {
        "caption": "",
        "alt_sizes": [{"url": f"https://64.media.example/{number}_400.jpg", "width": 400}],
        "original_size": {"url": f"https://64.media.example/{number}.jpg", "width": 1280},
    }
    made: dict[str, Any] = {
        "type": "photo",
        "blog_name": "quiet",
        "id": number,
        "id_string": str(number),
        "post_url": f"https://quiet.example/post/{number}",
        "timestamp": at,
        "tags": ["풍경"],
        "caption": "<p>호수 <b>풍경</b></p>",
        "photos": [photo],
    }
    return {**made, **more}


@dataclass
class TumblrPeer(Asking):
    """posts: what there is, in any order; left: calls that the hour still allows."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    left: int = 1_000
    is_stuck: bool = False

    def app(self) -> web.Application:
        """The interface."""
        made = web.Application()
        made.on_response_prepare.append(self.note)
        made.router.add_get("/v2/tagged", self._tagged)
        return made

    async def _tagged(self, request: web.Request) -> web.Response:
        asked = request.query
        if asked.get("api_key") != KEY:
            return _told(401, "Unauthorized", [])
        if self.left <= 0:
            headers = {
                "X-Ratelimit-Perday-Remaining": "3000",
                "X-Ratelimit-Perday-Reset": "40000",
                "X-Ratelimit-Perhour-Remaining": "0",
                "X-Ratelimit-Perhour-Reset": "1800",
            }
            return _told(429, "Limit Exceeded", [], headers)
        self.left -= 1
        newest = sorted(self.posts, key=lambda each: -int(each["timestamp"]))
        if "before" in asked and not self.is_stuck:
            newest = [each for each in newest if each["timestamp"] < int(asked["before"])]
        shown = [each for each in newest if asked["tag"] in each["tags"]]
        return _told(200, "OK", shown[: min(int(asked.get("limit", 20)), 20)])


def _told(
    status: int, said: str, response: list[Any], headers: dict[str, str] | None = None
) -> web.Response:
    body = {"meta": {"status": status, "msg": said}, "response": response}
    return web.json_response(body, status=status, headers=headers)
