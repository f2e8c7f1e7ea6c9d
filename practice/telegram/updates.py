"""Updates that wait for their bot: numbered, kept for a day, gone once confirmed."""

import asyncio

from practice.clock import WorldClock
from practice.shelf import Document, Shelf
from practice.telegram.bots import Bots

KEPT_S = 24 * 3600  # of the practice clock
_KIND = "telegram_update"


class Updates:
    """One queue for each bot, and bells for who waits at it."""

    def __init__(self, shelf: Shelf, clock: WorldClock, bots: Bots) -> None:
        self._shelf = shelf
        self._clock = clock
        self._bots = bots
        self._waiting: dict[str, list[Document]] = {name: [] for name in bots.usernames()}
        self._bells: dict[str, set[asyncio.Future[str]]] = {name: set() for name in self._waiting}
        for _, kept in shelf.all(_KIND):
            self._waiting[kept["bot"]].append(kept)

    def add(self, bot: str, kind: str, body: Document) -> None:
        """Queue one, if the bot wants that kind, and ring."""
        allowed = self._bots.record(bot)["allowed_updates"]
        if allowed and kind not in allowed:
            return
        number = self._shelf.next_number(f"{_KIND}:{bot}")
        kept = {
            "bot": bot,
            "at": self._clock.timestamp(),
            "update": {"update_id": number, kind: body},
        }
        self._waiting[bot].append(kept)
        self._shelf.put(_KIND, _key(kept), kept)
        self.ring(bot, "update")

    def pending(self, bot: str) -> list[Document]:
        """The updates that wait, oldest first; those older than a day are lost, as at Telegram."""
        oldest = self._clock.timestamp() - KEPT_S
        self._forget(bot, [kept for kept in self._waiting[bot] if kept["at"] <= oldest])
        return [kept["update"] for kept in self._waiting[bot]]

    def confirm(self, bot: str, offset: int) -> None:
        """Forget those below the offset; a negative one keeps that many of the newest."""
        if offset < 0:
            self._forget(bot, self._waiting[bot][:offset])
            return
        done = [kept for kept in self._waiting[bot] if kept["update"]["update_id"] < offset]
        self._forget(bot, done)

    def clear(self, bot: str) -> None:
        """Forget all of them."""
        self._forget(bot, list(self._waiting[bot]))

    def listen(self, bot: str) -> asyncio.Future[str]:
        """A bell that rings once, with what happened."""
        bell: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._bells[bot].add(bell)
        bell.add_done_callback(self._bells[bot].discard)
        return bell

    def ring(self, bot: str, what: str) -> None:
        """Wake everyone who waits at this bot's queue."""
        for bell in list(self._bells[bot]):
            if not bell.done():
                bell.set_result(what)

    def _forget(self, bot: str, gone: list[Document]) -> None:
        for kept in gone:
            self._waiting[bot].remove(kept)
            self._shelf.drop(_KIND, _key(kept))


def _key(kept: Document) -> str:
    return f"{kept['bot']}:{kept['update']['update_id']:012d}"
