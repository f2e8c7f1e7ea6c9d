"""The Bot API over HTTP: `/telegram/bot<token>/<method>` and the download of files."""

from http import HTTPStatus

from aiohttp import web

from practice.telegram.arguments import read_arguments
from practice.telegram.methods import methods
from practice.telegram.network import Network
from practice.telegram.polling import Polls
from practice.telegram.refusals import HangUp, Refusal


class Wire:
    """Answers the bots."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._methods = methods(Polls(network))

    def add_routes(self, app: web.Application) -> None:
        """Mount both paths; any HTTP method will do, as at Telegram."""
        app.router.add_get("/telegram/file/bot{token}/{path:.+}", self.download)
        app.router.add_route("*", "/telegram/bot{token}/{method}", self.call)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of one bot."""
        try:
            bot = self._network.bots.by_token(request.match_info["token"])
            handler = self._methods.get(request.match_info["method"].lower())
            if handler is None:
                raise Refusal(HTTPStatus.NOT_FOUND, "Not Found")
            result = await handler(self._network, bot, await read_arguments(request))
        except Refusal as refusal:
            return _refused(refusal)
        except HangUp:
            return hang_up(request)
        return web.json_response({"ok": True, "result": result})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that this bot may have."""
        try:
            bot = self._network.bots.by_token(request.match_info["token"])
        except Refusal as refusal:
            return _refused(refusal)
        place = self._network.files.stored(bot, request.match_info["path"])
        if place is None:
            return _refused(Refusal(HTTPStatus.NOT_FOUND, "Not Found"))
        return web.FileResponse(place, headers={"Content-Type": "application/octet-stream"})


def hang_up(request: web.Request) -> web.StreamResponse:
    """Break the connection; what is returned never reaches anybody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refused(refusal: Refusal) -> web.Response:
    answer = web.json_response(refusal.as_json(), status=int(refusal.code))
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer
