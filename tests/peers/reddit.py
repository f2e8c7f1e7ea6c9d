"""A Reddit that follows its documents: application tokens, listings with `after`, and its headers."""

import base64
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.loopback import Asking

ID, SECRET = "app-id", "app-secret"


def post(number: int, at: int, **more: Any) -> dict[str, Any]:
    """A picture posted at this second."""
    made: dict[str, Any] = {
        "name": f"t3_{number}",
        "title": f"호수 {number}",
        "selftext": "",
        "permalink": f"/r/lake/comments/{number}/x/",
        "created_utc": float(at),
        "post_hint": "image",
        "url_overridden_by_dest": f"https://i.redd.example/{number}.jpg",
        "subreddit": "lake",
    }
    return {**made, **more}


@dataclass
class RedditPeer(Asking):
    """posts: what there is; tokens: those that hold; left: calls that the window still allows."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    given: int = 0
    left: int = 100
    page: int = 100
    repeats: str = ""

    def app(self) -> web.Application:
        """The interface, and the place where tokens are given."""
        made = web.Application()
        made.on_response_prepare.append(self.note)
        made.router.add_post("/api/v1/access_token", self._token)
        made.router.add_get("/r/{names}/new", self._new)
        made.router.add_get("/search", self._search)
        return made

    async def _token(self, request: web.Request) -> web.Response:
        pair = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
        form = await request.post()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"})
        self.given += 1
        self.tokens.append(f"token-{self.given}")
        told = {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 86400}
        return web.json_response(told)

    async def _new(self, request: web.Request) -> web.Response:
        names = request.match_info["names"].split("+")
        return self._listing(request, [each for each in self.posts if each["subreddit"] in names])

    async def _search(self, request: web.Request) -> web.Response:
        word = request.query["q"].strip('"')
        return self._listing(request, [each for each in self.posts if word in each["title"]])

    def _listing(self, request: web.Request, found: list[dict[str, Any]]) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        headers = {"x-ratelimit-remaining": str(float(self.left)), "x-ratelimit-reset": "42"}
        if self.left <= 0:
            return web.json_response({"error": 429}, status=429, headers=headers)
        self.left -= 1
        newest = sorted(found, key=lambda each: -each["created_utc"])
        after = request.query.get("after")
        names = [each["name"] for each in newest]
        start = names.index(after) + 1 if after in names and not self.repeats else 0
        shown = newest[start : start + self.page]
        further = shown[-1]["name"] if len(newest) > start + self.page else None
        children = [{"kind": "t3", "data": each} for each in shown]
        data = {"after": self.repeats or further, "before": None, "children": children}
        return web.json_response({"kind": "Listing", "data": data}, headers=headers)
