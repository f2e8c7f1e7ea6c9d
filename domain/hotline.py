"""The public hotline: a call-back request, asked for step by step."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.lifecycle import Lifecycle

MOST_HOURS = 200
_PHONE = re.compile(r"^\+?\d{8,15}$")
_MARKS = re.compile(r"[\s().\-]+")


class HotlineStep(StrEnum):
    """Where the dialogue stands."""

    IDLE = "idle"
    PHONE = "phone"
    HOURS = "hours"
    CONFIRM = "confirm"


class HotlineEvent(StrEnum):
    ASK = "ask"
    TYPED = "typed"
    CONFIRM = "confirm"
    CANCEL = "cancel"


_S, _E = HotlineStep, HotlineEvent

HOTLINE_DIALOGUE = Lifecycle(
    "hotline",
    _S.IDLE,
    {
        **{(state, _E.ASK): _S.PHONE for state in _S},
        (_S.PHONE, _E.TYPED): _S.HOURS,
        (_S.HOURS, _E.TYPED): _S.CONFIRM,
        (_S.CONFIRM, _E.CONFIRM): _S.IDLE,
        **{(state, _E.CANCEL): _S.IDLE for state in _S},
    },
)


class CallBackState(StrEnum):
    ASKED = "asked"
    DONE = "done"


@dataclass(frozen=True)
class CallBack:
    """Somebody wants to be called: number and safe time, opened for one deed."""

    id: int
    phone: str
    hours: str
    state: CallBackState
    asked_at: datetime


def phone_from(text: str) -> str:
    """The telephone number in a text, digits only; empty where there is none."""
    word = _MARKS.sub("", text)
    return word if _PHONE.match(word) else ""
