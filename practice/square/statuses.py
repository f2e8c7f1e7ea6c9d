"""Writes, shows and deletes posts."""

from aiohttp import web

from practice.square.arguments import Arguments, arguments_of, failure
from practice.square.entities import post_entity
from practice.square.records import Account, Post, Trace
from practice.square.state import Square, tags_of
from practice.square.streaming import Streams
from practice.square.tokens import person_of, token_of, viewer_of

_VISIBILITIES = ("public", "unlisted", "private", "direct")
_LONGEST, _MOST_FILES = 500, 4


def mount(app: web.Application, square: Square, streams: Streams) -> None:
    """Add /api/v1/statuses."""
    desk = _Desk(square, streams)
    app.router.add_post("/api/v1/statuses", desk.write)
    app.router.add_get("/api/v1/statuses/{id}", desk.show)
    app.router.add_delete("/api/v1/statuses/{id}", desk.delete)


class _Desk:
    def __init__(self, square: Square, streams: Streams) -> None:
        self._square = square
        self._streams = streams

    async def write(self, request: web.Request) -> web.Response:
        """A new post; the same Idempotency-Key again answers with the post it made."""
        account = person_of(self._square, request, "write")
        given = await arguments_of(request)
        key = request.headers.get("Idempotency-Key", "")
        post = self._made_before(account, key)
        if post is None:
            token = token_of(self._square, request)
            post = self._square.attach(self._new(account, given, token.client if token else ""))
            if key:
                self._square.repeats.put(Trace(f"{account.id} {key}", post.id))
            self._streams.posted(post)
        return web.json_response(post_entity(self._square, post))

    def _made_before(self, account: Account, key: str) -> Post | None:
        trace = self._square.repeats.get(f"{account.id} {key}") if key else None
        return self._square.posts.get(trace.what) if trace else None

    def _new(self, account: Account, given: Arguments, client: str) -> Post:
        text, spoiler = given.text("status"), given.text("spoiler_text")
        visibility = given.text("visibility", "public")
        if visibility not in _VISIBILITIES:
            raise failure(422, "Validation failed: Visibility is not included in the list")
        if len(text) + len(spoiler) > _LONGEST:
            raise failure(422, f"Validation failed: Text character limit of {_LONGEST} exceeded")
        media = self._media(account, given)
        if not text.strip() and not media:
            raise failure(422, "Validation failed: Text can't be blank")
        return Post(
            id=self._square.next_id(),
            account=account.id,
            text=text,
            created_at=self._square.world.clock.timestamp(),
            visibility=visibility,
            spoiler=spoiler,
            is_sensitive=given.flag("sensitive") or bool(spoiler),
            language=given.text("language", "ko"),
            media=media,
            tags=tags_of(text),
            reply_to=self._replied(account, given),
            client=client,
        )

    def _media(self, account: Account, given: Arguments) -> list[str]:
        ids = given.texts("media_ids")
        if len(ids) > _MOST_FILES:
            raise failure(422, f"Validation failed: Cannot attach more than {_MOST_FILES} files")
        for one in ids:
            media = self._square.media.get(one)
            if media is None or media.account != account.id or media.post:
                raise failure(422, f"Validation failed: Media with id {one[:30]} can't be attached")
        return list(dict.fromkeys(ids))

    def _replied(self, account: Account, given: Arguments) -> str:
        wanted = given.text("in_reply_to_id")
        if wanted and not self._is_seen(self._square.posts.get(wanted), account.id):
            raise failure(404, "The post you are trying to reply to does not appear to exist.")
        return wanted

    def _is_seen(self, post: Post | None, viewer: str) -> bool:
        return post is not None and (
            post.visibility in ("public", "unlisted") or post.account == viewer
        )

    async def show(self, request: web.Request) -> web.Response:
        """A post, if the one who asks may see it."""
        post = self._square.posts.get(request.match_info["id"])
        if post is None or not self._is_seen(post, viewer_of(self._square, request)):
            raise failure(404, "Record not found")
        return web.json_response(post_entity(self._square, post))

    async def delete(self, request: web.Request) -> web.Response:
        """One's own post, gone with its files; answers with what it was."""
        account = person_of(self._square, request, "write")
        post = self._square.posts.get(request.match_info["id"])
        if post is None or post.account != account.id:
            raise failure(404, "Record not found")
        entity = {**post_entity(self._square, post), "text": post.text}
        self._square.remove(post)
        self._streams.deleted(post)
        return web.json_response(entity)
