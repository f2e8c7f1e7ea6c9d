"""Socket Mode: the bot fetches an address, connects, is greeted, acknowledges, and is renewed."""

import asyncio
import json
import secrets
import time
from typing import Any

from aiohttp import WSMsgType, web

from practice.cast import SLACK_APP_ID
from practice.shelf import Document
from practice.slack.switchboard import Switchboard

_TICKET_LIFE_S = 30.0
_CONNECTION_LIFE_S = 3600.0
_WARNING_S = 10.0
_DEBUG = {"host": "applink-practice", "build_number": 1}


class Connection:
    """One WebSocket of the bot."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._transport = request.transport

    async def send(self, body: Document) -> None:
        """Put one message on it. Raises ConnectionError if it is gone."""
        await self._socket.send_str(json.dumps(body, ensure_ascii=False))

    def cut(self) -> None:
        """Break it without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """End it in good order."""
        await self._socket.close()


class Sockets:
    """The bot's connections, and the tickets for new ones."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._tickets: dict[str, float] = {}
        self._open: list[Connection] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """The secret of one connection, to be used soon."""
        secret = secrets.token_urlsafe(16)
        self._tickets[secret] = time.monotonic()
        return secret

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from its greeting to its end."""
        born = self._tickets.pop(request.query.get("ticket", ""), None)
        if born is None or time.monotonic() - born > _TICKET_LIFE_S:
            raise web.HTTPUnauthorized(text="invalid ticket")
        socket = web.WebSocketResponse(heartbeat=15.0, max_msg_size=16 * 1024 * 1024)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._open.append(connection)
        try:
            await self._live(socket, connection)
        finally:
            self._open.remove(connection)
            self._switchboard.hang_up(connection)
        return socket

    async def _live(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        await connection.send(self._hello())
        self._switchboard.connect(connection)
        warn = loop.call_later(_CONNECTION_LIFE_S - _WARNING_S, self._start, connection, "warning")
        renew = loop.call_later(_CONNECTION_LIFE_S, self._start, connection, "refresh_requested")
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(str(message.data))
        finally:
            warn.cancel()
            renew.cancel()

    def _hello(self) -> Document:
        return {
            "type": "hello",
            "num_connections": self._switchboard.connections + 1,
            "debug_info": {**_DEBUG, "approximate_connection_time": int(_CONNECTION_LIFE_S)},
            "connection_info": {"app_id": SLACK_APP_ID},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            body: Any = json.loads(text)
        except ValueError:
            return
        if isinstance(body, dict) and isinstance(body.get("envelope_id"), str):
            payload = body.get("payload")
            answer = payload if isinstance(payload, dict) and payload else None
            self._switchboard.acknowledge(body["envelope_id"], answer)

    async def dismiss_all(self, reason: str) -> int:
        """Tell every connection `warning` or `refresh_requested`; how many were told."""
        told = list(self._open)
        for connection in told:
            await self._dismiss(connection, reason)
        return len(told)

    def _start(self, connection: Connection, reason: str) -> None:
        task = asyncio.ensure_future(self._dismiss(connection, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _dismiss(self, connection: Connection, reason: str) -> None:
        if reason != "warning":
            self._switchboard.retire(connection)
            asyncio.get_running_loop().call_later(_WARNING_S, connection.cut)
        try:
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": _DEBUG})
        except ConnectionError:
            connection.cut()

    async def close_all(self) -> None:
        """End every connection in good order."""
        for connection in list(self._open):
            await connection.close()
