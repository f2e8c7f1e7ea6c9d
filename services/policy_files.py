"""The shapes of the policy files: what each may say, and the domain values that it gives."""

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.alerts import Ladder, Severity
from domain.cases import RiskLevel
from domain.people import Rung
from domain.policy import CheckinTimes, Hours, Number, Retention

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Positive = Annotated[float, Field(gt=0)]
RungName = Literal["on_call", "second", "lead", "everyone", "outside"]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is no time zone, such as Asia/Seoul")
    return name


class Strict(BaseModel):
    """Unknown keys are mistakes: a typing error must not pass for a setting."""

    model_config = ConfigDict(extra="forbid")


class Dated(Strict):
    """A file that says when somebody last checked it."""

    checked_on: date

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """The parts of the Policy that this file gives; `addresses` fill `{name}` in urls."""
        raise LookupError(f"{type(self).__name__} gives no values to {sorted(addresses)}")


class HoursPart(Strict):
    zone: Annotated[str, AfterValidator(_known_zone)]
    weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_first(self) -> "HoursPart":
        if self.opens >= self.closes:
            raise ValueError("opens must come before closes")
        return self


class NumberPart(Strict):
    name_ko: str
    name_en: str
    number: str
    hours_ko: str
    hours_en: str


class CentreFile(Dated):
    hours: HoursPart
    number: list[NumberPart] = Field(min_length=1)

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """Opening hours and numbers."""
        days = frozenset(_DAYS.index(day) for day in self.hours.weekdays)
        hours = Hours(self.hours.zone, days, self.hours.opens, self.hours.closes)
        numbers = tuple(Number(**part.model_dump()) for part in self.number)
        return {"hours": hours, "numbers": numbers}


class LadderPart(Strict):
    rungs: list[tuple[Annotated[float, Field(ge=0)], RungName]] = Field(min_length=1)
    repeat: Positive | None = None
    claim_lasts: Positive
    reminder_grace: Positive

    @model_validator(mode="after")
    def _rises(self) -> "LadderPart":
        order = [(after, Rung[name.upper()]) for after, name in self.rungs]
        if order != sorted(order) or len({rung for _, rung in order}) != len(order):
            raise ValueError("rungs must rise, each named once")
        if order[0][0] != 0:
            raise ValueError("the first rung must be at minute 0")
        return self

    def ladder(self) -> Ladder:
        """The ladder as the domain climbs it."""
        rungs = tuple((Rung[name.upper()], timedelta(minutes=m)) for m, name in self.rungs)
        repeat = None if self.repeat is None else timedelta(minutes=self.repeat)
        lasts, grace = timedelta(minutes=self.claim_lasts), timedelta(minutes=self.reminder_grace)
        return Ladder(rungs, repeat, lasts, grace)


class AlertsFile(Dated):
    bundle_minutes: Annotated[float, Field(ge=0)]
    ladder: dict[Severity, LadderPart]

    @model_validator(mode="after")
    def _is_whole(self) -> "AlertsFile":
        if set(self.ladder) != set(Severity):
            raise ValueError("a ladder is needed for each of A, B and C")
        return self

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """Ladders and bundling."""
        ladders = {severity: part.ladder() for severity, part in self.ladder.items()}
        return {"ladders": ladders, "bundle_for": timedelta(minutes=self.bundle_minutes)}


class CheckinsFile(Dated):
    late_after: Positive
    missed_after: Positive
    factors: dict[RiskLevel, Annotated[int, Field(ge=1)]]

    @model_validator(mode="after")
    def _is_whole(self) -> "CheckinsFile":
        if self.late_after >= self.missed_after:
            raise ValueError("late_after must come before missed_after")
        if set(self.factors) != set(RiskLevel):
            raise ValueError("a factor is needed for each of none, caution, crisis and critical")
        return self

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """Times of check-ins."""
        late = timedelta(minutes=self.late_after)
        return {"checkins": CheckinTimes(late, timedelta(minutes=self.missed_after), self.factors)}


class RetentionFile(Dated):
    inbox_key_days: Positive
    seen_days: Annotated[float, Field(ge=0)]
    invite_hours: Positive
    safe_contact_days: Positive
    telegram_message_hours: Annotated[float, Field(gt=0, lt=48)]

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """How long things are kept."""
        retention = Retention(
            inbox_keys=timedelta(days=self.inbox_key_days),
            seen=timedelta(days=self.seen_days),
            invite=timedelta(hours=self.invite_hours),
            safe_contact=timedelta(days=self.safe_contact_days),
            telegram_messages=timedelta(hours=self.telegram_message_hours),
        )
        return {"retention": retention}
