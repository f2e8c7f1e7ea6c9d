"""The public timeline and the timelines of the hashtags."""

from collections.abc import Callable

from aiohttp import web

from practice.square.arguments import Arguments, arguments_of
from practice.square.entities import post_entity
from practice.square.paging import page_of
from practice.square.records import Post
from practice.square.state import Square, folded
from practice.square.tokens import person_of, token_of


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/timelines."""
    timelines = _Timelines(square)
    app.router.add_get("/api/v1/timelines/public", timelines.public)
    app.router.add_get("/api/v1/timelines/tag/{tag}", timelines.tag)
    app.router.add_get("/api/v1/timelines/home", timelines.home)


class _Timelines:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def public(self, request: web.Request) -> web.Response:
        """Everything public that is no reply."""
        return await self._answer(
            request, lambda post: post.visibility == "public" and not post.reply_to
        )

    async def tag(self, request: web.Request) -> web.Response:
        """Everything public with this hashtag."""
        tag = folded(request.match_info["tag"])
        return await self._answer(
            request, lambda post: post.visibility == "public" and tag in post.tags
        )

    async def home(self, request: web.Request) -> web.Response:
        """One's own posts: nobody follows anybody here."""
        own = person_of(self._square, request, "read").id
        return await self._answer(request, lambda post: post.account == own)

    async def _answer(self, request: web.Request, is_meant: Callable[[Post], bool]) -> web.Response:
        token_of(self._square, request)
        given = await arguments_of(request)
        newest = self._square.posts.newest_first()
        posts = [post for post in newest if is_meant(post) and _is_asked_for(given, post)]
        return page_of(request, given, posts, lambda post: post_entity(self._square, post))


def _is_asked_for(given: Arguments, post: Post) -> bool:
    if given.flag("remote") and not given.flag("local"):
        return False
    return bool(post.media) or not given.flag("only_media")
