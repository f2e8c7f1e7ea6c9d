"""Check-ins that come due, fall late, are missed or answered: one engine for phone and telephone."""

from datetime import datetime, timedelta

from domain.access import SYSTEM, Action, Actor
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.cases import Case, CaseState, RiskLevel
from domain.checkins import (
    ANSWER_EVENTS,
    CHECKIN,
    MOST_SNOOZES,
    Answer,
    Checkin,
    CheckinEvent,
    CheckinState,
    late_after,
    missed_after,
    next_due,
)
from domain.contacts import ContactChannel, SafeContact
from domain.conversations import Chat, Conversation, ConversationState
from domain.refusals import Refusal
from services import callees, phones
from services.alerts import raise_alert
from services.desk import Deed, Desk
from storage import cases, contacts, conversations
from storage import checkins as table

_TO_PROMPT = frozenset({CheckinState.SCHEDULED, CheckinState.SNOOZED})
_TO_EXPIRE = frozenset({CheckinState.PROMPTED, CheckinState.LATE, CheckinState.REMINDED})
_URGENT = frozenset({RiskLevel.CRISIS, RiskLevel.CRITICAL})
