"""The poll of one bot: every update is in the inbox before Telegram is told that it arrived."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from domain.inbox import Letter, Received
from services import inbox
from services.desk import Desk

log = structlog.get_logger()

POLL_S = 25
MOST_WAIT_S = 30.0
KINDS = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]


def origin_of(username: str) -> str:
    """The inbox's name for what comes through this bot."""
    return f"telegram:{username}"


def letter_of(username: str, update: Update) -> Letter:
    """An update as the inbox keeps it."""
    chat = update.effective_chat
    payload: dict[str, Any] = update.to_dict()
    lane = f"{username}:{chat.id}" if chat else username
    return Letter(origin_of(username), str(update.update_id), payload, lane)


class Poller:
    """Asks one bot for updates for ever; survives every error with a growing wait.

    `take` is given each new letter once it is kept. `last_good` is the time of the last poll that
    Telegram answered (monotonic seconds), for the watch over our own health.
    """

    def __init__(
        self, desk: Desk, bot: Bot, take: Callable[[Received], None], poll_s: int = POLL_S
    ) -> None:
        self._desk = desk
        self._bot = bot
        self._take = take
        self._poll_s = poll_s
        self.last_good: float | None = None
        self.failures = 0

    async def run(self) -> None:
        """Replay what wasn't acted on, then poll until cancelled."""
        await self._surely(self.replay)
        while True:
            await self._surely(self.poll_once)

    async def replay(self) -> None:
        """Hand out again what came in before a crash and wasn't acted on."""
        for received in await inbox.unfinished(self._desk, origin_of(self._bot.username)):
            self._take(received)

    async def poll_once(self) -> int:
        """One poll: keep, move the offset, hand out; how many updates came."""
        name = self._bot.username
        first = await inbox.next_update(self._desk, name)
        updates = await self._bot.get_updates(
            offset=first or None, timeout=self._poll_s, allowed_updates=KINDS
        )
        if updates:
            letters = [letter_of(name, update) for update in updates]
            after = max(update.update_id for update in updates) + 1
            for received in await inbox.take_in(self._desk, letters, (name, after)):
                self._take(received)
        self.last_good = self._desk.clock.monotonic()
        self.failures = 0
        return len(updates)

    async def _surely(self, work: Callable[[], Any]) -> None:
        """Once, however often it takes; only being cancelled ends it."""
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the poll must outlive whatever happens to it
                self.failures += 1
                log.warning("poll_failed", bot=self._bot.username, error=type(error).__name__)
                await asyncio.sleep(self._wait(error))
            else:
                return

    def _wait(self, error: Exception) -> float:
        if isinstance(error, RetryAfter):
            asked = error.retry_after
            return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        if isinstance(error, Conflict | InvalidToken):
            return MOST_WAIT_S
        base = 0.5 if isinstance(error, TelegramError) else 1.0
        return float(min(MOST_WAIT_S, base * 2 ** min(self.failures, 6)))
