"""Everything the rules refuse, each with one reason that has one text in every language."""

from enum import StrEnum


class Reason(StrEnum):
    """Why something was refused; the text's key is `refusal.<value>`."""

    # access
    NOT_ALLOWED = "not_allowed"
    OTHER_WORKSPACE = "other_workspace"
    GUEST = "guest"
    NOT_STAFF = "not_staff"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_LANGUAGE = "unknown_language"
    LAST_SUPERVISOR = "last_supervisor"
    NOT_A_MEMBER = "not_a_member"
    # what was typed
    UNKNOWN_COMMAND = "unknown_command"
    MISSING_WORDS = "missing_words"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TIME = "not_a_time"
    TOO_LONG = "too_long"
    EMPTY_TEXT = "empty_text"
    # cases and consents
    NO_SUCH_CASE = "no_such_case"
    CASE_CLOSED = "case_closed"
    CASE_ERASED = "case_erased"
    CONSENT_MISSING = "consent_missing"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_NOT_HELD = "consent_not_held"
    GUARDIAN_NOT_CLEARED = "guardian_not_cleared"
    NO_SUCH_KEYWORD = "no_such_keyword"
    TOO_MANY_KEYWORDS = "too_many_keywords"
    NOTHING_TO_APPROVE = "nothing_to_approve"
    # lifecycles and concurrency
    ILLEGAL_MOVE = "illegal_move"
    CHANGED_MEANWHILE = "changed_meanwhile"
    # fingerprints
    BAD_HASH_FILE = "bad_hash_file"
    BAD_LIST = "bad_list"
    NOTHING_TO_EXPORT = "nothing_to_export"
    TOO_MANY_TO_EXPORT = "too_many_to_export"
    UNKNOWN_FORMAT = "unknown_format"
    NO_SUCH_FINGERPRINT = "no_such_fingerprint"
    BYTES_NOT_ALLOWED = "bytes_not_allowed"
    BAD_PICTURE = "bad_picture"
    UPLOAD_GONE = "upload_gone"
    NOT_QUARANTINED = "not_quarantined"
    FLOOD_STANDS = "flood_stands"
    # sources, matches, alerts
    NO_SUCH_SOURCE = "no_such_source"
    SOURCE_OF_POLICY = "source_of_policy"
    SOURCE_NAME_TAKEN = "source_name_taken"
    BAD_SOURCE_NAME = "bad_source_name"
    BAD_SOURCE_URL = "bad_source_url"
    BAD_SOURCE_WAIT = "bad_source_wait"
    NEEDS_NO_APPROVAL = "needs_no_approval"
    LACKS_APPROVAL = "lacks_approval"
    SOURCE_RESTS = "source_rests"
    CALLS_SPENT = "calls_spent"
    NOT_IN_SHADOW = "not_in_shadow"
    NO_LIMITS_ON_TRIAL = "no_limits_on_trial"
    NO_SUCH_MATCH = "no_such_match"
    NO_SUCH_LEAD = "no_such_lead"
    NO_SUCH_ALERT = "no_such_alert"
    NOT_YOURS = "not_yours"
    ALREADY_CLAIMED = "already_claimed"
    NOBODY_TO_PAGE = "nobody_to_page"
    ALREADY_YOURS = "already_yours"
    ALERT_OVER = "alert_over"
    # rota
    NO_SUCH_SHIFT = "no_such_shift"
    SHIFT_OVERLAPS = "shift_overlaps"
    NOT_YOUR_SHIFT = "not_your_shift"
    SHIFT_BACKWARDS = "shift_backwards"
    UNKNOWN_RUNG = "unknown_rung"
    # check-ins and conversations
    NO_SAFE_CONTACT = "no_safe_contact"
    NO_SUCH_PLAN = "no_such_plan"
    NO_SUCH_INVITE = "no_such_invite"
    ALREADY_ENROLLED = "already_enrolled"
    NOT_ENROLLED = "not_enrolled"
    UNKNOWN_PERSONA = "unknown_persona"
    HALTED = "halted"
    OUTSIDE_SAFE_HOURS = "outside_safe_hours"
    PHONE_NOT_SAFE = "phone_not_safe"
    CHECKIN_BY_TELEPHONE = "checkin_by_telephone"
    NO_SUCH_CHECKIN = "no_such_checkin"
    NO_SUCH_RELAY = "no_such_relay"
    NOT_YOUR_RELAY = "not_your_relay"
    NO_SUCH_CALL_BACK = "no_such_call_back"
    WORD_TOO_SHORT = "word_too_short"
    WORD_TAKEN = "word_taken"
    WORDS_ALIKE = "words_alike"
    # the machine
    POLICY_WRONG = "policy_wrong"


class Refusal(Exception):
    """A rule said no: the reason, and the facts that its sentence names."""

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        super().__init__(f"{reason}: {facts}")
        self.reason = reason
        self.facts = facts
