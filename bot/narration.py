"""What happens, told on the terminal in short lines, in the language of whoever watches."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from bot.render.texts import say, texts

_SYSTEM = "system"
_STAFF = ("U", "W")  # How Slack's ids of people begin.
# What befalls these is told by the action where it has no line of its own; the rest is not told.
_TOLD_BY_ACTION = frozenset({"case", "shift", "person", "fingerprint", "source"})
_WORDS = {
    "harm": "harm",
    "given": "consent.part",
    "withdrawn": "consent.part",
    "kind": "alert.about",
    "roles": "role",
}


def narrated(language: str, event: Mapping[str, Any]) -> str:
    """The line for an event of the log; empty where it is of no interest to people.

    A deed is told by its subject and what befell it (`narration.alert.claimed`), else by its
    action (`narration.open_case`); anything else by its own name.
    """
    if event.get("event") == "deed":
        return _deed(language, event)
    key = f"narration.{event.get('event')}"
    return _line(language, key, event) if key in texts(language) else ""


def sample_played(language: str, part: str) -> str:
    """A part of the sample centre has been played; what follows the underscore is its own name."""
    what = say(language, f"narration.part.{part.partition('_')[0]}")
    return say(language, "narration.sample", part=what)


def plain(value: Any) -> Any:
    """The same with enums as their values, all the way down."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value


def _deed(language: str, event: Mapping[str, Any]) -> str:
    facts, action = event["facts"], str(event["action"])
    noun, _, number = str(event["subject"]).partition(":")
    about = {
        "id": number,
        "who": _who(language, str(event["by"])),
        "case": _case(language, facts),
        "action": say(language, f"action.{action}"),
    }
    key = _key(texts(language), noun, _happened(facts), action)
    return _line(language, key, {**facts, **about}) if key else ""


def _key(known: Mapping[str, str], noun: str, happened: str, action: str) -> str:
    by_action = [f"narration.{action}", f"narration.any_{noun}", "narration.any"]
    wanted = [f"narration.{noun}.{happened}", *(by_action if noun in _TOLD_BY_ACTION else [])]
    return next((key for key in wanted if key in known), "")


def _happened(facts: Mapping[str, Any]) -> str:
    """The event that was recorded, or which of these facts there is."""
    named = next((name for name in ("opened", "withdrawn", "decided") if name in facts), "")
    return str(plain(facts.get("event"))) if facts.get("event") else named


def _who(language: str, actor: str) -> str:
    """Staff by their Slack id, the program by its name, a phone by nothing but that."""
    if actor.startswith(_STAFF):
        return actor
    return say(language, f"narration.who.{'system' if actor == _SYSTEM else 'phone'}")


def _case(language: str, facts: Mapping[str, Any]) -> str:
    if facts.get("number"):
        return say(language, "narration.case_numbered", number=facts["number"])
    return say(language, "narration.case_unknown")


def _line(language: str, key: str, facts: Mapping[str, Any]) -> str:
    """The text with its facts; one that wasn't recorded is a dash, never a failure."""
    spoken = {name: _spoken(language, name, plain(value)) for name, value in facts.items()}
    return texts(language)[key].format_map(_Facts(spoken))


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "–"


def _spoken(language: str, name: str, value: Any) -> str:
    """Our own words by their texts, lists joined."""
    parts = value if isinstance(value, list) else [value]
    prefix = _WORDS.get(name, "")
    return ", ".join(texts(language).get(f"{prefix}.{part}", str(part)) for part in parts)
