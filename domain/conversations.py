"""A conversation on a phone: its lifecycle, its enrolment, and what a person's words mean in it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.lifecycle import Lifecycle
from domain.refusals import Reason, Refusal

MOST_WRONG_WORDS = 3
OPENED_FOR = timedelta(minutes=5)
MOST_LETTERS = 3000
LEAST_WORD = 2
CONSENT_TEXT = "2026-11"


class ConversationState(StrEnum):
    ENROLLING = "enrolling"
    ACTIVE = "active"
    HALTED = "halted"
    LOCKED = "locked"
    ENDED = "ended"


class ConversationEvent(StrEnum):
    FINISH_ENROLMENT = "finish_enrolment"
    HALT = "halt"
    RESUME = "resume"
    LOCK = "lock"
    UNLOCK = "unlock"
    END = "end"


_S, _E = ConversationState, ConversationEvent

CONVERSATION = Lifecycle(
    "conversation",
    _S.ENROLLING,
    {
        (_S.ENROLLING, _E.FINISH_ENROLMENT): _S.ACTIVE,
        (_S.ACTIVE, _E.HALT): _S.HALTED,
        (_S.HALTED, _E.RESUME): _S.ACTIVE,
        (_S.ACTIVE, _E.LOCK): _S.LOCKED,
        (_S.HALTED, _E.LOCK): _S.LOCKED,
        (_S.LOCKED, _E.UNLOCK): _S.ACTIVE,
        **{(state, _E.END): _S.ENDED for state in (_S.ENROLLING, _S.ACTIVE, _S.HALTED, _S.LOCKED)},
    },
)


class Step(StrEnum):
    """Where an enrolment stands; each is kept, so that a restart goes on there."""

    LANGUAGE = "language"
    CONSENT = "consent"
    MOMENT = "moment"
    EXIT = "exit"
    ANSWERS = "answers"
    HELP = "help"
    WORD = "word"
    DONE = "done"
    REFUSED = "refused"


class StepEvent(StrEnum):
    """What the person pressed."""

    KOREAN = "ko"
    ENGLISH = "en"
    AGREE = "agree"
    DECLINE = "decline"
    GOOD = "good"
    BAD = "bad"
    GO_ON = "go_on"


_T, _P = Step, StepEvent

ENROLMENT = Lifecycle(
    "enrolment",
    _T.LANGUAGE,
    {
        (_T.LANGUAGE, _P.KOREAN): _T.CONSENT,
        (_T.LANGUAGE, _P.ENGLISH): _T.CONSENT,
        (_T.CONSENT, _P.AGREE): _T.MOMENT,
        (_T.CONSENT, _P.DECLINE): _T.REFUSED,
        (_T.MOMENT, _P.GOOD): _T.EXIT,
        (_T.MOMENT, _P.BAD): _T.MOMENT,  # Another way is offered, and the same buttons stay.
        (_T.EXIT, _P.GO_ON): _T.ANSWERS,
        (_T.ANSWERS, _P.GO_ON): _T.HELP,
        (_T.HELP, _P.GO_ON): _T.WORD,
        (_T.WORD, _P.GO_ON): _T.DONE,
    },
)


class RelayState(StrEnum):
    """A member of staff's words on their way to a phone."""

    PREVIEWED = "previewed"
    SENT = "sent"
    HELD = "held"
    READ = "read"
    CANCELLED = "cancelled"


class RelayEvent(StrEnum):
    SEND = "send"
    HOLD = "hold"
    READ = "read"
    CANCEL = "cancel"
    ERASE = "erase"


RELAY = Lifecycle(
    "relay",
    RelayState.PREVIEWED,
    {
        (RelayState.PREVIEWED, RelayEvent.SEND): RelayState.SENT,
        (RelayState.PREVIEWED, RelayEvent.HOLD): RelayState.HELD,
        (RelayState.PREVIEWED, RelayEvent.CANCEL): RelayState.CANCELLED,
        (RelayState.HELD, RelayEvent.READ): RelayState.READ,
        (RelayState.PREVIEWED, RelayEvent.ERASE): RelayState.CANCELLED,
        (RelayState.HELD, RelayEvent.ERASE): RelayState.CANCELLED,
    },
)


@dataclass(frozen=True)
class Chat:
    """One chat of one bot: how the world names a phone. Never written down in the clear."""

    bot: str
    id: int

    @property
    def address(self) -> str:
        return f"{self.bot}:{self.id}"


@dataclass(frozen=True)
class Agreement:
    """What was agreed face to face before the link was made."""

    code_word: str
    duress_word: str


@dataclass(frozen=True)
class Conversation:
    """A person's chat with one persona, opened for one deed."""

    id: int
    case_id: int
    chat: Chat
    persona: str
    language: str
    state: ConversationState
    step: Step
    agreement: Agreement
    awaits_word: bool
    wrong_words: int
    opened_until: datetime | None
    duress_at: datetime | None
    heard_at: datetime
    version: int


class Meaning(StrEnum):
    """What words typed on a phone are."""

    SOS = "sos"
    SELF_HARM = "self_harm"
    CODE_WORD = "code_word"
    DURESS_WORD = "duress_word"
    WRONG_WORD = "wrong_word"
    TALK = "talk"


_SOS = (
    "도와주세요", "도와줘", "도와주십", "도와달", "도움이필요", "도움필요",
    "살려", "구해주세요", "구해줘", "위험해", "경찰불러", "경찰좀불러",
    "신고해주세요", "신고해줘", "죽이겠", "죽일것같", "에스오에스",
)  # fmt: skip
_SOS_WORDS = re.compile(
    r"(?<![a-z])(?:sos|mayday|help\W*(?:me|us|please)|(?:need|please)\W*help|save\W*me|"
    r"call\W*(?:the\W*)?(?:police|cops)|in\W*danger)(?![a-z])|^[^a-z/]*help[^a-z]*$"
)
_SELF_HARM = (
    "죽고싶", "죽을래", "죽어버리", "죽고만싶", "자살", "자해", "목숨을끊", "사라지고싶", "살기싫", "살고싶지않",
    "그만살고", "killmyself", "wanttodie", "wannadie", "suicid", "endmylife", "hurtmyself",
    "selfharm", "dontwanttolive", "nottobealive",
)  # fmt: skip
_GAPS = re.compile(r"[\s\W_]+")


def meaning_of(text: str, conversation: Conversation) -> Meaning:
    """What a text is: words of danger come first, whatever was expected."""
    if asks_for_help(text):
        return Meaning.SOS
    if speaks_of_self_harm(text):
        return Meaning.SELF_HARM
    word = folded(text)
    if word == folded(conversation.agreement.duress_word):
        return Meaning.DURESS_WORD
    if word == folded(conversation.agreement.code_word):
        return Meaning.CODE_WORD
    return Meaning.WRONG_WORD if conversation.awaits_word else Meaning.TALK


def asks_for_help(text: str) -> bool:
    """Whether somebody calls for help, in Korean or English, however it is spaced."""
    plain = _plain(text)
    packed = _GAPS.sub("", plain)
    return any(word in packed for word in _SOS) or _SOS_WORDS.search(plain) is not None


def speaks_of_self_harm(text: str) -> bool:
    """Whether a text speaks of self-harm; never asked again, a human is paged."""
    packed = _GAPS.sub("", _plain(text))
    return any(word in packed for word in _SELF_HARM)


def folded(text: str) -> str:
    """The form in which a word typed with other spaces or letters' case is the same."""
    return _GAPS.sub("", _plain(text))


def checked_agreement(code_word: str, duress_word: str) -> Agreement:
    """Both words, tidied; refuses words that are too short or that can't be told apart."""
    for word in (code_word, duress_word):
        if len(folded(word)) < LEAST_WORD:
            raise Refusal(Reason.WORD_TOO_SHORT, least=LEAST_WORD)
        if asks_for_help(word) or speaks_of_self_harm(word):
            raise Refusal(Reason.WORD_TAKEN, word=word[:20])
    if folded(code_word) == folded(duress_word):
        raise Refusal(Reason.WORDS_ALIKE)
    return Agreement(code_word.strip(), duress_word.strip())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
