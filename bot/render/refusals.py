"""The one sentence of each refusal."""

import re

from bot.render.blocks import escaped
from bot.render.texts import say
from domain.refusals import Refusal

_PEOPLE = frozenset({"owner", "person"})
_IS_PERSON = re.compile(r"^[UW][A-Z0-9]{2,}$")
_WORDS = {"part": "consent.part", "role": "role", "action": "action", "why": "why"}


def refusal_text(language: str, refusal: Refusal) -> str:
    """What happened, what was not changed, and what to do; before it the file that it is about."""
    facts: dict[str, object] = {
        name: _word(language, name, value) for name, value in refusal.facts.items()
    }
    if "place" in facts:
        facts["why"] = f"{facts.get('why', '')}{facts['place']}"
    told = say(language, f"refusal.{refusal.reason}", **facts)
    return f"{escaped(str(facts['file']))}: {told}" if "file" in facts else told


def _word(language: str, name: str, value: str | int) -> str | int:
    """A fact in the reader's words, where it is one of ours; a person as Slack names them."""
    if name in _PEOPLE and _IS_PERSON.match(str(value)):
        return f"<@{value}>"
    if name == "place":
        return _place(language, str(value))
    if name == "usage":
        return say(language, str(value))
    return say(language, f"{_WORDS[name]}.{value}") if name in _WORDS else value


def _place(language: str, value: str) -> str:
    """Where in a file, such as `line:3`; empty where nobody knows."""
    kind, _, number = value.partition(":")
    return say(language, f"place.{kind}", **{kind: number}) if number else ""
