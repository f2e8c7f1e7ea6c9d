"""A bot of a few lines in a thread of its own: it opens one form, and keeps what is submitted."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient

from practice.cast import SLACK_APP_TOKEN, SLACK_BOT_TOKEN
from tests.page.centre import Centre

Json = dict[str, Any]


class SmallBot:
    """Opens `form` on any command; `submitted` gets the values of each submission."""

    def __init__(self, centre: Centre, form: Json) -> None:
        base = f"{centre.address}/slack/api/"
        self.client = WebClient(SLACK_BOT_TOKEN, base_url=base)
        self.submitted: Queue[Json] = Queue()
        self.form = form
        self._line = SocketModeClient(SLACK_APP_TOKEN, web_client=WebClient(base_url=base))
        self._line.socket_mode_request_listeners.append(self._hear)

    def _hear(self, line: BaseSocketModeClient, request: SocketModeRequest) -> None:
        line.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        if request.type == "slash_commands":
            trigger = request.payload["trigger_id"]
            self.client.views_open(trigger_id=trigger, view=self.form)
        elif request.payload.get("type") == "view_submission":
            self.submitted.put(request.payload["view"]["state"]["values"])

    @contextmanager
    def at_work(self) -> Iterator["SmallBot"]:
        """Connected for as long as this lasts."""
        self._line.connect()
        try:
            yield self
        finally:
            self._line.close()
