"""What a bot says of itself: name, descriptions, commands, picture; and what it may look up."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from practice.shelf import Document
from practice.telegram import people
from practice.telegram.arguments import Arguments
from practice.telegram.media import keep_photo
from practice.telegram.network import Network
from practice.telegram.refusals import bad
from practice.telegram.sending import addressed

Handler = Callable[[Network, str, Arguments], Awaitable[Any]]

DOWNLOAD_LIMIT = 20 * 1024 * 1024  # bytes a bot may fetch
_MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_COMMAND_TEXT = 256
_LANGUAGE = re.compile(r"[a-z]{2}|")
_SCOPES = (
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators", "chat_member",
)  # fmt: skip


async def get_me(network: Network, bot: str, arguments: Arguments) -> Document:
    """getMe."""
    return network.bots.user(bot) | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(network: Network, bot: str, arguments: Arguments) -> Document:
    """getChat, for a person who has opened the chat."""
    phone = addressed(arguments)
    if network.chats.chat(bot, phone.id) is None:
        raise bad("chat not found")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return people.chat(phone) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


async def get_file(network: Network, bot: str, arguments: Arguments) -> Document:
    """getFile, for files of up to 20 MB."""
    found = network.files.find(bot, arguments.text("file_id") or "")
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if found["file_size"] > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return found


async def do_nothing(network: Network, bot: str, arguments: Arguments) -> bool:
    """logOut and close: there is no other server to go to."""
    return True


def text_setter(record: str, argument: str, limit: int) -> Handler:
    """A method that sets one text of the profile, by language."""

    async def set_text(network: Network, bot: str, arguments: Arguments) -> bool:
        text = (arguments.text(argument) or "").strip()
        if len(text) > limit:
            raise bad(f"{argument.upper()}_TOO_LONG")
        network.bots.record(bot)[record][_language(arguments)] = text
        network.bots.keep(bot)
        return True

    return set_text


def text_getter(record: str, answer: str) -> Handler:
    """The method that reads it."""

    async def get_text(network: Network, bot: str, arguments: Arguments) -> Document:
        language = _language(arguments)
        if record == "names":
            return {answer: network.bots.name(bot, language)}
        return {answer: network.bots.told(bot, record, language)}

    return get_text


async def set_commands(network: Network, bot: str, arguments: Arguments) -> bool:
    """setMyCommands."""
    commands = arguments.sequence("commands")
    if len(commands) > _MOST_COMMANDS:
        raise bad("expected an Array of BotCommand")
    network.bots.record(bot)["commands"][_scope(arguments)] = [_command(one) for one in commands]
    network.bots.keep(bot)
    return True


async def delete_commands(network: Network, bot: str, arguments: Arguments) -> bool:
    """deleteMyCommands."""
    network.bots.record(bot)["commands"].pop(_scope(arguments), None)
    network.bots.keep(bot)
    return True


async def get_commands(network: Network, bot: str, arguments: Arguments) -> list[Document]:
    """getMyCommands: of exactly this scope and language."""
    return list(network.bots.record(bot)["commands"].get(_scope(arguments), []))


async def set_picture(network: Network, bot: str, arguments: Arguments) -> bool:
    """setMyProfilePhoto, for a still picture."""
    part = str(arguments.mapping("photo").get("photo", "")).removeprefix("attach://")
    if part not in arguments.uploads:
        raise bad("there is no photo in the request")
    network.bots.record(bot)["picture"] = await keep_photo(network, bot, arguments.uploads[part])
    network.bots.keep(bot)
    return True


async def remove_picture(network: Network, bot: str, arguments: Arguments) -> bool:
    """removeMyProfilePhoto."""
    network.bots.record(bot)["picture"] = None
    network.bots.keep(bot)
    return True


def shown_commands(network: Network, bot: str, number: int, language: str) -> list[Document]:
    """The commands that a person's phone offers: the narrowest scope and nearest language."""
    commands = network.bots.record(bot)["commands"]
    for scope in (f"chat:{number}", "all_private_chats", "default"):
        for known in (language, ""):
            if commands.get(f"{scope}|{known}"):
                return list(commands[f"{scope}|{known}"])
    return []


def _command(command: Any) -> Document:
    name = str(command.get("command", "")).removeprefix("/") if isinstance(command, dict) else ""
    if not _COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    text = str(command.get("description", ""))
    if not 1 <= len(text) <= _COMMAND_TEXT:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": text}


def _language(arguments: Arguments) -> str:
    language = arguments.text("language_code") or ""
    if not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _scope(arguments: Arguments) -> str:
    scope = arguments.mapping("scope") or {"type": "default"}
    if scope.get("type") not in _SCOPES:
        raise bad("unsupported BotCommandScope type specified")
    name = str(scope["type"])
    return (
        f"{name}{':' + str(scope['chat_id']) if 'chat_id' in scope else ''}|{_language(arguments)}"
    )
