"""Where time comes from: the machine in live mode, the practice world's clock in practice."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import structlog

log = structlog.get_logger()

_LONG_POLL_S = 20.0
_RETRY_S = 0.5


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class PracticeClock:
    """The practice world's time: it follows the world's rate and jumps."""

    def __init__(self) -> None:
        self._base = datetime.now(UTC)
        self._at = time.monotonic()
        self._rate = 1.0
        self._version = -1

    def now(self) -> datetime:
        elapsed = time.monotonic() - self._at
        return self._base + timedelta(seconds=elapsed * self._rate)

    def monotonic(self) -> float:
        return time.monotonic()

    def set(self, told: dict[str, Any]) -> None:
        """Take over what the world says: `now` (ISO), `rate`, `version`."""
        self._base = datetime.fromisoformat(told["now"])
        self._at = time.monotonic()
        self._rate = float(told["rate"])
        self._version = int(told["version"])

    async def follow(self, practice: str, changed: Callable[[], None]) -> None:
        """Keep in step with the world for ever; `changed` is called after each jump."""
        async with httpx.AsyncClient(trust_env=False, timeout=_LONG_POLL_S + 10) as http:
            while True:
                try:
                    query = {"after": self._version, "wait": _LONG_POLL_S}
                    answer = await http.get(f"{practice}/practice/clock", params=query)
                    told = answer.raise_for_status().json()["clock"]
                except (httpx.HTTPError, KeyError, ValueError):
                    # The world restarts with the same clock: ask again, from the beginning.
                    self._version = -1
                    await asyncio.sleep(_RETRY_S)
                    continue
                if told["version"] != self._version:
                    self.set(told)
                    changed()
