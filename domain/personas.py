"""Personas: what a private bot seems to be. Data only: replace one when it has become known."""

import zlib
from dataclasses import dataclass

from domain.refusals import Reason, Refusal

HOTLINE = "hotline"


@dataclass(frozen=True)
class Persona:
    """A disguise; its texts are `persona.<id>.<part>`, `talks` of them are small talk.

    `commands` are the names that the phone's menu shows, by what they do.
    """

    id: str
    talks: int
    commands: tuple[tuple[str, str], ...]

    def command(self, does: str) -> str:
        """The name of the command that does this."""
        return next(name for name, what in self.commands if what == does)


PERSONAS = {
    persona.id: persona
    for persona in (
        Persona("water", 4, (("tip", "help"), ("clear", "exit"))),
        Persona("words", 4, (("hint", "help"), ("next", "exit"))),
    )
}
PARTS = (
    "name", "about", "description", "command_help", "command_exit", "hello", "prompt", "reminder",
    "ok", "later", "not_ok", "thanks_ok", "thanks_later", "thanks_not_ok", "news", "noted", "exit",
    "help_button", "exit_button", "ask_word", "cannot_media",
)  # fmt: skip


def persona_named(word: str) -> Persona:
    """The persona of this id; refuses any other word."""
    if word not in PERSONAS:
        raise Refusal(Reason.UNKNOWN_PERSONA, name=word[:20])
    return PERSONAS[word]


def talk_for(persona: Persona, text: str) -> str:
    """The key of the small talk that answers a text: the same text, the same answer."""
    return f"persona.{persona.id}.talk_{zlib.crc32(text.encode()) % persona.talks + 1}"
