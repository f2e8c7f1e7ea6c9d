"""The Telegram bots: which persona each user name is, and a front for each."""

from telegram.error import TelegramError

from bot.places import Centre, Unreachable
from bot.telegram.front import Front as PhoneFront
from bot.telegram.front import username
from domain.personas import HOTLINE
from services.desk import Desk


async def personas(centre: Centre) -> dict[str, str]:
    """Which persona speaks through which bot, by the user names that Telegram tells."""
    named = [*centre.telegram_bots.items(), (HOTLINE, centre.hotline_token)]
    try:
        return {await username(token, centre.telegram_url): persona for persona, token in named}
    except TelegramError as error:
        raise Unreachable(f"Telegram ({type(error).__name__})") from None


async def open_phones(desk: Desk, centre: Centre) -> dict[str, PhoneFront]:
    """Each Telegram bot by its user name: the private personas and the hotline."""
    tokens = {**centre.telegram_bots, HOTLINE: centre.hotline_token}
    fronts = {
        name: PhoneFront(desk, tokens[persona], persona, centre.telegram_url)
        for name, persona in desk.places.phones.items()
    }
    for front in fronts.values():
        await front.prepare()
    return fronts
