"""The safe contact: when and how a person may be reached, agreed with them and only for a while."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.refusals import Reason, Refusal
from domain.walltime import is_between, next_opening


class ContactChannel(StrEnum):
    """How a person wants to be reached."""

    TELEGRAM = "telegram"
    TELEPHONE = "telephone"


@dataclass(frozen=True)
class SafeContact:
    """What is agreed: wall times [opens, closes) in `zone`, the channel, and until when it holds."""

    case_id: int
    channel: ContactChannel
    opens: time
    closes: time
    zone: str
    expires_at: datetime
    halted_at: datetime | None = None

    def is_current(self, now: datetime) -> bool:
        """Whether it is still agreed and the person hasn't said that it isn't safe now."""
        return self.halted_at is None and now < self.expires_at

    def is_open(self, now: datetime) -> bool:
        """Whether this is one of the safe hours."""
        return is_between(now, self.opens, self.closes, ZoneInfo(self.zone))

    def next_open(self, now: datetime) -> datetime:
        """Now, or the moment at which the safe hours begin."""
        return next_opening(now, self.opens, self.closes, ZoneInfo(self.zone))


def require_current(number: str, contact: SafeContact | None, now: datetime) -> SafeContact:
    """The record under which something may be begun; raises a Refusal where there is none."""
    if contact is None or (contact.halted_at is None and now >= contact.expires_at):
        raise Refusal(Reason.NO_SAFE_CONTACT, number=number)
    if contact.halted_at is not None:
        raise Refusal(Reason.HALTED, number=number)
    return contact


def require_open(number: str, contact: SafeContact | None, now: datetime) -> SafeContact:
    """The same, and this must be one of the safe hours."""
    current = require_current(number, contact, now)
    if not current.is_open(now):
        opens = current.opens.strftime("%H:%M")
        raise Refusal(Reason.OUTSIDE_SAFE_HOURS, number=number, opens=opens)
    return current
