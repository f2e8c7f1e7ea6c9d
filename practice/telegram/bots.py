"""The bots: who they are, what they say of themselves, and how they want their updates."""

import re
from http import HTTPStatus
from typing import Any

from practice import cast
from practice.shelf import Document, Shelf
from practice.telegram.refusals import Refusal

HOTLINE = "practice_hotline_bot"
_KIND = "telegram_bot"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class Bots:
    """The bots of the cast; what changes about one is kept on the shelf by its username."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        kept = dict(shelf.all(_KIND))
        self._cast = {bot.username: bot for bot in cast.TELEGRAM_BOTS}
        self._records = {name: kept.get(name) or self._new(name) for name in self._cast}

    def by_token(self, token: str) -> str:
        """The username behind a token. Refuses 401 (unknown) or 404 (no token at all)."""
        if not _TOKEN.fullmatch(token):
            raise Refusal(HTTPStatus.NOT_FOUND, "Not Found")
        for bot in self._cast.values():
            if bot.token == token:
                return bot.username
        raise Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    def usernames(self) -> list[str]:
        """All of them, in the order of the cast."""
        return list(self._cast)

    def record(self, username: str) -> Document:
        """What is kept about one; after changing it call `keep`."""
        return self._records[username]

    def keep(self, username: str) -> None:
        """Write a changed record through."""
        self._shelf.put(_KIND, username, self._records[username])

    def number(self, username: str) -> int:
        """The bot's user id."""
        return self._cast[username].id

    def name(self, username: str, language: str = "") -> str:
        """Its name as someone of that language sees it."""
        return self.told(username, "names", language) or self._cast[username].name

    def told(self, username: str, field: str, language: str) -> str:
        """A text of its profile in a language, else the one for all languages, else empty."""
        texts: dict[str, str] = self._records[username][field]
        return texts.get(language) or texts.get("", "")

    def user(self, username: str) -> Document:
        """The bot as a User object."""
        return {
            "id": self.number(username),
            "is_bot": True,
            "first_name": self.name(username),
            "username": username,
        }

    def _new(self, username: str) -> Document:
        bot = self._cast[username]
        record: dict[str, Any] = {
            "id": bot.id,
            "names": {"": bot.name},
            "descriptions": {},
            "short_descriptions": {},
            "commands": {},
            "picture": None,
            "allowed_updates": None,
            "webhook": None,
        }
        self._shelf.put(_KIND, username, record)
        return record
