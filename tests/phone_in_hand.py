"""Phones on which it shows what lies there: a Telegram and a Slack that do what a test says."""

import asyncio
from dataclasses import dataclass, field

from domain.outbox import Draft, Operation, Outcome, Parcel, Result, Route
from jobs.delivery import deliver
from services.desk import Desk

LATER = Outcome(Result.TRY_LATER, error="down")


@dataclass
class Phone:
    """Slack and a Telegram that shows what lies on each phone; `refuses` what wipes get instead."""

    lies: dict[str, set[int]] = field(default_factory=dict)
    wiped: list[Draft] = field(default_factory=list)
    told: list[Draft] = field(default_factory=list)
    refuses: Outcome | None = None
    newest: int = 0

    async def send(self, parcel: Parcel) -> Outcome:
        draft = parcel.draft
        if draft.route is Route.SLACK:
            self.told.append(draft)
            return Outcome(Result.SENT, f"{draft.address}:{parcel.id}.0")
        if draft.operation is Operation.WIPE:
            return self._wipe(draft)
        self.newest += 1
        self.lies.setdefault(draft.address, set()).add(self.newest)
        return Outcome(Result.SENT, f"{draft.address}:{self.newest}")

    def _wipe(self, draft: Draft) -> Outcome:
        self.wiped.append(draft)
        if self.refuses is not None:
            return self.refuses
        self.lies.setdefault(draft.address, set()).difference_update(draft.facts["messages"])
        return Outcome(Result.SENT)

    def of(self, kind: str) -> list[Draft]:
        return [draft for draft in self.told if draft.kind == kind]

    async def deliver(self, desk: Desk) -> None:
        """Two turns: what a wipe's end tells Slack, and what an unreadable row held back, leave in the second."""
        for _ in range(2):
            await deliver(desk, {Route.SLACK: self, Route.TELEGRAM: self})


@dataclass
class Held:
    """A sender whose bubble reaches the phone while it waits to be told how to end."""

    phone: Phone
    ends: Outcome | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, parcel: Parcel) -> Outcome:
        outcome = await self.phone.send(parcel)
        self.arrived.set()
        await self.go_on.wait()
        return self.ends or outcome
