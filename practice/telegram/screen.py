"""What the phone shows: messages as they stand, lock screen, keyboards, the bot's face."""

from typing import Any

from practice.cast import Phone
from practice.shelf import Document
from practice.telegram.network import Network
from practice.telegram.profile import shown_commands
from practice.telegram.units import cut_units

_TYPING_S = 5.0  # of the practice clock
_FIRST_TIME = 1_000_000_000  # a smaller `since` is a message's number, a larger one a time
_HIDDEN = "▒"
_WORDS = {
    "ko": {"photo": "사진", "document": "파일", "location": "위치"},
    "en": {"photo": "Photo", "document": "File", "location": "Location"},
}


def show_messages(
    network: Network, phone: Phone, bot: str | None, since: float
) -> list[dict[str, Any]]:
    """Messages with a number above `since`, or written or changed since that time."""
    return [
        _message(network, phone, message)
        for message in network.chats.messages(phone.id, bot)
        if _is_new(message, since)
    ]


def show_alerts(
    network: Network, phone: Phone, bot: str | None, since: float
) -> list[dict[str, Any]]:
    """The answers to pressed buttons; since that time, if `since` is one."""
    return [
        {"message_id": message["wire"]["message_id"], "bot": message["bot"], **alert}
        for message in network.chats.messages(phone.id, bot)
        for alert in message["alerts"]
        if since < _FIRST_TIME or alert["at"] > since
    ]


def show_chats(network: Network, phone: Phone, bot: str | None = None) -> list[dict[str, Any]]:
    """The list of chats: each bot's face, its commands and keyboard, whether it is blocked."""
    return [
        _chat(network, phone, chat)
        for chat in network.chats.of_person(phone.id)
        if bot in (None, chat["bot"])
    ]


def _is_new(message: Document, since: float) -> bool:
    if since < _FIRST_TIME:
        return bool(message["wire"]["message_id"] > since)
    return bool(message["changed_at"] > since)


def _message(network: Network, phone: Phone, message: Document) -> dict[str, Any]:
    wire = message["wire"]
    shown = {name: value for name, value in wire.items() if name != "has_protected_content"}
    return shown | {
        "bot": message["bot"],
        "from": network.sender(message, phone),
        "is_from_bot": message["is_out"],
        "at": message["at"],
        "changed_at": message["changed_at"],
        "text": wire.get("text", wire.get("caption", "")),
        "entities": wire.get("entities", wire.get("caption_entities", [])),
        "reply_markup": message["markup"],
        "protect_content": bool(wire.get("has_protected_content")),
        "silent": message["is_silent"],
        "history": message["history"],
        "deleted": message["deleted_by"] is not None,
        "deleted_by": message["deleted_by"],
        "alerts": message["alerts"],
        "preview": _preview(network, phone, message) if message["is_out"] else None,
    }


def _preview(network: Network, phone: Phone, message: Document) -> str:
    """The line on the lock screen: the bot's name, then the text with spoilers covered."""
    wire = message["wire"]
    words = _WORDS.get(phone.language, _WORDS["en"])
    kinds = [word for kind, word in words.items() if kind in wire]
    body = wire.get("text", wire.get("caption", ""))
    for entity in wire.get("entities", wire.get("caption_entities", [])):
        if entity["type"] == "spoiler":
            before, within, after = cut_units(body, entity["offset"], entity["length"])
            # As many UTF-16 units as were there, so that later entities keep their place.
            body = before + _HIDDEN * (len(within.encode("utf-16-le")) // 2) + after
    name = network.bots.name(message["bot"], phone.language)
    return f"{name}: {' · '.join([*kinds, *([body] if body else [])])}"


def _chat(network: Network, phone: Phone, chat: Document) -> dict[str, Any]:
    bot = chat["bot"]
    action = chat["action"] or {"action": None, "at": 0.0}
    is_typing = network.world.clock.timestamp() - action["at"] < _TYPING_S
    return {
        "bot": bot,
        "name": network.bots.name(bot, phone.language),
        "description": network.bots.told(bot, "descriptions", phone.language),
        "short_description": network.bots.told(bot, "short_descriptions", phone.language),
        "commands": shown_commands(network, bot, phone.number, phone.language),
        "picture": network.bots.record(bot)["picture"] is not None,
        "blocked": chat["is_blocked"],
        "keyboard": chat["keyboard"],
        "action": action["action"] if is_typing else None,
    }
