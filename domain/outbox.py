"""Everything that leaves: what it is, where it goes, how it ends, and when to try again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.lifecycle import Lifecycle


class Route(StrEnum):
    """By which road a row leaves; each has one sender."""

    SLACK = "slack"
    TELEGRAM = "telegram"
    MAIL = "mail"


class Operation(StrEnum):
    """What the sender is to do."""

    POST = "post"
    EDIT = "edit"
    EPHEMERAL = "ephemeral"
    HOME = "home"
    DELETE = "delete"
    DELETE_FILE = "delete_file"
    WIPE = "wipe"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    SUPERSEDED = "superseded"


class DeliveryEvent(StrEnum):
    LEASE = "lease"
    LEASE_EXPIRED = "lease_expired"
    DELIVERED = "delivered"
    TRY_LATER = "try_later"
    REFUSE = "refuse"
    GIVE_UP = "give_up"
    SUPERSEDE = "supersede"


DELIVERY = Lifecycle(
    "delivery",
    DeliveryState.WAITING,
    {
        (DeliveryState.WAITING, DeliveryEvent.LEASE): DeliveryState.LEASED,
        (DeliveryState.WAITING, DeliveryEvent.SUPERSEDE): DeliveryState.SUPERSEDED,
        # Only because its case was erased: then nothing more of it may leave.
        (DeliveryState.WAITING, DeliveryEvent.GIVE_UP): DeliveryState.GIVEN_UP,
        (DeliveryState.LEASED, DeliveryEvent.LEASE_EXPIRED): DeliveryState.WAITING,
        (DeliveryState.LEASED, DeliveryEvent.DELIVERED): DeliveryState.SENT,
        (DeliveryState.LEASED, DeliveryEvent.TRY_LATER): DeliveryState.WAITING,
        (DeliveryState.LEASED, DeliveryEvent.REFUSE): DeliveryState.REFUSED,
        (DeliveryState.LEASED, DeliveryEvent.GIVE_UP): DeliveryState.GIVEN_UP,
    },
)

Facts = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """One thing to send: which text (`kind`), with which facts, to whom.

    `address` is a Slack channel or user id, or a sealed-away Telegram conversation id. `dedup_key`
    makes it unique for ever. `target` names the dedup key of the message that an edit or a deletion
    is about; `lies_at` is where that message lies, for a deletion that outlives the target's key.
    `case_id` says whose key seals it (none: the house's day key). Rows of one `order_key` leave in
    their order; left empty it is the address. `is_urgent` rows are tried every 15 s, three times,
    before the next road is taken; waiting for a turn in a busy channel is no try for 45 s.
    """

    route: Route
    operation: Operation
    kind: str
    address: str
    dedup_key: str
    facts: Facts = field(default_factory=dict)
    language: str = "ko"
    case_id: int | None = None
    target: str = ""
    order_key: str = ""
    is_urgent: bool = False
    thread: str = ""
    lies_at: str = ""


@dataclass(frozen=True)
class Parcel:
    """A claimed row, opened: what the sender needs to deliver it.

    `opaque_id` travels in the message's metadata, so that a second try can look for the first.
    `reference` is the external reference of `target` (`channel:ts`, `chat:message_id`). `written_at`:
    since when it may have been sent.
    """

    id: int
    opaque_id: str
    draft: Draft
    attempt: int
    is_retry: bool
    reference: str = ""
    thread_reference: str = ""
    written_at: datetime | None = None


class Result(StrEnum):
    """busy: told to come again after a while, for there was too much; it surely didn't arrive."""

    SENT = "sent"
    BUSY = "busy"
    TRY_LATER = "try_later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What a sender says of one parcel; `after` is the wait that the other side asked for, and always
    there where it is busy.
    """

    result: Result
    reference: str = ""
    error: str = ""
    after: timedelta | None = None


URGENT_TRIES = 3
URGENT_WAIT = timedelta(seconds=15)
MOST_TRIES = 30
# An alert's pages, at 15 s each, outlast the longest wait between two pages of its ladder: while Slack
# is away every alert has a message on its way, and none has dozens. A phone has no ladder: five hours.
URGENT_MOST_TRIES = {Route.SLACK: 130, Route.TELEGRAM: 1200, Route.MAIL: 130}
_LONGEST_WAIT = timedelta(minutes=15)
_BUSY_PATIENCE = timedelta(minutes=30)
# Telegram lets a bot delete a message for 48 hours; a wipe is tried every minute for as long.
DELETABLE = timedelta(hours=48)
_WIPE_LONGEST_WAIT = timedelta(minutes=1)
WIPE_MOST_TRIES = DELETABLE // _WIPE_LONGEST_WAIT


def next_wait(draft: Draft, attempt: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after the attempt of this number (1 is the first)."""
    longest = _WIPE_LONGEST_WAIT if draft.operation is Operation.WIPE else _LONGEST_WAIT
    grown = min(longest, timedelta(seconds=2 ** min(attempt, 10)))
    wait = URGENT_WAIT if draft.is_urgent else grown
    return max(wait, asked) if asked is not None else wait


def may_be_busy(draft: Draft, age: timedelta) -> bool:
    """Whether waiting for its turn is no failure yet of something that has waited for so long."""
    return age < (URGENT_TRIES * URGENT_WAIT if draft.is_urgent else _BUSY_PATIENCE)


def is_exhausted(draft: Draft, attempt: int) -> bool:
    """Whether a row has been tried often enough to say that it won't leave."""
    if draft.operation is Operation.WIPE:
        return attempt >= WIPE_MOST_TRIES
    return attempt >= (URGENT_MOST_TRIES[draft.route] if draft.is_urgent else MOST_TRIES)


def state_after(parcel: Parcel, outcome: Outcome) -> DeliveryState:
    """What becomes of a row after this attempt."""
    if outcome.result is Result.SENT:
        return DeliveryState.SENT
    if outcome.result is Result.REFUSED:
        return DeliveryState.REFUSED
    is_last = parcel.draft.is_urgent and parcel.attempt >= URGENT_TRIES
    gives_up = (is_last and has_next_road(parcel.draft)) or is_exhausted(
        parcel.draft, parcel.attempt
    )
    return DeliveryState.GIVEN_UP if gives_up else DeliveryState.WAITING


def has_next_road(draft: Draft) -> bool:
    """Whether something else is tried where this one is given up: a page in Slack has the next road."""
    is_page = draft.route is Route.SLACK and draft.operation is Operation.POST and draft.is_urgent
    return is_page and not draft.facts.get("is_next_road")
