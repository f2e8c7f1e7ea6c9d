"""The centre's people: who they are in Slack, what they do, which language they read, when they are on call."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

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
_RUNG_WORDS = {
    "first": Rung.ON_CALL,
    "oncall": Rung.ON_CALL,
    "당직": Rung.ON_CALL,
    "second": Rung.SECOND,
    "2차": Rung.SECOND,
    "lead": Rung.LEAD,
    "책임": Rung.LEAD,
}


@dataclass(frozen=True)
class Shift:
    """One person's duty on one rung, from `starts_at` up to `ends_at`, aware UTC."""

    id: int
    person: str
    rung: Rung
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Rota:
    """Who is on call now, by rung, and the duties of the days to come."""

    on_call: dict[Rung, tuple[str, ...]]
    shifts: tuple[Shift, ...]


def role_named(word: str) -> Role:
    """The staff role of this name; refuses any other word."""
    try:
        role = Role(word.strip().lower())
    except ValueError:
        role = Role.SYSTEM
    if role in (Role.SYSTEM, Role.VICTIM, Role.ANYONE):
        raise Refusal(Reason.UNKNOWN_ROLE, word=word)
    return role


def rung_named(word: str) -> Rung:
    """The duty of this name (`first`, `second`, `lead`); refuses any other word."""
    rung = _RUNG_WORDS.get(word.strip().lower())
    if rung is None:
        raise Refusal(Reason.UNKNOWN_RUNG, word=word.strip()[:20])
    return rung


def moment_named(word: str, zone: str, now: datetime) -> datetime:
    """The moment of a typed wall time in this zone, in UTC.

    `2026-11-23`, `2026-11-23T18:00`, or `18:00` for the next time that clocks show it.
    """
    try:
        moment = datetime.fromisoformat(word.strip())
    except ValueError:
        return _next_time(word, zone, now)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


def _next_time(word: str, zone: str, now: datetime) -> datetime:
    try:
        wall = time.fromisoformat(word.strip())
    except ValueError:
        raise Refusal(Reason.NOT_A_TIME, word=word.strip()[:30]) from None
    today = now.astimezone(ZoneInfo(zone)).date()
    moment = datetime.combine(today, wall, ZoneInfo(zone))
    if moment <= now:
        moment = datetime.combine(today + timedelta(days=1), wall, ZoneInfo(zone))
    return moment.astimezone(UTC)
