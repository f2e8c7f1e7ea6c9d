"""The centre's people: who they are in Slack, what they do, which language they read, when they are on call."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from domain.access import Role
from domain.refusals import Reason, Refusal


class Language(StrEnum):
    """The languages of every text."""

    KOREAN = "ko"
    ENGLISH = "en"


@dataclass(frozen=True)
class Person:
    """A member of staff: a Slack user id and roles; the name stays in Slack."""

    id: str
    roles: frozenset[Role]
    language: Language


class Rung(IntEnum):
    """Whose turn it is on the ladder."""

    ON_CALL = 0
    SECOND = 1
    LEAD = 2
    EVERYONE = 3
    OUTSIDE = 4


DUTY_RUNGS = (Rung.ON_CALL, Rung.SECOND, Rung.LEAD)


@dataclass(frozen=True)
class Shift:
    """One person's duty on one rung, from `starts_at` up to `ends_at`, aware UTC."""

    id: int
    person: str
    rung: Rung
    starts_at: datetime
    ends_at: datetime


def role_named(word: str) -> Role:
    """The staff role of this name; refuses any other word."""
    try:
        role = Role(word.strip().lower())
    except ValueError:
        role = Role.SYSTEM
    if role in (Role.SYSTEM, Role.VICTIM, Role.ANYONE):
        raise Refusal(Reason.UNKNOWN_ROLE, word=word)
    return role
