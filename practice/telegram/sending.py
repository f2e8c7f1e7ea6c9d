"""What a bot sends: messages, photos, documents, places, and that it is typing."""

from typing import Any

from practice.cast import Phone
from practice.shelf import Document
from practice.telegram import people
from practice.telegram.arguments import Arguments
from practice.telegram.keyboards import read_markup
from practice.telegram.media import document_argument, photo_argument
from practice.telegram.network import Network
from practice.telegram.refusals import bad, forbidden
from practice.telegram.text import read_caption, read_text

_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
)  # fmt: skip


async def send_message(network: Network, bot: str, arguments: Arguments) -> Document:
    """sendMessage."""
    content = read_text(arguments)
    if preview := arguments.mapping("link_preview_options"):
        content["link_preview_options"] = preview
    return _send(network, bot, arguments, content)


async def send_photo(network: Network, bot: str, arguments: Arguments) -> Document:
    """sendPhoto."""
    reachable(network, bot, arguments)
    content = read_caption(arguments) | await photo_argument(network, bot, arguments)
    if arguments.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return _send(network, bot, arguments, content)


async def send_document(network: Network, bot: str, arguments: Arguments) -> Document:
    """sendDocument."""
    reachable(network, bot, arguments)
    content = read_caption(arguments) | document_argument(network, bot, arguments)
    return _send(network, bot, arguments, content)


async def send_location(network: Network, bot: str, arguments: Arguments) -> Document:
    """sendLocation."""
    content = {"location": read_location(arguments, "latitude", "longitude")}
    return _send(network, bot, arguments, content)


async def send_chat_action(network: Network, bot: str, arguments: Arguments) -> bool:
    """sendChatAction."""
    chat = reachable(network, bot, arguments)
    action = arguments.text("action")
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat["action"] = {"action": action, "at": network.world.clock.timestamp()}
    network.chats.keep_chat(chat)
    return True


def read_location(arguments: Arguments, latitude: str, longitude: str) -> Document:
    """A place in degrees. Refuses one that is not on earth."""
    lat, lon = arguments.number(latitude), arguments.number(longitude)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise bad("wrong latitude or longitude specified")
    return {"latitude": lat, "longitude": lon}


def addressed(arguments: Arguments) -> Phone:
    """The phone that `chat_id` names. Refuses an empty or unknown one."""
    if not arguments.text("chat_id"):
        raise bad("chat_id is empty")
    phone = people.by_number(arguments.whole("chat_id") or 0)
    if phone is None:
        raise bad("chat not found")
    return phone


def reachable(network: Network, bot: str, arguments: Arguments) -> Document:
    """The chat, if the person has opened it and not blocked the bot."""
    chat = network.chats.chat(bot, addressed(arguments).id)
    if chat is None:
        raise forbidden("bot can't initiate conversation with a user")
    if chat["is_blocked"]:
        raise forbidden("bot was blocked by the user")
    return chat


def _send(
    network: Network, bot: str, arguments: Arguments, content: dict[str, Any]
) -> dict[str, Any]:
    markup = read_markup(arguments)
    chat = reachable(network, bot, arguments)
    content |= _reply(network, chat, arguments)
    network.pace.take(bot, chat["person"])
    if arguments.flag("protect_content"):
        content["has_protected_content"] = True
    if markup is not None and markup.get("inline_keyboard"):
        content["reply_markup"] = markup
    message = network.chats.add(bot, chat["person"], is_out=True, wire=content)
    message["is_silent"] = arguments.flag("disable_notification")
    message["markup"] = markup
    network.chats.keep(message)
    _lay_keyboard(network, chat, markup)
    return network.wire_message(message)


def _reply(network: Network, chat: Document, arguments: Arguments) -> dict[str, Any]:
    if not arguments.mapping("reply_parameters"):
        return {}
    wanted = Arguments(arguments.mapping("reply_parameters"))
    number = wanted.whole("message_id")
    if network.chats.find(number, chat["person"], chat["bot"]):
        return {"reply_to": number}
    if wanted.flag("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def _lay_keyboard(network: Network, chat: Document, markup: Document | None) -> None:
    """What lies under the phone's input field from now on."""
    if markup is None or "inline_keyboard" in markup:
        return
    chat["keyboard"] = markup if "keyboard" in markup else None
    network.chats.keep_chat(chat)
