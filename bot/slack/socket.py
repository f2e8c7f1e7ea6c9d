"""Slack's socket: kept open, and nothing acknowledged before it is in the inbox."""

import asyncio

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import (
    run_async_bolt_app,
    send_async_response,
)
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.senders.tokens import NOT_KNOWN
from bot.slack.front import Front
from bot.slack.letters import INBOX_ID, letter_of
from services import inbox
from services.desk import Desk

log = structlog.get_logger()


class NotKnown(RuntimeError):
    """Slack doesn't take this token: somebody has to mend the settings."""


class KeepingHandler(AsyncSocketModeHandler):
    """Slack's socket, with the inbox before every acknowledgement."""

    def __init__(self, front: Front, desk: Desk, app_token: str) -> None:
        super().__init__(front.app, app_token)
        self._front = front
        self._desk = desk
        self.last_good_s = desk.clock.monotonic()

    async def keep_open(self) -> None:
        """Open the socket unless it is open; raises NotKnown where Slack doesn't take our token.

        The library opens a lost socket again by itself; this opens one that never stood, and is
        the watch over both. Slack being away is no reason to leave the phones unheard.
        """
        try:
            await self.client.connect_to_new_endpoint()
        except SlackApiError as error:
            name = str(error.response.get("error", ""))
            if name in NOT_KNOWN:
                raise NotKnown(name) from None
            log.warning("slack_away", error=name)
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            log.warning("slack_away", error=type(error).__name__)
        if await self.client.is_connected():
            self.last_good_s = self._desk.clock.monotonic()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as its parent does
        letter = letter_of(req.type, req.payload)
        if letter is not None:
            kept = await inbox.take_in(self._desk, [letter])
            if not kept:
                answer = SocketModeResponse(envelope_id=req.envelope_id)
                await client.send_socket_mode_response(answer)
                return
            self._front.in_hand.add(kept[0].id)
            req.payload[INBOX_ID] = kept[0].id
        response = await run_async_bolt_app(self.app, req)
        await send_async_response(client, req, response, asyncio.get_running_loop().time())
