"""Where every verb works: the desk holds what services need; a deed is one transaction at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from domain.access import Action, Actor, require
from domain.audit import Entry
from domain.outbox import Draft, Operation, Route
from domain.policy import Policy
from services.ports import Clock, Wake
from services.wordbook import Wordbook
from storage import audit as audit_table
from storage import inbox as inbox_table
from storage import outbox as outbox_table
from storage.database import Database, Transaction
from storage.sealed import Safe

log = structlog.get_logger()


@dataclass(frozen=True)
class Places:
    """Where the centre's talk goes in Slack: the alert channel, and each unit's private channel.

    `phones` says which persona speaks through which Telegram bot (user name without @); the public
    bot has the persona `hotline`.
    """

    alerts: str
    units: dict[str, str]
    phones: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Database, safe, clock, policy and the wake of loops; made once by the front door.

    wordbook: the words of all cases, as this process last compiled them.
    """

    database: Database
    safe: Safe
    clock: Clock
    policy: Policy
    places: Places
    wake: Wake
    wordbook: Wordbook = field(default_factory=Wordbook, compare=False)

    @asynccontextmanager
    async def deed(self, actor: Actor, action: Action) -> AsyncIterator["Deed"]:
        """One thing an actor does: access, one transaction, and the inbox row done with it."""
        require(actor, action)
        async with self.database.transaction() as tx:
            deed = Deed(self, tx, actor, action, self.clock.now())
            yield deed
            if actor.inbox_id is not None:
                await inbox_table.mark_done(tx, actor.inbox_id, deed.now)
        for entry in deed.entries:
            log.info(
                "deed",
                action=entry.action,
                by=entry.actor,
                subject=entry.subject,
                facts=entry.facts,
            )
        for loop in sorted(deed.loops_to_wake):
            self.wake(loop)

    @asynccontextmanager
    async def look(self, actor: Actor, action: Action) -> AsyncIterator[Transaction]:
        """One thing an actor reads: access, and a look that changes nothing."""
        require(actor, action)
        async with self.database.reading() as tx:
            yield tx


@dataclass
class Deed:
    """A transaction in the hands of an actor; what it writes is kept or dropped as one."""

    desk: Desk
    tx: Transaction
    actor: Actor
    action: Action
    now: datetime
    loops_to_wake: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)

    @property
    def safe(self) -> Safe:
        return self.desk.safe

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    async def record(self, subject: str, **facts: Any) -> None:
        """Write an audit row; facts hold no personal data."""
        entry = Entry(self.now, self.actor.id, str(self.action), subject, facts)
        await audit_table.record(self.tx, entry)
        self.entries.append(entry)

    async def send(self, draft: Draft) -> bool:
        """Write an outbox row; false where its dedup key was there already."""
        self.loops_to_wake.add(delivery_loop(draft.route))
        return await outbox_table.enqueue(self.tx, self.safe, draft, self.now)

    def sealing(self, case_id: int | None) -> int | None:
        """Whose key seals what staff are still told of a case; none, the day's key, once it is erased."""
        is_erased = case_id is not None and self.safe.is_case_erased(case_id)
        return None if is_erased else case_id

    async def answer(self, kind: str, **facts: Any) -> None:
        """Tell the member of staff who asked, for their eyes only, what was done.

        The answer leaves by the outbox with the deed that it tells of: never one without the other.
        """
        await self.answer_sealed(None, kind, **facts)

    async def answer_sealed(self, case_id: int | None, kind: str, **facts: Any) -> None:
        """The same, sealed with a case's key, where it says more than a number."""
        key = f"answer:{self.actor.inbox_id or uuid4().hex}:{kind}"
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.EPHEMERAL,
            kind=kind,
            address=self.actor.channel or self.actor.id,
            dedup_key=key,
            facts={**facts, "user": self.actor.id},
            language=self.actor.language,
            case_id=case_id,
            order_key=f"answer:{self.actor.id}",
        )
        await self.send(draft)

    def wake_after(self, loop: str) -> None:
        """Wake this loop once the transaction has landed."""
        self.loops_to_wake.add(loop)


def delivery_loop(route: Route) -> str:
    """The name of the loop that delivers this route."""
    return f"delivery-{route}"
