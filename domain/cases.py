"""A case: its number, its kind, its lifecycle, and what is still missing after a minimal intake."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.consents import Consent, ConsentPart, held_parts
from domain.lifecycle import Lifecycle
from domain.refusals import Reason, Refusal


class Harm(StrEnum):
    """The kinds of harm that Korean reports count; a case can have several."""

    DISTRIBUTION = "distribution"
    ILLEGAL_FILMING = "illegal_filming"
    THREAT = "threat"
    FEAR = "fear"
    FAKED = "faked"
    BULLYING = "bullying"
    STALKING = "stalking"
    OTHER = "other"


class Unit(StrEnum):
    """The part of the centre that a case belongs to; each has a private channel."""

    DELETION = "deletion"
    STALKING = "stalking"
    YOUTH = "youth"


class RiskLevel(StrEnum):
    """The police's levels; only a person changes one."""

    NONE = "none"
    CAUTION = "caution"
    CRISIS = "crisis"
    CRITICAL = "critical"


GRAVE = frozenset({RiskLevel.CRISIS, RiskLevel.CRITICAL})


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ERASED = "erased"


class CaseEvent(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"
    ERASE = "erase"


CASE = Lifecycle(
    "case",
    CaseState.OPEN,
    {
        (CaseState.OPEN, CaseEvent.CLOSE): CaseState.CLOSED,
        (CaseState.CLOSED, CaseEvent.REOPEN): CaseState.OPEN,
        (CaseState.OPEN, CaseEvent.ERASE): CaseState.ERASED,
        (CaseState.CLOSED, CaseEvent.ERASE): CaseState.ERASED,
    },
)

MOST_ALIAS = 40
_NUMBER = re.compile(r"^#?(20\d\d)-?(\d{1,6})$")


@dataclass(frozen=True)
class Intake:
    """The twenty-second intake: an alias, the kind of harm, and whether there is danger now."""

    alias: str
    harm: Harm
    is_minor: bool = False
    in_danger: bool = False


@dataclass(frozen=True)
class Case:
    """A case as staff see it: nothing in it says who the person is."""

    id: int
    number: str
    alias: str
    harms: frozenset[Harm]
    unit: Unit
    state: CaseState
    risk: RiskLevel
    is_minor: bool
    in_danger: bool
    first: str
    second: str
    opened_at: datetime
    closed_at: datetime | None
    version: int


class Missing(StrEnum):
    """What an intake still lacks, in the order in which it is asked."""

    SUICIDE_RISK = "suicide_risk"
    SAFE_CONTACT = "safe_contact"
    WISH = "wish"
    DUTY_TO_REPORT = "duty_to_report"
    CONSENTS = "consents"
    MATERIAL = "material"
    SECOND_PERSON = "second_person"


def number_text(year: int, count: int) -> str:
    """The number that people say: 2026-0142."""
    return f"{year}-{count:04d}"


def number_from(word: str) -> str:
    """The case number that somebody typed (`2026-142`, `#2026-0142`); refuses anything else."""
    found = _NUMBER.match(word.strip())
    if found is None:
        raise Refusal(Reason.NO_SUCH_CASE, number=word.strip()[:20])
    return number_text(int(found[1]), int(found[2]))


def unit_for(intake: Intake) -> Unit:
    """Which unit takes this case: the young first, then stalking, then deletion."""
    if intake.is_minor:
        return Unit.YOUTH
    return Unit.STALKING if intake.harm is Harm.STALKING else Unit.DELETION


def checked(intake: Intake) -> Intake:
    """The intake with its alias trimmed; refuses an empty or an overlong one."""
    alias = " ".join(intake.alias.split())
    if not alias:
        raise Refusal(Reason.EMPTY_TEXT, what="alias")
    if len(alias) > MOST_ALIAS:
        raise Refusal(Reason.TOO_LONG, most=MOST_ALIAS)
    return Intake(alias, intake.harm, intake.is_minor, intake.in_danger)


def require_kept(case: Case) -> None:
    """Raise a Refusal where the case was erased; a closed one can still need safety."""
    if case.state is CaseState.ERASED:
        raise Refusal(Reason.CASE_ERASED, number=case.number)


def require_open(case: Case) -> None:
    """Raise a Refusal unless the case can still be worked on."""
    require_kept(case)
    if case.state is CaseState.CLOSED:
        raise Refusal(Reason.CASE_CLOSED, number=case.number)


_ASKED = (Missing.SUICIDE_RISK, Missing.SAFE_CONTACT, Missing.WISH, Missing.DUTY_TO_REPORT)


def missing_of(
    case: Case, settled: Collection[str], consents: Collection[Consent], fingerprints: int
) -> tuple[Missing, ...]:
    """What the intake still lacks, in the order in which it is asked."""
    lacks = {what: what not in settled for what in _ASKED}
    lacks[Missing.CONSENTS] = ConsentPart.PERSONAL_DATA not in held_parts(consents)
    lacks[Missing.MATERIAL] = fingerprints == 0 and Harm.STALKING not in case.harms
    lacks[Missing.SECOND_PERSON] = not case.second
    return tuple(what for what in Missing if lacks[what])
