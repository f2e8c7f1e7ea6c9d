"""A lead: a post that names the person of a case by its words, where no media was found to match."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.lifecycle import Lifecycle

MOST_ALERTED = 20  # Of one case at a time; what comes beyond waits until one of them is decided.


class LeadState(StrEnum):
    NEW = "new"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    MERGED = "merged"


class LeadEvent(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    MERGE = "merge"


LEAD = Lifecycle(
    "lead",
    LeadState.NEW,
    {
        (LeadState.NEW, LeadEvent.CONFIRM): LeadState.CONFIRMED,
        (LeadState.NEW, LeadEvent.DISMISS): LeadState.DISMISSED,
        (LeadState.NEW, LeadEvent.MERGE): LeadState.MERGED,
    },
)


@dataclass(frozen=True)
class Lead:
    """A lead as staff see it; its link is not in it (`services.leads.show_lead` gives it).

    ways: how the words were spelt. A confirmed one is to become a deletion request; a merged one
    became part of the match `match_id`.
    """

    id: int
    case_id: int
    source: str
    page_digest: str
    keyword_ids: tuple[int, ...]
    ways: tuple[str, ...]
    state: LeadState
    alert_id: int | None
    match_id: int | None
    posted_at: datetime | None
    found_at: datetime
    decided_by: str
    decided_at: datetime | None
    version: int


def subject_of(lead_id: int) -> str:
    """What an alert about this lead names."""
    return f"lead:{lead_id}"


def lead_of(subject: str) -> int:
    """The lead that an alert's subject names; 0 where it is about something else."""
    kind, _, number = subject.partition(":")
    return int(number) if kind == "lead" and number.isdigit() else 0
