"""Answers to pressed buttons: the one thing that is said directly, for it lives only seconds."""

import structlog
from telegram import Update
from telegram.error import TelegramError

log = structlog.get_logger()


async def close_query(update: Update) -> None:
    """Stop the button's spinner; where it can't be stopped nothing is lost."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer()
    except TelegramError as error:
        log.info("query_not_answered", error=type(error).__name__)


async def pop_up(update: Update, text: str) -> bool:
    """Show a pop-up; false where it couldn't be shown."""
    if update.callback_query is None:
        return False
    try:
        return await update.callback_query.answer(text, show_alert=True)
    except TelegramError as error:
        log.info("pop_up_not_shown", error=type(error).__name__)
        return False
