"""Public channels of Telegram, by the web preview that anyone can open. A source's tags are channels.

The cursor: for each channel as `descent` has it, by the numbers of its messages.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domain.networks import NETWORKS
from domain.sources import Item, MalformedSource, Page, Post, Term, Trouble, Watch
from jobs.answers import Answer, moment, require_ok
from jobs.robots import Robots
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.descent import descended
from jobs.sources.markup import MOST_LETTERS
from jobs.sources.reading import addresses, number, text
from services.ports import Clock

_OVERLAP = 5  # Messages.
_PREVIEW = 100  # Added to a film's place in its message: its small picture.
_BEHIND = re.compile(r"background-image\s*:\s*url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE)
_PICTURES = ", ".join(
    f".{name}"
    for name in (
        "tgme_widget_message_photo_wrap",
        "tgme_widget_message_sticker",
        "link_preview_image",
        "link_preview_right_image",
    )
)
_FILMS = "video.tgme_widget_message_video, video.tgme_widget_message_roundvideo"
_PREVIEWS = ".tgme_widget_message_video_thumb, .tgme_widget_message_roundvideo_thumb"
_SHOWN = ".tgme_channel_history, .tgme_channel_info, .tgme_widget_message"


class TelegramChannels(Reader):
    """Each poll opens every channel's preview once; a channel that isn't public is a trouble."""

    network = NETWORKS["telegram_channels"]

    def __init__(self, clock: Clock) -> None:
        self._robots = Robots(clock.monotonic)

    async def poll(self, watch: Watch, http: Http) -> Page:
        async def ask(channel: Term, place: Place | None) -> tuple[Page, Place]:
            url = f"{watch.source.url.rstrip('/')}/s/{quote(channel.text, safe='')}"
            await self._robots.require(url, http)
            params = {"before": place["at"]} if place and place.get("at") else None
            answer = require_ok(await http.get(url, params))
            messages = _messages(_tree(answer, channel.text))
            numbers = [no for no, _, _ in messages]
            further = str(min(numbers)) if numbers and min(numbers) > 1 else ""
            return descended(place, _page(messages), numbers, further, overlap=_OVERLAP)

        names = dict.fromkeys(tag.strip("@/ ") for tag in watch.source.tags)
        channels = tuple(Term(name, name) for name in names if name)
        if not channels:
            raise MalformedSource(Trouble.BAD_ADDRESS, "no channel")
        return await each_term(channels, watch.cursor, ask)


def connect(clock: Clock) -> TelegramChannels:
    """The connector of public channels of Telegram."""
    return TelegramChannels(clock)


Message = tuple[int, str, LexborNode]  # Its number, its name (`channel/number`), its markup.


def _tree(answer: Answer, channel: str) -> LexborHTMLParser:
    """The preview; Telegram leads away from it where a channel is private or isn't there."""
    if b"<" not in answer.body or b"\0" in answer.body:
        raise MalformedSource(Trouble.NOT_A_PAGE)
    tree = LexborHTMLParser(answer.body)
    if "/s/" not in urlsplit(answer.url).path or tree.css_first(_SHOWN) is None:
        raise MalformedSource(Trouble.NOT_PUBLIC, channel)
    return tree


def _messages(tree: LexborHTMLParser) -> list[Message]:
    found = list[Message]()
    for node in tree.css(".tgme_widget_message[data-post]"):
        name = text(node.attributes.get("data-post"))
        no = number(name.rpartition("/")[2])
        if no and "service_message" not in (node.attributes.get("class") or ""):
            found.append((no, name, node))
    return found


def _page(messages: list[Message]) -> Page:
    items, said = list[Item](), list[Post]()
    for _, name, node in messages:
        page = f"https://t.me/{quote(name)}"
        time = node.css_first("time[datetime]")
        posted_at = moment(time.attributes.get("datetime")) if time else None
        said.append(Post(name, page, _words(node), posted_at))
        items += (Item(name, place, url, page, posted_at) for place, url in _files(node))
    return Page(tuple(items), None, posts=tuple(said))


def _words(node: LexborNode) -> str:
    parts = node.css(".tgme_widget_message_text, .link_preview_title, .link_preview_description")
    said = " ".join(" ".join(part.text(separator=" ").split()) for part in parts)
    return text(said[:MOST_LETTERS])


def _files(node: LexborNode) -> Iterator[tuple[int, str]]:
    """Pictures and films, then the small pictures of films, which are there even for long ones."""
    pictures = [_behind(each) for each in node.css(_PICTURES)]
    films = [each.attributes.get("src") for each in node.css(_FILMS)]
    yield from enumerate(addresses([*pictures, *films]))
    yield from enumerate(addresses(_behind(each) for each in node.css(_PREVIEWS)), start=_PREVIEW)


def _behind(node: LexborNode) -> str:
    found = _BEHIND.search(node.attributes.get("style") or "")
    return found[2].strip() if found else ""
