"""`/practice/telegram/*`: what a person does on a phone, and what the phone shows."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from practice.guard import refused
from practice.shelf import Document
from practice.telegram.arguments import Arguments, read_arguments
from practice.telegram.network import Network
from practice.telegram.phone import PhoneActions
from practice.telegram.refusals import Refusal
from practice.telegram.screen import show_alerts, show_chats, show_messages

_Action = Callable[[Arguments], Awaitable[Document]]


class Control:
    """JSON in and out; the paths are those of the practice servers' own interface."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._phones = PhoneActions(network)

    def add_routes(self, app: web.Application) -> None:
        """Mount the calls."""
        phones = self._phones
        for name, action in (
            ("start", phones.start),
            ("say", phones.say),
            ("press", phones.press),
            ("photo", phones.photo),
            ("document", phones.document),
            ("location", phones.location),
            ("block", phones.block),
            ("delete", phones.delete),
        ):
            app.router.add_post(f"/practice/telegram/{name}", _handler(action))
        app.router.add_get("/practice/telegram/messages", _handler(self.messages))
        app.router.add_get("/practice/telegram/file/{file}", self.file)

    async def messages(self, arguments: Arguments) -> Document:
        """The chats of one person as the phone shows them."""
        phone = self._phones.person(arguments)
        asked = arguments.text("bot")
        bot = self._phones.bot(asked) if asked else None
        since = arguments.number("since") or 0.0
        return {
            "messages": show_messages(self._network, phone, bot, since),
            "alerts": show_alerts(self._network, phone, bot, since),
            "chats": show_chats(self._network, phone, bot),
        }

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a photo or document, as the phone has them."""
        place = self._network.files.place_of(request.match_info["file"])
        if place is None:
            raise refused("There is no such file on any phone.")
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.FileResponse(place, headers=headers)


def _handler(action: _Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            done = await action(await read_arguments(request))
        except Refusal as refusal:
            body = {"ok": False, "error": refusal.description}
            return web.json_response(body, status=int(refusal.code))
        return web.json_response({"ok": True, **done})

    return handle
