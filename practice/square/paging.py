"""Cuts a list of posts into Mastodon's pages, with the Link header that leads on."""

from collections.abc import Callable, Sequence

from aiohttp import web

from practice.square.arguments import Arguments
from practice.square.entities import Entity
from practice.square.records import Post

_USUAL, _MOST = 20, 40
_OWN = ("max_id", "since_id", "min_id", "access_token")


def page_of(
    request: web.Request,
    given: Arguments,
    posts: Sequence[Post],
    entity: Callable[[Post], Entity],
) -> web.Response:
    """The page that max_id, since_id, min_id and limit ask for; `posts` are newest first."""
    page = _cut(given, posts)
    headers = {"Link": _links(request, page)} if page else {}
    return web.json_response([entity(post) for post in page], headers=headers)


def _cut(given: Arguments, posts: Sequence[Post]) -> list[Post]:
    below, above = given.number("max_id"), given.number("since_id")
    from_there = given.number("min_id")
    asked = given.number("limit")
    limit = min(_USUAL if asked is None else asked, _MOST)
    floor = max(above or 0, from_there or 0)
    page = [
        post for post in posts if int(post.id) > floor and (below is None or int(post.id) < below)
    ]
    # min_id asks for the posts right after it, since_id for the newest ones.
    return (
        page[len(page) - limit :] if from_there is not None and len(page) > limit else page[:limit]
    )


def _links(request: web.Request, page: list[Post]) -> str:
    query = [(name, value) for name, value in request.query.items() if name not in _OWN]
    address = request.url.with_query(query)
    older = address.update_query(max_id=page[-1].id)
    newer = address.update_query(min_id=page[0].id)
    return f'<{older}>; rel="next", <{newer}>; rel="prev"'
