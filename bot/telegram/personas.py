"""A private bot's handlers: a start, words, presses, and whatever else a phone can send."""

from telegram import Update
from telegram.constants import ChatMemberStatus

from bot.render.distress import sos_popup
from bot.render.personas import line
from bot.telegram import presses
from bot.telegram.answering import close_query, pop_up
from bot.telegram.calls import Context, Said, said
from domain.people import Language
from services import conversations, distress, enrolment, phones


async def start(update: Update, context: Context) -> None:
    """`/start`, with or without the payload of a link."""
    heard = said(update, context)
    if heard is not None:
        token = (context.args or [""])[0]
        await enrolment.start(heard.desk, heard.actor, heard.chat, token)


async def help_command(update: Update, context: Context) -> None:
    """The persona's first command."""
    heard = said(update, context)
    if heard is not None:
        await conversations.ask_help(heard.desk, heard.actor, heard.chat)


async def exit_command(update: Update, context: Context) -> None:
    """The persona's second command: quick exit."""
    heard = said(update, context)
    if heard is not None:
        await conversations.clear_screen(heard.desk, heard.actor, heard.chat, heard.message)


async def text(update: Update, context: Context) -> None:
    """Words; the two keys under the writing line come as words too."""
    heard = said(update, context)
    if heard is None:
        return
    key = _key_of(heard)
    if key == "help_button":
        await conversations.ask_help(heard.desk, heard.actor, heard.chat)
    elif key == "exit_button":
        await conversations.clear_screen(heard.desk, heard.actor, heard.chat, heard.message)
    else:
        await conversations.hear(heard.desk, heard.actor, heard.chat, heard.text)


async def media(update: Update, context: Context) -> None:
    """A picture, a file, a voice: its caption is heard, the rest is never fetched."""
    heard = said(update, context)
    if heard is None:
        return
    if heard.text:
        await conversations.hear(heard.desk, heard.actor, heard.chat, heard.text)
    else:
        await conversations.send_media(heard.desk, heard.actor, heard.chat)


async def press(update: Update, context: Context) -> None:
    """A button under a bubble; a call for help is answered by a pop-up once it is kept."""
    heard = said(update, context)
    if heard is None:
        return
    if heard.data != presses.SOS:
        await presses.act(heard)
        await close_query(update)
        return
    language = await distress.call_sos(heard.desk, heard.actor, heard.chat, by_button=True)
    if not language:
        await close_query(update)
    elif not await pop_up(update, sos_popup(language)):
        again = heard.actor.because_of(None)
        await distress.answer_sos_by_bubble(heard.desk, again, heard.chat)


async def membership(update: Update, context: Context) -> None:
    """The phone blocked the bot."""
    heard, change = said(update, context), update.my_chat_member
    if heard is None or change is None:
        return
    if change.new_chat_member.status == ChatMemberStatus.BANNED:
        await conversations.take_block(heard.desk, heard.actor, heard.chat)


def _key_of(heard: Said) -> str:
    """Which of the two keys was pressed, in either language; empty for words of one's own."""
    persona = phones.persona_of(heard.desk, heard.chat.bot)
    keys = ("help_button", "exit_button")
    labels = {line(language, persona, key): key for language in Language for key in keys}
    return labels.get(heard.text.strip(), "")
