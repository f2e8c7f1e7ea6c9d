"""The front desk of one bot: the poll, the lanes, and python-telegram-bot's handlers behind them."""

import asyncio
from datetime import timedelta
from functools import lru_cache
from ssl import SSLContext
from typing import Any

import stamina
import structlog
from httpx import create_ssl_context
from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.telegram import hotline, personas, presses, profiles
from bot.telegram.calls import DESK, INBOX, Context
from bot.telegram.lanes import Lanes
from bot.telegram.poller import POLL_S, Poller
from domain.conversations import asks_for_help, speaks_of_self_harm
from domain.inbox import Received
from domain.personas import HOTLINE, PERSONAS
from services import inbox
from services.desk import Desk

log = structlog.get_logger()

READ_MORE_S = 10
SENDERS_MOST = 16
MOST_SILENCE = timedelta(minutes=3)


class Front:
    """One bot at work. `base` is the address of a Bot API server, without a slash at its end."""

    def __init__(
        self, desk: Desk, token: str, persona: str, base: str, poll_s: int = POLL_S
    ) -> None:
        self._desk = desk
        self._persona = persona
        self._poll_s = poll_s
        self._made_s = desk.clock.monotonic()
        self.application = _application(token, base, poll_s)
        self.application.bot_data[DESK] = desk
        self.application.bot_data[INBOX] = {}
        _register(self.application, persona)
        self.application.add_error_handler(_note_failure)
        self.lanes = Lanes(self.handle, self._give_up, is_urgent)
        self.poller: Poller | None = None

    @property
    def bot(self) -> Any:
        """The bot, for the sender."""
        return self.application.bot

    def last_good_s(self) -> float:
        """When the last poll was answered, on the monotonic clock; before the first, the start."""
        last = self.poller.last_good if self.poller is not None else None
        return self._made_s if last is None else last

    async def prepare(self) -> str:
        """Learn the bot's user name; raises TelegramError where the token isn't known."""
        await self.application.initialize()
        self.poller = Poller(self._desk, self.bot, self.lanes.put, self._poll_s)
        return str(self.bot.username)

    async def run(self) -> None:
        """Dress the bot, then poll until cancelled."""
        if self.poller is None:
            raise RuntimeError("prepare() comes first")
        await self._dress()
        try:
            await self.poller.run()
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of what is in hand, and of every connection."""
        await self.lanes.stop()
        await self.application.shutdown()

    async def handle(self, received: Received) -> None:
        """One update through its handler; what needed no deed is put away here."""
        await inbox.begin(self._desk, received)
        update = Update.de_json(received.letter.payload, self.bot)
        rows: dict[int, int] = self.application.bot_data[INBOX]
        rows[update.update_id] = received.id
        try:
            await self.application.process_update(update)
            failure = self.application.bot_data.pop(("failure", update.update_id), None)
            if failure is not None:
                raise failure
            await inbox.done(self._desk, received.id)
        finally:
            rows.pop(update.update_id, None)

    async def _give_up(self, received: Received) -> None:
        """Nothing helps: staff are told that somebody's words were not acted on."""
        await inbox.failed(self._desk, received.id)

    async def _dress(self) -> None:
        try:
            await asyncio.wait_for(profiles.dress(self.bot, self._persona), READ_MORE_S)
        except (TelegramError, TimeoutError) as error:
            log.warning("not_dressed", bot=self.bot.username, error=type(error).__name__)


async def username(token: str, base: str) -> str:
    """The user name of the bot of this token; raises TelegramError where there is none.

    Telegram being away for a moment is waited for, up to a minute.
    """
    async for attempt in stamina.retry_context(on=_is_away, attempts=None, timeout=60):
        with attempt:
            asking, unused = _request(1, READ_MORE_S), _request(1, READ_MORE_S)
            async with Bot(
                token, base_url=f"{base}/bot", request=asking, get_updates_request=unused
            ) as bot:
                return str(bot.username)
    raise NetworkError("no attempt was made")


def _is_away(error: Exception) -> bool:
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def is_urgent(received: Received) -> bool:
    """Whether somebody calls for help: it waits behind nothing."""
    payload = received.letter.payload
    if payload.get("callback_query", {}).get("data") == presses.SOS:
        return True
    message = payload.get("message") or payload.get("edited_message") or {}
    text = str(message.get("text") or message.get("caption") or "")
    return asks_for_help(text) or speaks_of_self_harm(text)


def _application(token: str, base: str, poll_s: int) -> "Application[Any, Any, Any, Any, Any, Any]":
    """Answers and polls have connections of their own, so that neither waits for the other."""
    builder = ApplicationBuilder().token(token).updater(None)
    builder = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    builder = builder.request(_request(SENDERS_MOST, READ_MORE_S))
    return builder.get_updates_request(_request(1, poll_s + READ_MORE_S)).build()


def _request(connections: int, read_s: float) -> HTTPXRequest:
    kept_from_environment = {"trust_env": False, "verify": _certificates()}
    return HTTPXRequest(connections, read_timeout=read_s, httpx_kwargs=kept_from_environment)


@lru_cache(maxsize=1)
def _certificates() -> SSLContext:
    """Read once for all bots, since each reading takes as long as everything else of a client."""
    return create_ssl_context(trust_env=False)


def _register(application: "Application[Any, Any, Any, Any, Any, Any]", persona: str) -> None:
    here = hotline if persona == HOTLINE else personas
    application.add_handler(CommandHandler("start", here.start))
    if persona != HOTLINE:
        application.add_handler(ChatMemberHandler(personas.membership))
    for name, handler in _commands(persona).items():
        application.add_handler(CommandHandler(name, handler))
    application.add_handler(CallbackQueryHandler(here.press))
    application.add_handler(MessageHandler(filters.TEXT, here.text))
    media = hotline.text if persona == HOTLINE else personas.media
    application.add_handler(MessageHandler(filters.ALL, media))


def _commands(persona: str) -> dict[str, Any]:
    if persona == HOTLINE:
        return {"numbers": hotline.numbers, "callback": hotline.callback}
    does = {"help": personas.help_command, "exit": personas.exit_command}
    return {name: does[what] for name, what in PERSONAS[persona].commands}


async def _note_failure(update: object, context: Context) -> None:
    """python-telegram-bot swallows what a handler raised; the lane has to know of it."""
    if isinstance(update, Update) and context.error is not None:
        context.application.bot_data[("failure", update.update_id)] = context.error
