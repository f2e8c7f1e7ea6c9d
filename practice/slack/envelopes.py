"""What goes down the socket: an event, or something a person did and waits for."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from practice.shelf import Document

PATIENCE_S = 3.0
_EVENT_LIFE_S = 400.0


@dataclass
class Envelope:
    """One envelope: an event may come again, anything else has three seconds, once."""

    kind: str
    payload: Document
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    key: str = ""
    attempt: int = 0
    reason: str = ""
    dies_at: float = field(default_factory=lambda: time.time() + PATIENCE_S)
    answer: asyncio.Future[Document | None] | None = None

    @property
    def is_event(self) -> bool:
        """Whether it is an event and no one waits for its answer."""
        return self.kind == "events_api"

    def is_dead(self) -> bool:
        """Whether it is too late to deliver it."""
        return time.time() >= self.dies_at or (self.answer is not None and self.answer.done())

    def as_json(self) -> dict[str, Any]:
        """As the socket carries it."""
        shown: dict[str, Any] = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": not self.is_event,
        }
        if self.is_event:
            shown |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return shown

    def as_document(self) -> Document:
        """As the shelf keeps it."""
        return {
            "payload": self.payload,
            "id": self.id,
            "attempt": self.attempt,
            "dies": self.dies_at,
        }


def event(key: str, payload: Document) -> Envelope:
    """An event under the key that the shelf knows it by."""
    return Envelope("events_api", payload, key=key, dies_at=time.time() + _EVENT_LIFE_S)


def kept_event(key: str, kept: Document) -> Envelope:
    """An event that the shelf kept over a restart."""
    return Envelope(
        "events_api",
        kept["payload"],
        id=kept["id"],
        key=key,
        attempt=kept["attempt"],
        dies_at=kept["dies"],
    )
