"""A check-in: its plan in wall time, its lifecycle, and when silence becomes an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.cases import RiskLevel
from domain.lifecycle import Lifecycle
from domain.policy import CheckinTimes
from domain.refusals import Reason, Refusal
from domain.walltime import moment

MOST_TIMES = 24
MOST_SNOOZES = 2
EVERY_DAY = frozenset(range(7))
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CheckinState(StrEnum):
    SCHEDULED = "scheduled"
    PROMPTED = "prompted"
    OK = "ok"
    NOT_OK = "not_ok"
    SNOOZED = "snoozed"
    LATE = "late"
    REMINDED = "reminded"
    MISSED = "missed"
    ALERTED = "alerted"
    VERIFIED_SAFE = "verified_safe"
    POLICE_CALLED = "police_called"
    CLOSED = "closed"
    DROPPED = "dropped"


class CheckinEvent(StrEnum):
    PROMPT = "prompt"
    ANSWER_OK = "answer_ok"
    ANSWER_NOT_OK = "answer_not_ok"
    SNOOZE = "snooze"
    FALL_LATE = "fall_late"
    REMIND = "remind"
    EXPIRE = "expire"
    ALERT = "alert"
    CALL_POLICE = "call_police"
    CLOSE = "close"
    DROP = "drop"


_S, _E = CheckinState, CheckinEvent
_WAITING = (_S.PROMPTED, _S.SNOOZED, _S.LATE, _S.REMINDED)
_RAISED = (_S.MISSED, _S.ALERTED, _S.POLICE_CALLED)

CHECKIN = Lifecycle(
    "checkin",
    _S.SCHEDULED,
    {
        (_S.SCHEDULED, _E.PROMPT): _S.PROMPTED,
        (_S.SCHEDULED, _E.DROP): _S.DROPPED,
        # Only because the case was erased: then nobody is left to ask for.
        **{(state, _E.DROP): _S.DROPPED for state in _WAITING},
        **{(state, _E.ANSWER_OK): _S.OK for state in _WAITING},
        **{(state, _E.ANSWER_NOT_OK): _S.NOT_OK for state in (*_WAITING, _S.OK)},
        (_S.PROMPTED, _E.SNOOZE): _S.SNOOZED,
        (_S.LATE, _E.SNOOZE): _S.SNOOZED,
        (_S.REMINDED, _E.SNOOZE): _S.SNOOZED,
        (_S.SNOOZED, _E.PROMPT): _S.PROMPTED,
        (_S.PROMPTED, _E.FALL_LATE): _S.LATE,
        (_S.LATE, _E.REMIND): _S.REMINDED,
        (_S.LATE, _E.EXPIRE): _S.MISSED,
        (_S.REMINDED, _E.EXPIRE): _S.MISSED,
        (_S.PROMPTED, _E.EXPIRE): _S.MISSED,
        (_S.SNOOZED, _E.EXPIRE): _S.MISSED,
        (_S.MISSED, _E.ALERT): _S.ALERTED,
        (_S.NOT_OK, _E.ALERT): _S.ALERTED,
        (_S.ALERTED, _E.ANSWER_NOT_OK): _S.ALERTED,
        # The closing word is the person's own.
        **{(state, _E.ANSWER_OK): _S.VERIFIED_SAFE for state in _RAISED},
        (_S.ALERTED, _E.CALL_POLICE): _S.POLICE_CALLED,
        (_S.VERIFIED_SAFE, _E.CLOSE): _S.CLOSED,
        (_S.POLICE_CALLED, _E.CLOSE): _S.CLOSED,
    },
)

UNANSWERED = frozenset(_WAITING)


class Answer(StrEnum):
    """The three answers; what each means was agreed at enrolment."""

    OK = "ok"
    LATER = "later"
    NOT_OK = "not_ok"


ANSWER_EVENTS = {
    Answer.OK: CheckinEvent.ANSWER_OK,
    Answer.LATER: CheckinEvent.SNOOZE,
    Answer.NOT_OK: CheckinEvent.ANSWER_NOT_OK,
}


@dataclass(frozen=True)
class Plan:
    """When a person is asked: wall times in `zone` on weekdays (0 is Monday)."""

    id: int
    case_id: int
    times: tuple[time, ...]
    days: frozenset[int]
    zone: str
    is_active: bool = True
    paused_until: datetime | None = None


@dataclass(frozen=True)
class Checkin:
    """One check-in; `next_at` is its one deadline: to be prompted, late, or missed."""

    id: int
    plan_id: int
    case_id: int
    due_at: datetime
    state: CheckinState
    prompted_at: datetime | None
    next_at: datetime | None
    snoozes: int
    version: int


def next_due(plan: Plan, after: datetime) -> datetime:
    """The first moment later than `after` (and than the plan's pause) at which it asks."""
    zone = ZoneInfo(plan.zone)
    start = max(after, plan.paused_until) if plan.paused_until else after
    first = start.astimezone(zone).date()
    days = (first + timedelta(days=ahead) for ahead in range(-1, 9))
    moments = (
        moment(day, at, zone) for day in days if day.weekday() in plan.days for at in plan.times
    )
    return min(found for found in moments if found > start)


def late_after(times: CheckinTimes, risk: RiskLevel) -> timedelta:
    """How long after the prompt an answer is late, at this risk level."""
    return times.late_after / times.factors[risk]


def missed_after(times: CheckinTimes, risk: RiskLevel) -> timedelta:
    """How long after the prompt silence is a missed check-in, at this risk level."""
    return times.missed_after / times.factors[risk]


def checked_times(times: Sequence[time]) -> tuple[time, ...]:
    """The times in their order, each once; refuses none at all or more than a day has hours."""
    found = tuple(sorted(set(times)))
    if not found:
        raise Refusal(Reason.EMPTY_TEXT, what="times")
    if len(found) > MOST_TIMES:
        raise Refusal(Reason.TOO_LONG, most=MOST_TIMES)
    return found


def days_from(words: Sequence[str]) -> frozenset[int]:
    """Weekdays by their English names' first three letters; none named means every day."""
    for word in words:
        if word.lower()[:3] not in _DAYS:
            raise Refusal(Reason.NOT_A_TIME, word=word[:20])
    return frozenset(_DAYS.index(word.lower()[:3]) for word in words) or EVERY_DAY


def answer_named(word: str) -> Answer:
    """The answer of this name; refuses any other word."""
    try:
        return Answer(word)
    except ValueError:
        raise Refusal(Reason.NO_SUCH_CHECKIN, number=word[:20]) from None
