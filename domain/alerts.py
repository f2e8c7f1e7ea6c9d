"""An alert: the one thing that is claimed; its lifecycle, its severity and its ladder."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.lifecycle import Lifecycle
from domain.people import Rung


class AlertKind(StrEnum):
    """What an alert is about."""

    MATCH = "match"
    LEAD = "lead"
    SOS = "sos"
    DURESS = "duress"
    SELF_HARM = "self_harm"
    MISSED_CHECKIN = "missed_checkin"
    CODE_WORD_LOCKED = "code_word_locked"
    CALL_BACK = "call_back"
    PHONE_QUIET = "phone_quiet"
    FLOOD = "flood"
    HEALTH = "health"
    SOURCE_SILENT = "source_silent"
    BACKLOG = "backlog"


class Severity(StrEnum):
    """A: a life or a child; B: soon, day and night; C: the next working hour."""

    A = "A"
    B = "B"
    C = "C"


class AlertState(StrEnum):
    NEW = "new"
    NOTIFIED = "notified"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    FALSE_ALARM = "false_alarm"
    SECOND_LOOK = "second_look"
    SNOOZED = "snoozed"
    MERGED = "merged"
    CLOSED = "closed"


class AlertEvent(StrEnum):
    NOTIFY = "notify"
    CLAIM = "claim"
    RELEASE = "release"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ASK_SECOND_LOOK = "ask_second_look"
    SNOOZE = "snooze"
    WAKE = "wake"
    MERGE = "merge"
    CLOSE = "close"


_OPEN = (AlertState.NEW, AlertState.NOTIFIED)

ALERT = Lifecycle(
    "alert",
    AlertState.NEW,
    {
        (AlertState.NEW, AlertEvent.NOTIFY): AlertState.NOTIFIED,
        (AlertState.NOTIFIED, AlertEvent.NOTIFY): AlertState.NOTIFIED,
        **{(state, AlertEvent.CLAIM): AlertState.CLAIMED for state in _OPEN},
        (AlertState.SECOND_LOOK, AlertEvent.CLAIM): AlertState.CLAIMED,
        (AlertState.SECOND_LOOK, AlertEvent.NOTIFY): AlertState.SECOND_LOOK,
        (AlertState.CLAIMED, AlertEvent.RELEASE): AlertState.NOTIFIED,
        (AlertState.CLAIMED, AlertEvent.CONFIRM): AlertState.CONFIRMED,
        (AlertState.CLAIMED, AlertEvent.DISMISS): AlertState.FALSE_ALARM,
        (AlertState.CLAIMED, AlertEvent.ASK_SECOND_LOOK): AlertState.SECOND_LOOK,
        (AlertState.CLAIMED, AlertEvent.SNOOZE): AlertState.SNOOZED,
        (AlertState.SNOOZED, AlertEvent.WAKE): AlertState.NOTIFIED,
        (AlertState.SNOOZED, AlertEvent.CLAIM): AlertState.CLAIMED,
        **{(state, AlertEvent.MERGE): AlertState.MERGED for state in _OPEN},
        (AlertState.CLAIMED, AlertEvent.CLOSE): AlertState.CLOSED,
        (AlertState.CONFIRMED, AlertEvent.CLOSE): AlertState.CLOSED,
        (AlertState.FALSE_ALARM, AlertEvent.CLOSE): AlertState.CLOSED,
    },
)

ASKS_FOR_SOMEBODY = frozenset({AlertState.NEW, AlertState.NOTIFIED, AlertState.SECOND_LOOK})
ENDED = frozenset({AlertState.CONFIRMED, AlertState.FALSE_ALARM, AlertState.CLOSED})
ORDER_OF_SEVERITY = (Severity.A, Severity.B, Severity.C)


@dataclass(frozen=True)
class AlertDraft:
    """What is to be raised; the same `dedup_key` again raises nothing.

    `subject` names the thing it is about (`match:17`, `checkin:3`, `conversation:5`); `facts` hold
    what its text says, never an identity: `number` is the case's number, `conversation` the address
    of the phone that is told when a human claims it. `bundle_key` joins alerts of one page for two
    minutes.
    """

    kind: AlertKind
    severity: Severity
    subject: str
    dedup_key: str
    case_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    bundle_key: str = ""
    is_test: bool = False


@dataclass(frozen=True)
class Alert:
    """An alert as staff see it: who was paged last, which rungs had nobody, how many joined it."""

    id: int
    kind: AlertKind
    severity: Severity
    state: AlertState
    subject: str
    case_id: int | None
    case_number: str
    facts: dict[str, Any]
    owner: str
    claimed_until: datetime | None
    rung: Rung
    next_rung_at: datetime | None
    raised_at: datetime
    is_test: bool
    version: int
    ladder_from: datetime
    is_reminded: bool = False
    paged: tuple[str, ...] = ()
    skipped: tuple[Rung, ...] = ()
    pages: int = 0
    joined: int = 0
    merged_into: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether somebody has ended it, so that nobody need take it."""
        return self.state in ENDED


@dataclass(frozen=True)
class Copy:
    """One posted message that shows an alert; a briefing shows several."""

    alert_id: int
    kind: str
    address: str
    dedup_key: str
    language: str


@dataclass(frozen=True)
class Ladder:
    """When which rung is paged, counted from the raising, and how long a claim lasts.

    `repeat` is the wait between pages of the last rung, for ever; nothing repeats without it.
    """

    rungs: tuple[tuple[Rung, timedelta], ...]
    repeat: timedelta | None
    claim_lasts: timedelta
    reminder_grace: timedelta


def next_step(
    ladder: Ladder, rung: Rung, started_at: datetime, now: datetime
) -> tuple[Rung, datetime] | None:
    """The rung to page after this one and the moment to do it; none where the ladder ends."""
    for later, after in ladder.rungs:
        if later > rung:
            return later, max(now, started_at + after)
    if ladder.repeat is None:
        return None
    return ladder.rungs[-1][0], now + ladder.repeat
