"""What comes in: a row that is kept until it was acted on, once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.lifecycle import Lifecycle


class InboxState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    FAILED = "failed"


class InboxEvent(StrEnum):
    ACTED = "acted"
    FAILED_FOR_GOOD = "failed_for_good"


INBOX = Lifecycle(
    "inbox",
    InboxState.RECEIVED,
    {
        (InboxState.RECEIVED, InboxEvent.ACTED): InboxState.DONE,
        (InboxState.RECEIVED, InboxEvent.FAILED_FOR_GOOD): InboxState.FAILED,
    },
)

MOST_REPLAYS = 5


@dataclass(frozen=True)
class Letter:
    """One Slack envelope or Telegram update, as it came.

    `origin` is `slack` or `telegram:<bot>`; `key` is what the other side never repeats for two
    different things (event id, trigger id, update id); `order_key` names the conversation.
    """

    origin: str
    key: str
    payload: dict[str, Any]
    order_key: str = ""


@dataclass(frozen=True)
class Received:
    """A letter on the shelf of things to do.

    replays: how often it was begun anew. is_replay: it came in earlier, and was not acted on.
    """

    id: int
    letter: Letter
    received_at: datetime
    replays: int
    is_replay: bool = False
