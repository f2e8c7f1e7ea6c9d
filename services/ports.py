"""What services and jobs need of the world; the front door hands in the real thing."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

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


class Fetcher(Protocol):
    """Fetches public media safely; raises services.ports.Unfetchable."""

    async def fetch(self, url: str) -> bytes: ...


class Unfetchable(Exception):
    """This address gives no media: `reason` is one word (blocked, too_large, timeout, status, …)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


Loop = Callable[[], Awaitable[object]]
