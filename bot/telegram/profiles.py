"""What a bot shows of itself: name, description and commands are the persona's."""

from telegram import Bot, BotCommand

from bot.render.texts import say
from domain.people import Language
from domain.personas import HOTLINE, PERSONAS

_HOTLINE_COMMANDS = ("start", "numbers", "callback")


async def dress(bot: Bot, persona: str) -> None:
    """Give the bot its name, descriptions and commands, in every language; Korean is the default."""
    for language in Language:
        code = None if language is Language.KOREAN else str(language)
        prefix = HOTLINE if persona == HOTLINE else f"persona.{persona}"
        await bot.set_my_name(say(language, f"{prefix}.name"), language_code=code)
        about = say(language, f"{prefix}.about")
        await bot.set_my_short_description(about, language_code=code)
        description = say(language, f"{prefix}.description")
        await bot.set_my_description(description, language_code=code)
        await bot.set_my_commands(commands(language, persona), language_code=code)


def commands(language: str, persona: str) -> list[BotCommand]:
    """The menu of a bot."""
    if persona == HOTLINE:
        names = {name: f"hotline.command.{name}" for name in _HOTLINE_COMMANDS}
    else:
        names = {
            name: f"persona.{persona}.command_{does}" for name, does in PERSONAS[persona].commands
        }
    return [BotCommand(name, say(language, key)) for name, key in names.items()]
