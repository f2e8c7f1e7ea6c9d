"""Private chats and the messages in them, written through to the shelf."""

from collections.abc import Iterator
from typing import Any

from practice.clock import WorldClock
from practice.shelf import Document, Shelf

_CHAT = "telegram_chat"
_MESSAGE = "telegram_message"


class Chats:
    """Chats by (bot, person); messages by a number that is the world's, so it names one chat."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._chats = {(doc["bot"], doc["person"]): doc for _, doc in shelf.all(_CHAT)}
        self._messages = {doc["wire"]["message_id"]: doc for _, doc in shelf.all(_MESSAGE)}

    def chat(self, bot: str, person: str) -> Document | None:
        """The chat, once the person has opened it."""
        return self._chats.get((bot, person))

    def of_person(self, person: str) -> list[Document]:
        """The chats that this person has opened."""
        return [chat for chat in self._chats.values() if chat["person"] == person]

    def open(self, bot: str, person: str) -> Document:
        """The chat, opened if it wasn't."""
        known = self.chat(bot, person)
        return known or self.keep_chat(
            {
                "bot": bot,
                "person": person,
                "opened_at": self._clock.timestamp(),
                "is_blocked": False,
                "keyboard": None,
                "action": None,
            }
        )

    def keep_chat(self, chat: Document) -> Document:
        """Write a chat through."""
        self._chats[(chat["bot"], chat["person"])] = chat
        self._shelf.put(_CHAT, f"{chat['bot']}:{chat['person']}", chat)
        return chat

    def add(self, bot: str, person: str, *, is_out: bool, wire: dict[str, Any]) -> Document:
        """A new message; `wire` holds its content as the Bot API names it."""
        now = self._clock.timestamp()
        head = {"message_id": self._shelf.next_number(_MESSAGE), "date": int(now)}
        message = {
            "bot": bot,
            "person": person,
            "is_out": is_out,
            "at": now,
            "is_silent": False,
            "markup": None,
            "deleted_by": None,
            "history": [],
            "alerts": [],
            "wire": head | wire,
        }
        self.keep(message)
        return message

    def keep(self, message: Document) -> None:
        """Write a new or changed message through."""
        message["changed_at"] = self._clock.timestamp()
        number = message["wire"]["message_id"]
        self._messages[number] = message
        self._shelf.put(_MESSAGE, f"{number:012d}", message)

    def find(self, number: int | None, person: str, bot: str | None = None) -> Document | None:
        """The message with that number in that person's chat, unless it was deleted."""
        message = self._messages.get(number or 0)
        if message is None or message["person"] != person or message["deleted_by"]:
            return None
        return message if bot in (None, message["bot"]) else None

    def numbered(self, number: int) -> Document:
        """The message that was given this number, deleted or not."""
        return self._messages[number]

    def messages(self, person: str, bot: str | None = None) -> Iterator[Document]:
        """All of a person's messages, deleted ones too, oldest first."""
        for message in self._messages.values():
            if message["person"] == person and bot in (None, message["bot"]):
                yield message

    def last_bot(self, person: str) -> str | None:
        """The bot whose chat is on top of the person's list."""
        numbers = [m["wire"]["message_id"] for m in self.messages(person)]
        return str(self._messages[max(numbers)]["bot"]) if numbers else None

    def media(self, bot: str, name: str, file_id: str) -> Any | None:
        """The photo or document with this file id in any message of the bot's chats."""
        for message in self._messages.values():
            held = message["wire"].get(name) if message["bot"] == bot else None
            parts = held if isinstance(held, list) else [held or {}]
            if any(part.get("file_id") == file_id for part in parts):
                return held
        return None
