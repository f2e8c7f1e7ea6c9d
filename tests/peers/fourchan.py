"""A 4chan that serves catalogues and threads as files, with If-Modified-Since, as its documents say."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from jobs.answers import moment
from tests.peers.loopback import Asking

_SHOWN = 5


def post(number: int, **more: Any) -> dict[str, Any]:
    """A post with a picture."""
    made = {"no": number, "time": 1_795_000_000 + number, "com": f"post<br>{number}"}
    return {**made, "tim": 1_795_000_000_000 + number, "ext": ".jpg", "filename": "lake", **more}


@dataclass
class FourChanPeer(Asking):
    """threads: each board's, by the number that opens them; changed: the second of the last change."""

    threads: dict[str, dict[int, list[dict[str, Any]]]] = field(default_factory=dict)
    changed: int = 1_795_000_000
    is_down: set[str] = field(default_factory=set)
    not_modified: int = 0

    def app(self) -> web.Application:
        """The interface."""
        made = web.Application()
        made.on_response_prepare.append(self.note)
        made.router.add_get("/{board}/catalog.json", self._catalogue)
        made.router.add_get("/{board}/thread/{number}.json", self._thread)
        return made

    def say(self, board: str, thread: int, *posts: dict[str, Any]) -> None:
        """Posts in a thread, which they may open."""
        self.changed += 60
        self.threads.setdefault(board, {}).setdefault(thread, []).extend(posts)

    async def _catalogue(self, request: web.Request) -> web.Response:
        board = request.match_info["board"]
        if board not in self.threads or f"{board}/catalog" in self.is_down:
            raise web.HTTPNotFound
        shown = [_in_catalogue(posts) for posts in self.threads[board].values()]
        return self._file(request, [{"page": 1, "threads": shown}])

    async def _thread(self, request: web.Request) -> web.Response:
        board, number = request.match_info["board"], request.match_info["number"]
        if f"{board}/{number}" in self.is_down:
            raise web.HTTPServiceUnavailable
        posts = self.threads[board].get(int(number))
        if posts is None:
            raise web.HTTPNotFound
        return self._file(request, {"posts": posts})

    def _file(self, request: web.Request, body: Any) -> web.Response:
        changed = datetime.fromtimestamp(self.changed, UTC)
        since = moment(request.headers.get("If-Modified-Since"))
        headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
        if since and since >= changed:
            self.not_modified += 1
            return web.Response(status=304, headers=headers)
        return web.json_response(body, headers=headers)


def _in_catalogue(posts: list[dict[str, Any]]) -> dict[str, Any]:
    last = posts[1:][-_SHOWN:]
    counted = {"replies": len(posts) - 1, "omitted_posts": len(posts) - 1 - len(last)}
    return {**posts[0], **counted, **({"last_replies": last} if last else {})}
