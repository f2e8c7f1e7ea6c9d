"""Tells those who listen what is posted and deleted: as server-sent events or by WebSocket."""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from practice.square.arguments import failure
from practice.square.entities import post_entity
from practice.square.records import Post
from practice.square.state import Square, folded
from practice.square.tokens import person_of

BEAT_S = 15.0
_MOST_WAITING = 2_000
_STREAMS = ("public", "public:media", "hashtag", "user")

Channel = tuple[str, str]
Event = tuple[Channel, str, str]


@dataclass(eq=False)
class _Listener:
    account: str
    channels: set[Channel] = field(default_factory=set)
    waiting: asyncio.Queue[Event | None] = field(
        default_factory=lambda: asyncio.Queue(_MOST_WAITING)
    )
    held: list[Event] = field(default_factory=list)
    is_cut: bool = False

    def push(self, *events: Event | None) -> None:
        """Queue events; whoever reads too slowly is cut off."""
        for event in events:
            if self.waiting.full():
                self.cut()
            else:
                self.waiting.put_nowait(event)

    def cut(self) -> None:
        """Close the connection, without what still waits."""
        self.is_cut = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Streams:
    """Everybody who listens."""

    def __init__(self, square: Square) -> None:
        self._square = square
        self._listeners: set[_Listener] = set()

    def posted(self, post: Post) -> None:
        """Tell of a new post."""
        payload = json.dumps(post_entity(self._square, post), ensure_ascii=False)
        self._tell(post, "update", payload)

    def deleted(self, post: Post) -> None:
        """Tell that a post is gone."""
        self._tell(post, "delete", post.id)

    def _tell(self, post: Post, event: str, payload: str) -> None:
        for listener in list(self._listeners):
            for channel in sorted(listener.channels):
                if _carries(channel, listener.account, post):
                    self._deliver(listener, (channel, event, payload))

    def _deliver(self, listener: _Listener, event: Event) -> None:
        fault = self._square.world.faults.take("square", "drop", "down", "twice", "reorder")
        kind = fault.kind if fault else ""
        if kind in ("drop", "down"):
            listener.cut()
        elif kind == "reorder":
            listener.held.append(event)
        else:
            held, listener.held = listener.held, []
            listener.push(event, *([event] if kind == "twice" else []), *held)

    def join(self, listener: _Listener) -> None:
        """Listen from now on."""
        self._listeners.add(listener)

    def leave(self, listener: _Listener) -> None:
        """Listen no more."""
        self._listeners.discard(listener)

    async def stop(self, app: web.Application) -> None:
        """Close every stream."""
        for listener in list(self._listeners):
            listener.cut()


def _carries(channel: Channel, account: str, post: Post) -> bool:
    name, tag = channel
    if name == "user":
        return post.account == account
    if post.visibility != "public":
        return False
    if name == "hashtag":
        return tag in post.tags
    return bool(post.media) or name == "public"


def channel_of(stream: str, tag: str, is_media: bool) -> Channel:
    """The channel of a stream's name; local is everything here; refuses with 400."""
    name = stream.replace(":local", "").replace("/local", "")
    name = "public:media" if name == "public" and is_media else name
    if name not in _STREAMS:
        raise failure(400, "Unknown stream type")
    if name == "hashtag" and not tag:
        raise failure(400, "Missing tag name parameter")
    return (name, folded(tag) if name == "hashtag" else "")


def mount(app: web.Application, square: Square) -> Streams:
    """Add /api/v1/streaming; answers what posts are told to."""
    streams = Streams(square)
    doors = _Doors(square, streams)
    app.router.add_get("/api/v1/streaming/health", doors.health)
    app.router.add_get("/api/v1/streaming", doors.listen)
    app.router.add_get("/api/v1/streaming/{stream:.*}", doors.listen)
    app.on_shutdown.append(streams.stop)
    return streams


class _Doors:
    def __init__(self, square: Square, streams: Streams) -> None:
        self._square = square
        self._streams = streams

    async def health(self, request: web.Request) -> web.Response:
        """That it works."""
        return web.Response(text="OK")

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """A stream, by its path or by `stream=`; a WebSocket may also begin with none."""
        listener = _Listener(person_of(self._square, request, "read").id)
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        stream = request.match_info.get("stream", "").strip("/")
        stream = stream or request.query.get("stream", "")
        if stream or not is_socket:
            is_media = request.query.get("only_media", "") in ("true", "1")
            tag = request.query.get("tag", "")
            listener.channels.add(channel_of(stream, tag, is_media))
        self._streams.join(listener)
        try:
            if is_socket:
                return await _by_socket(request, listener)
            return await _by_events(request, listener)
        finally:
            self._streams.leave(listener)


async def _by_events(request: web.Request, listener: _Listener) -> web.StreamResponse:
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "private, no-store"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(b":)\n")
    while True:
        try:
            event = await asyncio.wait_for(listener.waiting.get(), BEAT_S)
        except TimeoutError:
            await response.write(b":thump\n")
            continue
        if event is None:
            return response
        await response.write(f"event: {event[1]}\ndata: {event[2]}\n\n".encode())


async def _by_socket(request: web.Request, listener: _Listener) -> web.WebSocketResponse:
    spoken = request.headers.get("Sec-WebSocket-Protocol")
    socket = web.WebSocketResponse(heartbeat=BEAT_S, protocols=[spoken] if spoken else [])
    await socket.prepare(request)
    sending = asyncio.create_task(_send(socket, listener))
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                answer = _obey(listener, message.data)
                if answer:
                    await socket.send_json({"error": answer, "status": 400})
    finally:
        sending.cancel()
    return socket


async def _send(socket: web.WebSocketResponse, listener: _Listener) -> None:
    while (event := await listener.waiting.get()) is not None:
        channel, name, payload = event
        stream = [part for part in channel if part]
        await socket.send_json({"stream": stream, "event": name, "payload": payload})
    await socket.close()


def _obey(listener: _Listener, text: str) -> str:
    """Carry out a subscribe or unsubscribe; answers what is wrong with it, or nothing."""
    try:
        asked = json.loads(text)
        channel = channel_of(str(asked.get("stream")), str(asked.get("tag") or ""), False)
    except (ValueError, AttributeError):
        return "Could not parse the message"
    except web.HTTPClientError:
        return "Unknown stream type"
    if asked.get("type") == "subscribe":
        listener.channels.add(channel)
    elif asked.get("type") == "unsubscribe":
        listener.channels.discard(channel)
    return ""
