"""The public hotline bot's handlers."""

from telegram import Update

from bot.telegram.answering import close_query
from bot.telegram.calls import Context, Said, said
from services import hotline


async def start(update: Update, context: Context) -> None:
    """`/start`, with whatever payload."""
    await _show(said(update, context), "start")


async def numbers(update: Update, context: Context) -> None:
    """`/numbers`"""
    await _show(said(update, context), "numbers")


async def callback(update: Update, context: Context) -> None:
    """`/callback`"""
    heard = said(update, context)
    if heard is not None:
        await hotline.ask(heard.desk, heard.actor, heard.chat)


async def text(update: Update, context: Context) -> None:
    """Words; a picture or a file without words shows where to turn."""
    heard = said(update, context)
    if heard is not None:
        await hotline.hear(heard.desk, heard.actor, heard.chat, heard.text)


async def press(update: Update, context: Context) -> None:
    """A button."""
    heard = said(update, context)
    if heard is None:
        return
    place = (heard.desk, heard.actor, heard.chat)
    kind, _, word = heard.data.partition(":")
    if kind == "l":
        await hotline.choose_language(*place, "en" if word == "en" else "ko")
    elif heard.data == "c:ask":
        await hotline.ask(*place)
    elif heard.data == "c:confirm":
        await hotline.confirm(*place)
    elif heard.data == "c:cancel":
        await hotline.cancel(*place)
    else:
        await _show(heard, word)
    await close_query(update)


async def _show(heard: Said | None, page: str) -> None:
    if heard is not None:
        known = page if page in hotline.PAGES else "start"
        await hotline.show(heard.desk, heard.actor, heard.chat, known)
