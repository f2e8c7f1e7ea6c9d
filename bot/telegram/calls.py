"""What a Telegram handler is given: the desk, the chat, and who speaks through which inbox row."""

from dataclasses import dataclass

from telegram import Update
from telegram.ext import ContextTypes

from domain.access import Actor, Role
from domain.conversations import Chat
from services.desk import Desk

DESK = "desk"
INBOX = "inbox"
_KNOWN = frozenset({Role.VICTIM, Role.ANYONE})

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True)
class Said:
    """One update, parsed. The actor has no name: who it is stands in the conversation, sealed."""

    desk: Desk
    actor: Actor
    chat: Chat
    text: str = ""
    data: str = ""
    message: int = 0


def said(update: Update, context: Context) -> Said | None:
    """The update's words or press; none for what no person in a private chat did."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or chat.type != chat.PRIVATE or user.is_bot:
        return None
    rows: dict[int, int] = context.application.bot_data[INBOX]
    language = "en" if (user.language_code or "ko").startswith("en") else "ko"
    actor = Actor("phone", _KNOWN, language, rows.get(update.update_id))
    message, query = update.message or update.edited_message, update.callback_query
    return Said(
        desk=context.application.bot_data[DESK],
        actor=actor,
        chat=Chat(context.bot.username, chat.id),
        text=(message.text or message.caption or "") if message else "",
        data=(query.data or "") if query else "",
        message=update.effective_message.message_id if update.effective_message else 0,
    )
