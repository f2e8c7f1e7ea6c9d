"""What services and jobs need of the world; the front door hands in the real thing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.films import Content
from domain.outbox import Outcome, Parcel


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for time-outs; real ones, also in practice."""
        ...


class Wake(Protocol):
    """Tells a loop that there is work, so that it needn't wait for its next turn."""

    def __call__(self, loop: str) -> None: ...


class Sender(Protocol):
    """Delivers one parcel; raises nothing, whatever happens."""

    async def send(self, parcel: Parcel) -> Outcome: ...


@dataclass(frozen=True)
class Fetched:
    """What lies at an address, with its ETag; unchanged: what had the ETag that was asked with, and
    no bytes. let_go: to be called once the bytes are done with, for only so many large ones are held.
    """

    data: Content
    etag: str = ""
    is_unchanged: bool = False
    let_go: Callable[[], None] = lambda: None


class Fetcher(Protocol):
    """Fetches public media safely; raises services.ports.Unfetchable.

    etag: what is known there already, which need not be sent again.
    """

    async def fetch(self, url: str, etag: str = "") -> Fetched: ...


class Unfetchable(Exception):
    """This address gives no media: `reason` is one word (blocked, too_large, timeout, status, …).

    retry_after: its host is to be left alone for so long; that says nothing about the media.
    """

    def __init__(self, reason: str, detail: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after


Loop = Callable[[], Awaitable[object]]
