"""A t.me whose public channels have a web preview, 20 messages a page, as anyone's browser sees it."""

from dataclasses import dataclass, field

from aiohttp import web

from tests.peers.loopback import Asking

_PAGE = 20


def message(channel: str, number: int, inside: str = "") -> str:
    """A message with a photo, unless told what else is in it."""
    photo = (
        f'<a class="tgme_widget_message_photo_wrap blured" href="https://t.me/{channel}/{number}" '
        f"style=\"width:800px;background-image:url('https://cdn.example/{number}.jpg')\"></a>"
    )
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message js-widget_message" data-post="{channel}/{number}">'
        f"{inside or photo}"
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">호수<br/>{number}</div>'
        f'<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}">'
        '<time datetime="2026-11-23T02:00:00+00:00" class="time">02:00</time></a></div></div>'
    )


@dataclass
class TelegramPeer(Asking):
    """channels: each one's messages by number; private ones lead to a page without any."""

    channels: dict[str, dict[int, str]] = field(default_factory=dict)
    is_down: bool = False
    robots: str = ""
    robots_status: int = 404

    def app(self) -> web.Application:
        """The site."""
        made = web.Application()
        made.on_response_prepare.append(self.note)
        made.router.add_get("/robots.txt", self._robots)
        made.router.add_get("/s/{channel}", self._preview)
        made.router.add_get("/{channel}", self._contact)
        return made

    def fill(self, channel: str, first: int, last: int) -> None:
        """Messages with these numbers."""
        numbers = range(first, last + 1)
        self.channels.setdefault(channel, {}).update(
            {number: message(channel, number) for number in numbers}
        )

    async def _robots(self, _request: web.Request) -> web.Response:
        return (
            web.Response(text=self.robots)
            if self.robots
            else web.Response(status=self.robots_status)
        )

    async def _preview(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        if self.is_down:
            return web.Response(status=429, headers={"Retry-After": "30"})
        if channel not in self.channels:
            raise web.HTTPFound(f"/{channel}")
        before = int(request.query.get("before", 2**40))
        numbers = sorted(number for number in self.channels[channel] if number < before)[-_PAGE:]
        shown = "".join(self.channels[channel][number] for number in numbers)
        body = f'<main class="tgme_main"><section class="tgme_channel_history">{shown}</section></main>'
        return _page(body)

    async def _contact(self, request: web.Request) -> web.Response:
        name = request.match_info["channel"]
        return _page(f'<div class="tgme_page"><div class="tgme_page_extra">@{name}</div></div>')


def _page(body: str) -> web.Response:
    return web.Response(
        text=f"<!DOCTYPE html><html><body>{body}</body></html>", content_type="text/html"
    )
