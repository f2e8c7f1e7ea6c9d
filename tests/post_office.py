"""A sender that keeps what it was given, and alerts to be raised: what tests of paging share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.access import SYSTEM, Action, Actor
from domain.alerts import Alert, AlertDraft, AlertKind, Severity
from domain.outbox import Operation, Outcome, Parcel, Result, Route
from domain.people import Rung
from jobs.delivery import deliver
from services import alerts, rota
from services.desk import Desk
from storage import alerts as alert_table
from storage import audit as audit_table
from tests.conftest import ON_CALL, SECOND, SUPERVISOR

Answers = Callable[[Parcel], Outcome]


def _sent(parcel: Parcel) -> Outcome:
    return Outcome(Result.SENT, reference=f"{parcel.draft.address}:{parcel.id}.0")


@dataclass
class PostOffice:
    """Both roads' sender in one: everything it was given, in order."""

    answers: Answers = _sent
    parcels: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Outcome:
        self.parcels.append(parcel)
        return self.answers(parcel)

    async def empty(self, desk: Desk) -> list[Parcel]:
        """Deliver all that is due; what was given since the last time."""
        self.parcels.clear()
        await deliver(desk, {Route.SLACK: self, Route.TELEGRAM: self})
        return list(self.parcels)

    async def posts(self, desk: Desk, kind: str = "alert") -> list[str]:
        """Deliver all that is due; where new messages of this kind went, sorted."""
        return sorted(
            parcel.draft.address
            for parcel in await self.empty(desk)
            if parcel.draft.operation is Operation.POST and parcel.draft.kind == kind
        )


def an_alert(key: str = "k1", **changes: Any) -> AlertDraft:
    """A check-in missed at crisis, unless something else is said."""
    values: dict[str, Any] = {
        "kind": AlertKind.MISSED_CHECKIN,
        "severity": Severity.A,
        "subject": "checkin:1",
        "dedup_key": key,
        "facts": {"number": "2026-0001"},
    }
    return AlertDraft(**(values | changes))


async def raised(desk: Desk, draft: AlertDraft | None = None) -> int:
    """Raise an alert in a deed of its own; its id."""
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        alert_id = await alerts.raise_alert(deed, draft or an_alert())
    assert alert_id is not None
    return alert_id


async def seen(desk: Desk, alert_id: int) -> Alert:
    """The alert as it stands."""
    async with desk.database.reading() as tx:
        return await alert_table.find(tx, desk.safe, alert_id)


async def usual_rota(desk: Desk, first: Actor = ON_CALL, second: Actor = SECOND) -> None:
    """One person on call, one behind them; no lead."""
    await rota.set_shift(desk, SUPERVISOR, first.id, Rung.ON_CALL)
    await rota.set_shift(desk, SUPERVISOR, second.id, Rung.SECOND)


async def events(desk: Desk, subject: str) -> list[str]:
    """The audited events of one thing, in order."""
    async with desk.database.transaction() as tx:
        await audit_table.seal_next(tx, 1000)
    async with desk.database.reading() as tx:
        entries = [sealed.entry for sealed in await audit_table.sealed_entries(tx)]
    return [str(entry.facts.get("event")) for entry in entries if entry.subject == subject]
