"""Who has an account, and what each has posted."""

from aiohttp import web

from practice.square.arguments import arguments_of, failure
from practice.square.entities import account_entity, post_entity
from practice.square.paging import page_of
from practice.square.records import Account, Post
from practice.square.state import Square, folded
from practice.square.tokens import person_of, viewer_of


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/accounts."""
    register = _Register(square)
    app.router.add_get("/api/v1/accounts/verify_credentials", register.verify)
    app.router.add_get("/api/v1/accounts/lookup", register.lookup)
    app.router.add_get("/api/v1/accounts/{id}", register.show)
    app.router.add_get("/api/v1/accounts/{id}/statuses", register.posts)


class _Register:
    def __init__(self, square: Square) -> None:
        self._square = square

    async def verify(self, request: web.Request) -> web.Response:
        """Whose token this is."""
        account = person_of(self._square, request, "read")
        source = {
            "privacy": "public",
            "sensitive": False,
            "language": "ko",
            "note": "",
            "fields": [],
        }
        return web.json_response({**account_entity(self._square, account), "source": source})

    async def lookup(self, request: web.Request) -> web.Response:
        """An account by its name."""
        name = folded(request.query.get("acct", "")).removeprefix("@")
        for account in self._square.accounts:
            if account.username == name:
                return web.json_response(account_entity(self._square, account))
        raise failure(404, "Record not found")

    async def show(self, request: web.Request) -> web.Response:
        """An account by its id."""
        return web.json_response(account_entity(self._square, self._account(request)))

    def _account(self, request: web.Request) -> Account:
        account = self._square.accounts.get(request.match_info["id"])
        if account is None:
            raise failure(404, "Record not found")
        return account

    async def posts(self, request: web.Request) -> web.Response:
        """What an account has posted, as far as the one who asks may see it."""
        account, given = self._account(request), await arguments_of(request)
        is_own = viewer_of(self._square, request) == account.id
        seen = {"public", "unlisted"} | ({"private", "direct"} if is_own else set())

        def is_meant(post: Post) -> bool:
            is_shown = bool(post.media) or not given.flag("only_media")
            return post.account == account.id and post.visibility in seen and is_shown

        posts = [post for post in self._square.posts.newest_first() if is_meant(post)]
        return page_of(request, given, posts, lambda post: post_entity(self._square, post))
