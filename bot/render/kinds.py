"""Every kind of thing that leaves, and the renderer that puts it into words."""

from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

from bot.render import (
    alerts,
    cases,
    checkins,
    consents,
    conversations,
    distress,
    fingerprints,
    hotline,
    keywords,
    leads,
    matches,
    people,
    personas,
    rota,
    shadows,
    sources,
)
from bot.render.message import Bubble, Message
from domain.outbox import Draft

T = TypeVar("T")

NOUNS: tuple[ModuleType, ...] = (
    alerts,
    cases,
    checkins,
    consents,
    conversations,
    distress,
    fingerprints,
    hotline,
    keywords,
    leads,
    matches,
    people,
    personas,
    rota,
    shadows,
    sources,
)
SLACK: dict[str, Callable[[Draft], Message]] = {
    kind: made for noun in NOUNS for kind, made in getattr(noun, "SLACK", {}).items()
}
TELEGRAM: dict[str, Callable[[Draft], Bubble]] = {
    kind: made for noun in NOUNS for kind, made in getattr(noun, "TELEGRAM", {}).items()
}


class UnknownKind(LookupError):
    """No renderer knows this kind; the sender refuses the row and says so."""


def slack_message(draft: Draft) -> Message:
    """The Slack message of a draft; raises UnknownKind."""
    return _renderer(SLACK, draft)(draft)


def telegram_bubble(draft: Draft) -> Bubble:
    """The bubble on a phone of a draft; raises UnknownKind."""
    return _renderer(TELEGRAM, draft)(draft)


def _renderer(table: dict[str, Callable[[Draft], T]], draft: Draft) -> Callable[[Draft], T]:
    try:
        return table[draft.kind]
    except KeyError:
        raise UnknownKind(draft.kind) from None
