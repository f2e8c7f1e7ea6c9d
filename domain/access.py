"""Who may do what: roles, actions, and the table that joins them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.refusals import Reason, Refusal


class Role(StrEnum):
    """What somebody is to the centre."""

    SUPERVISOR = "supervisor"
    DELETION_OFFICER = "deletion_officer"
    CASE_MANAGER = "case_manager"
    COUNSELLOR = "counsellor"
    ON_CALL = "on_call"
    VICTIM = "victim"
    ANYONE = "anyone"
    SYSTEM = "system"


STAFF_ROLES = (
    Role.SUPERVISOR,
    Role.DELETION_OFFICER,
    Role.CASE_MANAGER,
    Role.COUNSELLOR,
    Role.ON_CALL,
)


class Action(StrEnum):
    """What can be done; each verb and read of services names one."""

    OPEN_CASE = "open_case"
    READ_CASES = "read_cases"
    ASSIGN_CASE = "assign_case"
    NOTE_CASE = "note_case"
    RECORD_CONSENT = "record_consent"
    CLOSE_CASE = "close_case"
    ERASE_CASE = "erase_case"
    OPEN_SEALED = "open_sealed"
    SET_KEYWORDS = "set_keywords"
    APPROVE_KEYWORD = "approve_keyword"
    REGISTER_FINGERPRINT = "register_fingerprint"
    READ_FINGERPRINTS = "read_fingerprints"
    WITHDRAW_FINGERPRINT = "withdraw_fingerprint"
    EXPORT_FINGERPRINTS = "export_fingerprints"
    SWEEP = "sweep"
    READ_SOURCES = "read_sources"
    CHANGE_SOURCES = "change_sources"
    APPROVE_SOURCE = "approve_source"
    READ_MATCHES = "read_matches"
    REVIEW_MATCH = "review_match"
    READ_LEADS = "read_leads"
    REVIEW_LEAD = "review_lead"
    RAISE_ALERT = "raise_alert"
    CLAIM_ALERT = "claim_alert"
    READ_ALERTS = "read_alerts"
    READ_ROTA = "read_rota"
    SET_ROTA = "set_rota"
    SWAP_SHIFT = "swap_shift"
    GRANT_ROLE = "grant_role"
    READ_HELP = "read_help"
    INVITE = "invite"
    PLAN_CHECKINS = "plan_checkins"
    READ_CHECKINS = "read_checkins"
    ANSWER_PERSON = "answer_person"
    ENROL = "enrol"
    ANSWER_CHECKIN = "answer_checkin"
    CALL_SOS = "call_sos"
    WRITE_TO_STAFF = "write_to_staff"
    ASK_CALL_BACK = "ask_call_back"
    KEEP_HOUSE = "keep_house"


_READS = frozenset(
    {
        Action.READ_CASES,
        Action.READ_FINGERPRINTS,
        Action.READ_SOURCES,
        Action.READ_MATCHES,
        Action.READ_LEADS,
        Action.READ_ALERTS,
        Action.READ_ROTA,
        Action.READ_CHECKINS,
        Action.READ_HELP,
    }
)
_CASEWORK = frozenset(
    {
        Action.OPEN_CASE,
        Action.NOTE_CASE,
        Action.RECORD_CONSENT,
        Action.CLOSE_CASE,
        Action.ASSIGN_CASE,
    }
)
_ON_CALL = frozenset(
    {Action.CLAIM_ALERT, Action.REVIEW_MATCH, Action.REVIEW_LEAD, Action.SWAP_SHIFT}
)
_SAFETY = frozenset({Action.INVITE, Action.PLAN_CHECKINS, Action.ANSWER_PERSON})
_DELETION = frozenset(
    {
        Action.SET_KEYWORDS,
        Action.REGISTER_FINGERPRINT,
        Action.WITHDRAW_FINGERPRINT,
        Action.EXPORT_FINGERPRINTS,
        Action.CHANGE_SOURCES,
        Action.SWEEP,
    }
)

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.SUPERVISOR: _READS
    | _CASEWORK
    | _ON_CALL
    | _SAFETY
    | _DELETION
    | {
        Action.APPROVE_KEYWORD,
        Action.ERASE_CASE,
        Action.OPEN_SEALED,
        Action.APPROVE_SOURCE,
        Action.SET_ROTA,
        Action.GRANT_ROLE,
    },
    Role.DELETION_OFFICER: _READS | _CASEWORK | _ON_CALL | _DELETION,
    Role.CASE_MANAGER: _READS
    | _CASEWORK
    | _ON_CALL
    | _SAFETY
    | {Action.OPEN_SEALED, Action.SET_KEYWORDS},
    Role.COUNSELLOR: _READS | _CASEWORK | _ON_CALL | _SAFETY,
    Role.ON_CALL: _READS
    | _ON_CALL
    | _SAFETY
    | {Action.OPEN_CASE, Action.NOTE_CASE, Action.OPEN_SEALED},
    Role.VICTIM: frozenset(
        {
            Action.ENROL,
            Action.ANSWER_CHECKIN,
            Action.CALL_SOS,
            Action.WRITE_TO_STAFF,
            Action.ASK_CALL_BACK,
        }
    ),
    Role.ANYONE: frozenset({Action.ENROL, Action.ASK_CALL_BACK, Action.CALL_SOS}),
    Role.SYSTEM: frozenset(Action),
}


@dataclass(frozen=True)
class Actor:
    """Who is speaking, what they are to the centre, and the inbox row that brought their words."""

    id: str
    roles: frozenset[Role]
    language: str = "ko"
    inbox_id: int | None = None
    channel: str = field(default="", compare=False)

    @property
    def is_staff(self) -> bool:
        return any(role in self.roles for role in STAFF_ROLES)

    def may(self, action: Action) -> bool:
        """Whether one of the roles allows it."""
        return any(action in ALLOWED[role] for role in self.roles)

    def because_of(self, inbox_id: int | None) -> "Actor":
        """The same person, speaking through this inbox row."""
        return replace(self, inbox_id=inbox_id)


SYSTEM = Actor(id="system", roles=frozenset({Role.SYSTEM}))


def require(actor: Actor, action: Action) -> None:
    """Raise a Refusal unless the actor may do this."""
    if not actor.may(action):
        raise Refusal(Reason.NOT_ALLOWED, action=action)
