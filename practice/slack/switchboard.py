"""Brings envelopes to the bot's connections, in turn, and again where Slack would try again."""

import asyncio
from collections import deque
from typing import Protocol

from practice.faults import Faults
from practice.shelf import Document, Shelf
from practice.slack.envelopes import PATIENCE_S, Envelope, event, kept_event
from practice.slack.refusals import Refusal

_KIND = "slack_event"
_HELD_S = 0.5
# Before the first try and before each of the three that Slack makes after it.
_WAITS_S = (0.0, 0.0, 60.0, 300.0)


class Line(Protocol):
    """One connection of the bot."""

    async def send(self, body: Document) -> None:
        """Put one message on it. Raises ConnectionError if it is gone."""

    def cut(self) -> None:
        """Break it without a word."""


class Switchboard:
    """Envelopes on their way: waiting for a connection, or for their acknowledgement."""

    def __init__(self, shelf: Shelf, faults: Faults) -> None:
        self.patience_s = PATIENCE_S
        self._shelf = shelf
        self._faults = faults
        self._lines: deque[Line] = deque()
        self._waiting: deque[Envelope] = deque(kept_event(*kept) for kept in shelf.all(_KIND))
        self._unacked: dict[str, tuple[Envelope, Line]] = {}
        self._held: Envelope | None = None
        self._woken = asyncio.Event()

    @property
    def connections(self) -> int:
        """How many connections the bot has open."""
        return len(self._lines)

    def emit(self, payload: Document) -> None:
        """Send an event, now or when the bot is back."""
        key = f"{self._shelf.next_number('slack_event_number'):012d}"
        envelope = event(key, payload)
        self._shelf.put(_KIND, key, envelope.as_document())
        self._enqueue(envelope)

    async def ask(self, kind: str, payload: Document) -> Document | None:
        """Send what a person did; what the bot answers. Raises `operation_timeout`."""
        envelope = Envelope(kind, payload)
        envelope.answer = asyncio.get_running_loop().create_future()
        self._enqueue(envelope)
        try:
            return await asyncio.wait_for(envelope.answer, PATIENCE_S)
        except TimeoutError:
            raise Refusal("operation_timeout") from None
        finally:
            self._unacked.pop(envelope.id, None)

    def connect(self, line: Line) -> None:
        """A connection is there: whatever waits goes out."""
        self._lines.append(line)
        self._woken.set()

    def retire(self, line: Line) -> None:
        """Send nothing more on a connection, which may still acknowledge what it has."""
        if line in self._lines:
            self._lines.remove(line)

    def hang_up(self, line: Line) -> None:
        """A connection is gone: events it left unanswered go out again on the next one."""
        self.retire(line)
        lost = [envelope for envelope, used in self._unacked.values() if used is line]
        for envelope in lost:
            self._unacked.pop(envelope.id)
            if envelope.is_event:
                self._retry(envelope, "connection_failed")

    def acknowledge(self, number: str, payload: Document | None) -> None:
        """The bot has answered an envelope; an answer too late changes nothing."""
        envelope, _ = self._unacked.pop(number, (None, None))
        if envelope is None:
            return
        self._shelf.drop(_KIND, envelope.key)
        if envelope.answer is not None and not envelope.answer.done():
            envelope.answer.set_result(payload)

    async def run(self) -> None:
        """Deliver what waits, for as long as the server lives."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting and self._lines:
                envelope = self._waiting.popleft()
                if envelope.is_dead():
                    self._shelf.drop(_KIND, envelope.key)
                elif not self._is_held_back(envelope):
                    await self._deliver(envelope)

    def _enqueue(self, envelope: Envelope) -> None:
        while self._waiting and self._waiting[0].is_dead():
            self._shelf.drop(_KIND, self._waiting.popleft().key)
        self._waiting.append(envelope)
        self._woken.set()

    def _is_held_back(self, envelope: Envelope) -> bool:
        if self._held is not None or not self._faults.take("slack", "reorder"):
            return False
        self._held = envelope
        asyncio.get_running_loop().call_later(_HELD_S, self._release)
        return True

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._waiting.append(held)
            self._woken.set()

    async def _deliver(self, envelope: Envelope) -> None:
        line = self._lines[0]
        self._lines.rotate(-1)
        if self._faults.take("slack", "drop", "down"):
            self._waiting.appendleft(envelope)
            self.retire(line)
            line.cut()
            return
        copies = 2 if self._faults.take("slack", "twice") else 1
        self._unacked[envelope.id] = (envelope, line)
        try:
            for _ in range(copies):
                await line.send(envelope.as_json())
        except ConnectionError:
            self.hang_up(line)
            return
        self._watch(envelope)
        self._release()

    def _watch(self, envelope: Envelope) -> None:
        if envelope.is_event:
            loop = asyncio.get_running_loop()
            loop.call_later(self.patience_s, self._give_up_on, envelope, envelope.attempt)

    def _give_up_on(self, envelope: Envelope, attempt: int) -> None:
        # It may have gone out again since on another connection, with a time of its own.
        if envelope.attempt == attempt and self._unacked.pop(envelope.id, None) is not None:
            self._retry(envelope, "timeout")

    def _retry(self, envelope: Envelope, reason: str) -> None:
        envelope.attempt += 1
        envelope.reason = reason
        if envelope.attempt >= len(_WAITS_S):
            self._shelf.drop(_KIND, envelope.key)
            return
        self._shelf.put(_KIND, envelope.key, envelope.as_document())
        wait = 0.0 if reason == "connection_failed" else _WAITS_S[envelope.attempt]
        asyncio.get_running_loop().call_later(wait, self._enqueue, envelope)
