"""Every text a person reads, by key and language, from the catalogues in bot/locales."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from bot.render.message import Message
from domain.outbox import Draft

FALLBACK = "ko"


class NoSuchText(KeyError):
    """No catalogue holds this key; the catalogue check finds it before a person does."""


def say(language: str, key: str, **facts: object) -> str:
    """The text of this key in this language (Korean where the language is unknown)."""
    catalogue = texts(language) or texts(FALLBACK)
    if key not in catalogue:
        raise NoSuchText(key)
    return catalogue[key].format(**facts)


def names(language: str, prefix: str, values: Iterable[str]) -> str:
    """Several of our words in the reader's language, joined."""
    return " · ".join(say(language, f"{prefix}.{value}") for value in values)


def told(key: str, **more: str) -> Callable[[Draft], Message]:
    """A renderer of one line, from the draft's own facts."""
    return lambda draft: Message(say(draft.language, key, **{**draft.facts, **more}))


@cache
def texts(language: str) -> dict[str, str]:
    """All texts of one language by key, from every .po file in its folder."""
    folder = files("bot") / "locales" / language
    if not folder.is_dir():
        return {}
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".po"):
            catalogue = read_po(BytesIO(file.read_bytes()), locale=language)
            found |= {str(message.id): str(message.string) for message in catalogue if message.id}
    return found
