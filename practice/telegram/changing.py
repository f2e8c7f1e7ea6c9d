"""What a bot changes afterwards: edits, deletions, answers to pressed buttons."""

from typing import Any

from practice.shelf import Document
from practice.telegram.arguments import Arguments
from practice.telegram.keyboards import read_inline
from practice.telegram.network import Network
from practice.telegram.refusals import bad
from practice.telegram.sending import addressed, reachable
from practice.telegram.text import read_caption, read_text

DELETABLE_S = 48 * 3600  # of the practice clock
_MOST_DELETED = 100
_ALERT_LIMIT = 200  # characters
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
_CONTENT = ("text", "entities", "caption", "caption_entities", "reply_markup")


async def edit_text(network: Network, bot: str, arguments: Arguments) -> Document:
    """editMessageText."""
    content = read_text(arguments)
    message = _own(network, bot, arguments)
    if "text" not in message["wire"]:
        raise bad("there is no text in the message to edit")
    return _edit(network, message, content, arguments)


async def edit_caption(network: Network, bot: str, arguments: Arguments) -> Document:
    """editMessageCaption."""
    content = read_caption(arguments)
    message = _own(network, bot, arguments)
    if "text" in message["wire"]:
        raise bad("there is no caption in the message to edit")
    return _edit(network, message, content, arguments)


async def edit_markup(network: Network, bot: str, arguments: Arguments) -> Document:
    """editMessageReplyMarkup."""
    message = _own(network, bot, arguments)
    kept = {name: message["wire"][name] for name in _CONTENT[:4] if name in message["wire"]}
    return _edit(network, message, kept, arguments)


async def delete_message(network: Network, bot: str, arguments: Arguments) -> bool:
    """deleteMessage."""
    person = addressed(arguments).id
    message = network.chats.find(arguments.whole("message_id"), person, bot)
    if message is None:
        raise bad("message to delete not found")
    _delete(network, [message])
    return True


async def delete_messages(network: Network, bot: str, arguments: Arguments) -> bool:
    """deleteMessages: unknown ones are passed over, an old one refuses the call."""
    person = addressed(arguments).id
    numbers = arguments.sequence("message_ids")
    if not numbers or not all(isinstance(number, int) for number in numbers):
        raise bad("message identifiers are not specified")
    if len(numbers) > _MOST_DELETED:
        raise bad("too many message identifiers specified")
    found = [network.chats.find(number, person, bot) for number in numbers]
    _delete(network, [message for message in found if message is not None])
    return True


async def answer_query(network: Network, bot: str, arguments: Arguments) -> bool:
    """answerCallbackQuery: the phone shows its text at once, or as a box to close."""
    text = arguments.text("text") or ""
    if len(text) > _ALERT_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    query = network.queries.close(bot, arguments.text("callback_query_id") or "")
    # The answer shows even where the bot has deleted the message meanwhile.
    message = network.chats.numbered(query["message_id"])
    alert = {"text": text, "show_alert": arguments.flag("show_alert")}
    message["alerts"].append({**alert, "at": network.world.clock.timestamp()})
    network.chats.keep(message)
    return True


def _own(network: Network, bot: str, arguments: Arguments) -> Document:
    """The bot's message that the call names."""
    if not arguments.text("chat_id") and not arguments.whole("message_id"):
        raise bad("message identifier is not specified")
    chat = reachable(network, bot, arguments)
    message = network.chats.find(arguments.whole("message_id"), chat["person"], bot)
    if message is None:
        raise bad("message to edit not found")
    # Telegram lets nobody change a message that carries a keyboard for the input field.
    if not message["is_out"] or (message["markup"] and "inline_keyboard" not in message["markup"]):
        raise bad("message can't be edited")
    return message


def _edit(
    network: Network, message: Document, content: dict[str, Any], arguments: Arguments
) -> Document:
    markup = read_inline(arguments)
    content |= {"reply_markup": markup} if markup else {}
    before = {name: message["wire"][name] for name in _CONTENT if name in message["wire"]}
    if content == before:
        raise bad(_SAME)
    now = network.world.clock.timestamp()
    message["history"].append({**before, "until": now})
    kept = {name: value for name, value in message["wire"].items() if name not in _CONTENT}
    message["wire"] = {**kept, **content, "edit_date": int(now)}
    message["markup"] = markup
    network.chats.keep(message)
    return network.wire_message(message)


def _delete(network: Network, messages: list[Document]) -> None:
    oldest = network.world.clock.timestamp() - DELETABLE_S
    if any(message["at"] <= oldest for message in messages):
        raise bad("message can't be deleted for everyone")
    for message in messages:
        message["deleted_by"] = "bot"
        network.chats.keep(message)
