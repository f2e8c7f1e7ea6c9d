"""What a person does on the phone."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from practice.cast import Phone
from practice.shelf import Document
from practice.telegram import people, text
from practice.telegram.arguments import Arguments, Upload
from practice.telegram.bots import HOTLINE
from practice.telegram.keyboards import has_data
from practice.telegram.media import keep_document, keep_photo
from practice.telegram.network import Network
from practice.telegram.refusals import Refusal
from practice.telegram.sending import read_location
from practice.telegram.units import units

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def impossible(reason: str, code: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Refusal:
    """What nobody can do on a phone."""
    return Refusal(code, reason)


class PhoneActions:
    """Each action takes the arguments of its call and answers with what became of it."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.chats = network.chats

    async def start(self, arguments: Arguments) -> Document:
        """Press Start, perhaps by a deep link; it lifts a block."""
        phone = self.person(arguments)
        linked, payload = _link(arguments.text("payload") or "")
        if payload and not _PAYLOAD.fullmatch(payload):
            raise impossible("A payload is 1 to 64 characters of A-Z, a-z, 0-9, _ and -.")
        asked = arguments.text("bot") or linked
        bot = self.bot(asked) if asked else self._start_bot(phone, bool(payload))
        self.chats.open(bot, phone.id)
        self._set_blocked(bot, phone, is_blocked=False)
        return self._write(bot, phone, text.typed_text(f"/start {payload}".strip()))

    async def say(self, arguments: Arguments) -> Document:
        """Write a text."""
        phone, bot = self._writing(arguments)
        content = text.typed_text(arguments.text("text") or "")
        if not content:
            raise impossible("There is no text to send.")
        if units(content["text"]) > text.TEXT_LIMIT:
            raise impossible(f"A message holds {text.TEXT_LIMIT} characters at most.")
        return self._write(bot, phone, content)

    async def photo(self, arguments: Arguments) -> Document:
        """Send a picture as a photo."""
        phone, bot = self._writing(arguments)
        content = await keep_photo(self.network, bot, _file(arguments))
        caption = text.typed_caption(arguments.text("caption") or "")
        return self._write(bot, phone, content | caption)

    async def document(self, arguments: Arguments) -> Document:
        """Send any file as it is."""
        phone, bot = self._writing(arguments)
        content = keep_document(self.network, bot, _file(arguments))
        caption = text.typed_caption(arguments.text("caption") or "")
        return self._write(bot, phone, content | caption)

    async def location(self, arguments: Arguments) -> Document:
        """Share a place."""
        phone, bot = self._writing(arguments)
        return self._write(bot, phone, {"location": read_location(arguments, "lat", "lon")})

    async def press(self, arguments: Arguments) -> Document:
        """Press a button under a message; the bot's answer shows at that message."""
        phone = self.person(arguments)
        message = self._message(phone, arguments)
        bot, data = message["bot"], arguments.text("data") or ""
        if not has_data(message["wire"].get("reply_markup"), data):
            raise impossible("There is no such button under that message.")
        query = self.network.queries.open(bot, phone.id, message["wire"]["message_id"])
        update = {
            "id": query,
            "from": people.user(phone),
            "message": self.network.wire_message(message),
            "chat_instance": f"{self.network.bots.number(bot)}{phone.number}",
            "data": data,
        }
        if not self._chat(bot, phone)["is_blocked"]:
            self.network.updates.add(bot, "callback_query", update)
        return {"query_id": query, "bot": bot}

    async def block(self, arguments: Arguments) -> Document:
        """Block the bot or let it write again; without `blocked` the other of the two."""
        phone = self.person(arguments)
        bot = self._bot_of(phone, arguments)
        is_now = bool(self._chat(bot, phone)["is_blocked"])
        wish = arguments.flag("blocked") if "blocked" in arguments.values else not is_now
        self._set_blocked(bot, phone, is_blocked=wish)
        return {"bot": bot, "blocked": wish}

    async def delete(self, arguments: Arguments) -> Document:
        """Delete a message for both sides; Telegram doesn't tell the bot."""
        phone = self.person(arguments)
        message = self._message(phone, arguments)
        message["deleted_by"] = "person"
        self.chats.keep(message)
        return {"message_id": message["wire"]["message_id"], "bot": message["bot"]}

    def person(self, arguments: Arguments) -> Phone:
        """The phone that the call names."""
        phone = people.by_id(arguments.text("person") or "")
        if phone is None:
            raise impossible("There is no phone with that id.", HTTPStatus.NOT_FOUND)
        return phone

    def _write(self, bot: str, phone: Phone, content: dict[str, Any]) -> Document:
        message = self.chats.add(bot, phone.id, is_out=False, wire=content)
        chat = self.chats.open(bot, phone.id)
        if (chat["keyboard"] or {}).get("one_time_keyboard"):
            self.chats.keep_chat({**chat, "keyboard": None})
        self.network.send_update(message)
        return {"message_id": message["wire"]["message_id"], "bot": bot}

    def _writing(self, arguments: Arguments) -> tuple[Phone, str]:
        phone = self.person(arguments)
        bot = self._bot_of(phone, arguments)
        if self.chats.open(bot, phone.id)["is_blocked"]:
            raise impossible("This phone has blocked that bot.", HTTPStatus.CONFLICT)
        return phone, bot

    def _message(self, phone: Phone, arguments: Arguments) -> Document:
        asked = arguments.text("bot")
        bot = self.bot(asked) if asked else None
        message = self.chats.find(arguments.whole("message_id"), phone.id, bot)
        if message is None:
            raise impossible("There is no such message on that phone.", HTTPStatus.NOT_FOUND)
        return message

    def _bot_of(self, phone: Phone, arguments: Arguments) -> str:
        asked = arguments.text("bot")
        return self.bot(asked) if asked else self.chats.last_bot(phone.id) or HOTLINE

    def _start_bot(self, phone: Phone, has_payload: bool) -> str:
        """Links with a payload lead to a private bot, since only those invite anybody."""
        last = self.chats.last_bot(phone.id)
        private = [name for name in self.network.bots.usernames() if name != HOTLINE]
        if has_payload:
            return last if last in private else private[0]
        return last or HOTLINE

    def bot(self, name: str) -> str:
        """The username that the call names."""
        if name.removeprefix("@") not in self.network.bots.usernames():
            raise impossible("There is no bot with that name.", HTTPStatus.NOT_FOUND)
        return name.removeprefix("@")

    def _chat(self, bot: str, phone: Phone) -> Document:
        chat = self.chats.chat(bot, phone.id)
        if chat is None:
            raise impossible("This phone has no chat with that bot.", HTTPStatus.NOT_FOUND)
        return chat

    def _set_blocked(self, bot: str, phone: Phone, *, is_blocked: bool) -> None:
        chat = self._chat(bot, phone)
        if chat["is_blocked"] == is_blocked:
            return
        chat["is_blocked"] = is_blocked
        self.chats.keep_chat(chat)
        free, kicked = {"status": "member"}, {"status": "kicked", "until_date": 0}
        states = (free, kicked) if is_blocked else (kicked, free)
        old, new = ({**state, "user": self.network.bots.user(bot)} for state in states)
        update = {
            "chat": people.chat(phone),
            "from": people.user(phone),
            "date": int(self.network.world.clock.timestamp()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.network.updates.add(bot, "my_chat_member", update)


def _link(payload: str) -> tuple[str | None, str]:
    """Bot and payload of a whole deep link, or just the payload."""
    if "://" not in payload:
        return None, payload
    parts = urlsplit(payload)
    return parts.path.strip("/"), "".join(parse_qs(parts.query).get("start", []))


def _file(arguments: Arguments) -> Upload:
    upload = next(iter(arguments.uploads.values()), None)
    if upload is None:
        raise impossible("There is no file in the call.")
    return upload
