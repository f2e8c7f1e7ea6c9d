"""Callback queries: a pressed button waits a short while for the bot's answer."""

import time
from collections.abc import Callable

from practice.shelf import Document, Shelf
from practice.telegram.refusals import bad

OPEN_S = 30.0  # real seconds; then the phone stops showing that it waits
_KIND = "telegram_query"


class Queries:
    """Those not yet answered; a restart gives each of them its time anew."""

    def __init__(self, shelf: Shelf, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._shelf = shelf
        self._now = monotonic
        self._open = {key: (doc, monotonic()) for key, doc in shelf.all(_KIND)}

    def open(self, bot: str, person: str, message_id: int) -> str:
        """A new query for a press on that message; its id."""
        key = f"{self._shelf.next_number(_KIND):018d}"
        query = {"bot": bot, "person": person, "message_id": message_id}
        self._open[key] = (query, self._now())
        self._shelf.put(_KIND, key, query)
        return key

    def close(self, bot: str, key: str) -> Document:
        """Take the query out. Refuses one that is unknown, another bot's, old or answered."""
        query, since = self._open.get(key, ({}, 0.0))
        if query.get("bot") == bot:
            del self._open[key]
            self._shelf.drop(_KIND, key)
            if self._now() - since <= OPEN_S:
                return query
        raise bad("query is too old and response timeout expired or query ID is invalid")
