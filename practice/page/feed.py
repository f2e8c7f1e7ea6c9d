"""Tells every open page what changed, so that it can ask for it: small hints by WebSocket."""

import asyncio
import contextlib
from typing import Any

from aiohttp import web

from practice.page.hints import clock_face, hint_of
from practice.shelf import Document
from practice.world import World

_BEAT_S = 5.0
_MOST_WAITING = 5_000

Hint = dict[str, Any]
_Window = asyncio.Queue[Hint | None]


class Feed:
    """Everybody who has the page open, and what each has not yet been told."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: set[_Window] = set()
        world.shelf.watch(self._changed)

    def _changed(self, kind: str, key: str, body: Document | None) -> None:
        if not self._windows:
            return
        hint = clock_face(self._world) if kind == "clock" else hint_of(kind, key, body)
        for window in list(self._windows) if hint else ():
            self._tell(window, hint)

    def _tell(self, window: _Window, hint: Hint | None) -> None:
        if window.full():
            # Whoever reads too slowly is cut off; the page comes back and asks for everything.
            while not window.empty():
                window.get_nowait()
            hint = None
        window.put_nowait(hint)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page, for as long as it is open; what it says is not listened to."""
        socket = web.WebSocketResponse(heartbeat=4 * _BEAT_S)
        await socket.prepare(request)
        window: _Window = asyncio.Queue(_MOST_WAITING)
        self._windows.add(window)
        sending = asyncio.create_task(self._send(socket, window))
        try:
            async for _ in socket:
                continue
        finally:
            self._windows.discard(window)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await sending
        return socket

    async def _send(self, socket: web.WebSocketResponse, window: _Window) -> None:
        await socket.send_json([self._beat()])
        while True:
            try:
                hint = await asyncio.wait_for(window.get(), _BEAT_S)
            except TimeoutError:
                hint = self._beat()
            if hint is None:
                await socket.close()
                return
            await socket.send_json([hint, *_drained(window)])

    def _beat(self) -> Hint:
        return clock_face(self._world) | {"connected": self._world.is_socket_open()}

    async def stop(self, app: web.Application) -> None:
        """Close every page's connection."""
        for window in list(self._windows):
            self._tell(window, None)


def _drained(window: _Window) -> list[Hint]:
    """What waits already, to go in the same message; an end stays for the next turn."""
    waiting: list[Hint] = []
    while not window.empty():
        hint = window.get_nowait()
        if hint is None:
            window.put_nowait(None)
            break
        waiting.append(hint)
    return waiting
