"""Practice only: a post whose file is served as it is, also broken; another file in its place."""

from aiohttp import web

from practice.guard import refused
from practice.square.arguments import Arguments, arguments_of
from practice.square.entities import post_entity
from practice.square.media import store
from practice.square.records import Post
from practice.square.sniffing import Sniffed
from practice.square.state import Square, tags_of
from practice.square.streaming import Streams


def mount(app: web.Application, square: Square, streams: Streams) -> None:
    """Add /practice/square/plant and /practice/square/replace."""
    garden = _Garden(square, streams)
    app.router.add_post("/practice/square/plant", garden.plant)
    app.router.add_post("/practice/square/replace", garden.replace)


class _Garden:
    def __init__(self, square: Square, streams: Streams) -> None:
        self._square = square
        self._streams = streams

    async def plant(self, request: web.Request) -> web.Response:
        """Post `file` by `user` with `text`, as `content_type`, whatever its bytes are."""
        given = await arguments_of(request)
        data, content_type = _upload(given)
        account = self._square.account_named(given.text("user", "stranger"))
        kind = "video" if content_type.startswith("video/") else "image"
        extension = content_type.rpartition("/")[2][:10].replace("jpeg", "jpg")
        media = store(self._square, account, data, Sniffed(kind, content_type, extension))
        post = Post(
            id=self._square.next_id(),
            account=account.id,
            text=given.text("text"),
            created_at=self._square.world.clock.timestamp(),
            media=[media.id],
            tags=tags_of(given.text("text")),
        )
        self._streams.posted(self._square.attach(post))
        return web.json_response({"ok": True, "post": post_entity(self._square, post)})

    async def replace(self, request: web.Request) -> web.Response:
        """Put other bytes behind the address of the media `media_id`."""
        given = await arguments_of(request)
        media = self._square.media.get(given.text("media_id"))
        if media is None:
            raise refused("There is no media with this media_id.")
        data, media.content_type = _upload(given)
        self._square.path_of(media.name).write_bytes(data)
        self._square.media.put(media)
        return web.json_response({"ok": True})


def _upload(given: Arguments) -> tuple[bytes, str]:
    upload = given.file("file")
    if upload is None:
        raise refused("The file is missing.")
    content_type = given.text("content_type") or upload.content_type
    if not content_type.replace("/", "").replace("-", "").isalnum():
        raise refused("content_type is none.")
    return upload.file.read(), content_type
