"""An X that follows the documents of version 2: recent search, rules, the filtered stream, limits."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.loopback import Asking

BEARER = "bearer-token"
_EPOCH_MS = 1_288_834_974_657


def id_of(at: float, number: int = 0) -> int:
    """The id of a post made at this second."""
    return (int(at * 1000) - _EPOCH_MS << 22) + number


@dataclass(frozen=True)
class Tweet:
    """A post: its id, its words, and the media that it carries."""

    id: int
    text: str
    media: tuple[dict[str, Any], ...] = ()

    def shown(self) -> dict[str, Any]:
        """As `data` has it."""
        keys = [each["media_key"] for each in self.media]
        made: dict[str, Any] = {"id": str(self.id), "text": self.text}
        return {**made, "attachments": {"media_keys": keys}} if keys else made


def photo(number: int) -> dict[str, Any]:
    """A photo, as `includes` has it."""
    return {
        "media_key": f"3_{number}",
        "type": "photo",
        "url": f"https://pbs.example/media/{number}.jpg",
    }


@dataclass
class XPeer(Asking):
    """tweets: what there is; rules: by id; lines: what the stream says after its first keep-alive."""

    tweets: list[Tweet] = field(default_factory=list)
    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    left: int = 450
    resets_at: int = 0
    page: int = 100
    oldest_id: int = 0
    is_enterprise: bool = True
    open: int = 0
    most_open: int = 1
    ends: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        """The interface."""
        made = web.Application()
        made.on_response_prepare.append(self.note)
        made.router.add_get("/2/tweets/search/recent", self._recent)
        made.router.add_get("/2/tweets/search/stream/rules", self._list_rules)
        made.router.add_post("/2/tweets/search/stream/rules", self._change_rules)
        made.router.add_get("/2/tweets/search/stream", self._stream)
        return made

    async def _recent(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        asked = request.query
        since = int(asked.get("since_id", 0))
        if since and since < self.oldest_id:
            return _problem(400, "Invalid Request", "'since_id' must be a tweet id created after …")
        word = asked["query"].split('"')[1]
        found = sorted(
            (each for each in self.tweets if word in each.text and each.id > since),
            key=lambda each: -each.id,
        )
        start = int(asked.get("next_token", "t0")[1:])
        return web.json_response(self._page(found, start))

    def _page(self, found: list[Tweet], start: int) -> dict[str, Any]:
        shown = found[start : start + self.page]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if not shown:
            return {"meta": meta}
        if len(found) > start + self.page:
            meta["next_token"] = f"t{start + self.page}"
        media = [each for tweet in shown for each in tweet.media]
        return {
            "data": [each.shown() for each in shown],
            "includes": {"media": media},
            "meta": meta,
        }

    async def _list_rules(self, request: web.Request) -> web.Response:
        data = [{"id": key, **rule} for key, rule in self.rules.items()]
        return self._refused(request) or web.json_response({"data": data, "meta": {}})

    async def _change_rules(self, request: web.Request) -> web.Response:
        body = await request.json()
        for key in body.get("delete", {}).get("ids", []):
            del self.rules[key]
        errors = []
        for rule in body.get("add", []):
            if len(rule["value"]) > 1024:
                errors.append({"value": rule["value"], "title": "UnprocessableEntity"})
            else:
                self.rules[f"r{len(self.asked)}-{rule['tag']}"] = rule
        summary = {"created": len(self.rules), "invalid": len(errors)}
        told = {"meta": {"summary": summary}, **({"errors": errors} if errors else {})}
        return web.json_response(told, status=201)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if "backfill_minutes" in request.query and not self.is_enterprise:
            return _problem(400, "Invalid Request", "backfill_minutes is not allowed")
        if self.open >= self.most_open:
            body = {"title": "ConnectionException", "connection_issue": "TooManyConnections"}
            return web.json_response(body, status=429)
        self.open += 1
        response = web.StreamResponse()
        await response.prepare(request)
        for line in ("", *self.lines):
            await response.write(f"{line}\r\n".encode())
        await self.ends.wait()
        self.open -= 1
        return response

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {BEARER}":
            return _problem(401, "Unauthorized", "Unauthorized")
        if self.left <= 0:
            headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(self.resets_at)}
            return web.json_response({"title": "Too Many Requests"}, status=429, headers=headers)
        self.left -= 1
        return None


def line(tweet: Tweet, tag: str) -> str:
    """A post as the stream delivers it."""
    told = {
        "data": tweet.shown(),
        "includes": {"media": list(tweet.media)},
        "matching_rules": [{"id": "1", "tag": tag}],
    }
    return json.dumps(told)


def _problem(status: int, title: str, detail: str) -> web.Response:
    body = {"title": title, "detail": detail, "errors": [{"message": detail}]}
    return web.json_response(body, status=status)
