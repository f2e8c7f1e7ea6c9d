"""The Telegram sender: one bot per persona; nothing that it sends can be forwarded or saved."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.render.kinds import UnknownKind, telegram_bubble
from bot.render.message import Bubble
from domain.outbox import Operation, Outcome, Parcel, Result

MOST_AT_ONCE = 100
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNDELETABLE = "can't be deleted"
_DONE_ALREADY = ("message is not modified", "message to delete not found")

log = structlog.get_logger()


class NoSuchBot(LookupError):
    """The settings don't name this persona (any more)."""


@dataclass
class TelegramSender:
    """Delivers parcels to phones; `bots` by user name, addresses are `bot:chat`."""

    bots: Mapping[str, Bot]
    unknown_kinds: int = 0

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt; whatever happens is an Outcome."""
        try:
            return await self._doing(parcel.draft.operation)(parcel)
        except TelegramError as error:
            return outcome_of(error)
        except UnknownKind as error:
            self.unknown_kinds += 1
            return _refused(f"unknown_kind {error}")
        except NoSuchBot:
            return _refused("no_such_bot")
        except Exception as error:  # noqa: BLE001 - a sender raises nothing; what it caught is logged
            log.error("telegram_sender", kind=parcel.draft.kind, error=type(error).__name__)
            return _refused(type(error).__name__)

    def _doing(self, operation: Operation) -> Callable[[Parcel], Awaitable[Outcome]]:
        ways = {
            Operation.POST: self._post,
            Operation.EDIT: self._edit,
            Operation.DELETE: self._delete,
            Operation.WIPE: self._wipe,
        }
        return ways.get(operation, _no_such_way)

    async def _post(self, parcel: Parcel) -> Outcome:
        bot, chat = self._bot_and_chat(parcel.draft.address)
        bubble = telegram_bubble(parcel.draft)
        text, entities = text_of(bubble)
        sent = await bot.send_message(
            chat,
            text,
            entities=entities,
            protect_content=True,
            disable_notification=bubble.is_silent,
            link_preview_options=_NO_PREVIEW,
            reply_markup=_keyboard(bubble),
        )
        return Outcome(Result.SENT, reference=f"{parcel.draft.address}:{sent.message_id}")

    async def _edit(self, parcel: Parcel) -> Outcome:
        bot, chat, message = self._place(parcel.reference)
        bubble = telegram_bubble(parcel.draft)
        text, entities = text_of(bubble)
        await bot.edit_message_text(
            text,
            chat,
            message,
            entities=entities,
            link_preview_options=_NO_PREVIEW,
            reply_markup=_inline(bubble),
        )
        return Outcome(Result.SENT, reference=parcel.reference)

    async def _delete(self, parcel: Parcel) -> Outcome:
        bot, chat, message = self._place(parcel.reference)
        await bot.delete_message(chat, message)
        return Outcome(Result.SENT)

    async def _wipe(self, parcel: Parcel) -> Outcome:
        """Both sides' messages named by `facts["messages"]`, as far as Telegram allows.

        What is left is a failure, unless the numbers were guessed (`is_sweep`).
        """
        bot, chat = self._bot_and_chat(parcel.draft.address)
        facts = parcel.draft.facts
        numbers = sorted({int(number) for number in facts["messages"]}, reverse=True)
        for start in range(0, len(numbers), MOST_AT_ONCE):
            is_gone = await _deleted(bot, chat, numbers[start : start + MOST_AT_ONCE])
            if not is_gone:
                sweep = bool(facts.get("is_sweep"))
                return Outcome(Result.SENT if sweep else Result.REFUSED, error="too_old")
        return Outcome(Result.SENT)

    def _bot_and_chat(self, address: str) -> tuple[Bot, int]:
        name, _, chat = address.partition(":")
        bot = self.bots.get(name)
        if bot is None:
            raise NoSuchBot(name)
        return bot, int(chat)

    def _place(self, reference: str) -> tuple[Bot, int, int]:
        address, _, message = reference.rpartition(":")
        return (*self._bot_and_chat(address), int(message))


async def _deleted(bot: Bot, chat: int, numbers: list[int]) -> bool:
    """Delete these messages, the newest first; whether all are gone.

    One message that is too old makes Telegram refuse the whole call, so the halves are tried: the
    newer, and if that went well the older. What is older than a refused one would be refused too.
    """
    try:
        await bot.delete_messages(chat, numbers)
    except BadRequest as error:
        if _UNDELETABLE not in error.message.lower():
            raise
        if len(numbers) == 1:
            return False
        middle = len(numbers) // 2
        newer, older = numbers[:middle], numbers[middle:]
        return await _deleted(bot, chat, newer) and await _deleted(bot, chat, older)
    return True


def outcome_of(error: TelegramError) -> Outcome:
    """What Telegram's refusal means for a parcel."""
    if isinstance(error, RetryAfter):
        return Outcome(Result.BUSY, error="retry_after", after=_seconds(error.retry_after))
    if isinstance(error, Forbidden):
        return _refused("blocked")
    if isinstance(error, BadRequest):
        if any(words in error.message.lower() for words in _DONE_ALREADY):
            return Outcome(Result.SENT, error=error.message)
        return _refused(error.message)
    if isinstance(error, NetworkError | InvalidToken | Conflict):
        return Outcome(Result.TRY_LATER, error=type(error).__name__)
    return _refused(type(error).__name__)


def _seconds(asked: int | timedelta) -> timedelta:
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def _refused(error: str) -> Outcome:
    return Outcome(Result.REFUSED, error=error)


async def _no_such_way(parcel: Parcel) -> Outcome:
    return _refused(f"no_such_way {parcel.draft.operation}")


def text_of(bubble: Bubble) -> tuple[str, list[MessageEntity]]:
    """The text, what is hidden below it behind a spoiler; lengths are counted in UTF-16 units."""
    if not bubble.hidden:
        return bubble.text, []
    before = f"{bubble.text}\n" if bubble.text else ""
    spoiler = MessageEntity(MessageEntity.SPOILER, _units(before), _units(bubble.hidden))
    return before + bubble.hidden, [spoiler]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _keyboard(bubble: Bubble) -> Any:
    if bubble.keyboard and not bubble.buttons:
        return ReplyKeyboardMarkup(bubble.keyboard, resize_keyboard=True)
    return _inline(bubble)


def _inline(bubble: Bubble) -> InlineKeyboardMarkup | None:
    if not bubble.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in bubble.buttons
        ]
    )
