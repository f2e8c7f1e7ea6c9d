"""Tables and queries of alerts, and of the messages that show them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, func, select, update

from domain.alerts import (
    ASKS_FOR_SOMEBODY,
    ENDED,
    Alert,
    AlertDraft,
    AlertKind,
    AlertState,
    Copy,
    Severity,
)
from domain.people import Rung
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, json_field, sealed_field
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key, day_key


class AlertRow(SQLModel, table=True):
    """One alert. `next_rung_at` and `claimed_until` are the deadlines that loops look for."""

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_bundle", "bundle_key", "raised_at"),)

    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True, max_length=200)
    bundle_key: str = Field(default="", max_length=200)
    kind: AlertKind = enum_field(AlertKind)
    severity: Severity = enum_field(Severity)
    state: AlertState = enum_field(AlertState, default=AlertState.NEW, index=True)
    subject: str = Field(max_length=120)
    case_id: int | None = Field(default=None, index=True)
    case_number: str = Field(default="", max_length=20)
    key_id: str = Field(max_length=60)
    facts: bytes = sealed_field()
    owner: str = Field(default="", max_length=40)
    claimed_until: datetime | None = Field(default=None, index=True)
    is_reminded: bool = False
    rung: int
    ladder_from: datetime
    next_rung_at: datetime | None = Field(default=None, index=True)
    paged: list[str] = json_field()
    skipped: list[int] = json_field()
    pages: int = 0
    joined: int = 0
    merged_into: int | None = Field(default=None, foreign_key="alert.id")
    raised_at: datetime
    is_test: bool = False
    version: int = 1


class AlertCopyRow(SQLModel, table=True):
    """One message that shows an alert, by the dedup key of its outbox row."""

    __tablename__ = "alert_copy"
    __table_args__ = (UniqueConstraint("alert_id", "dedup_key"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    kind: str = Field(max_length=60)
    address: str = Field(max_length=40)
    dedup_key: str = Field(max_length=200, index=True)
    language: str = Field(max_length=10)


async def insert(tx: Transaction, safe: Safe, draft: AlertDraft, now: datetime) -> int | None:
    """Keep a new alert; its id, or none where its dedup key was raised before."""
    key_id = case_key(draft.case_id) if draft.case_id is not None else day_key(now.date())
    row: dict[str, Any] = {
        "dedup_key": draft.dedup_key,
        "bundle_key": draft.bundle_key,
        "kind": draft.kind,
        "severity": draft.severity,
        "state": AlertState.NEW,
        "subject": draft.subject,
        "case_id": draft.case_id,
        "case_number": str(draft.facts.get("number", "")) if draft.case_id is not None else "",
        "key_id": key_id,
        "facts": safe.seal_json(key_id, draft.facts),
        "owner": "",
        "is_reminded": False,
        "rung": int(Rung.ON_CALL),
        "ladder_from": now,
        "paged": [],
        "skipped": [],
        "pages": 0,
        "joined": 0,
        "raised_at": now,
        "is_test": draft.is_test,
        "version": 1,
    }
    if not await insert_once(tx, AlertRow, row):
        return None
    found = select(AlertRow.id).where(AlertRow.dedup_key == draft.dedup_key)
    return (await tx.exec(found)).one()


async def find(tx: Transaction, safe: Safe, alert_id: int, *, to_change: bool = False) -> Alert:
    """One alert, held until the transaction ends if it is to be changed; refuses an unknown id."""
    query = select(AlertRow).where(AlertRow.id == alert_id)
    if to_change:
        query = query.with_for_update()
    row = (await tx.exec(query.execution_options(populate_existing=True))).first()
    if row is None:
        raise Refusal(Reason.NO_SUCH_ALERT, number=alert_id)
    return _alert(row, safe)


async def change(tx: Transaction, safe: Safe, alert: Alert, **values: Any) -> Alert:
    """Compare and set: the alert as it is now; refuses if it isn't any more what was read."""
    statement = (
        update(AlertRow)
        .where(col(AlertRow.id) == alert.id, col(AlertRow.version) == alert.version)
        .values(version=alert.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if (await tx.exec(statement)).rowcount == 0:
        raise Refusal(Reason.CHANGED_MEANWHILE, what="alert")
    return await find(tx, safe, alert.id)


async def bundle_leader(tx: Transaction, alert: Alert, since: datetime) -> int | None:
    """The alert of the same bundle that went out since then and isn't over."""
    mine = select(AlertRow.bundle_key).where(AlertRow.id == alert.id).scalar_subquery()
    query = (
        select(AlertRow.id)
        .where(
            AlertRow.bundle_key == mine,
            AlertRow.bundle_key != "",
            AlertRow.id != alert.id,
            AlertRow.raised_at >= since,
            col(AlertRow.merged_into).is_(None),
            col(AlertRow.state).not_in(ENDED),
        )
        .order_by(col(AlertRow.id))
        .limit(1)
    )
    return (await tx.exec(query)).first()


async def due_rungs(tx: Transaction, now: datetime, *, briefed: bool) -> list[int]:
    """Alerts whose next rung is due; `briefed` ones (severity C) wait for the working hour's briefing."""
    severity = col(AlertRow.severity) == Severity.C
    query = (
        select(AlertRow.id)
        .where(col(AlertRow.next_rung_at) <= now, severity if briefed else ~severity)
        .order_by(col(AlertRow.next_rung_at), col(AlertRow.id))
    )
    return [found for found in (await tx.exec(query)).all() if found is not None]


async def due_claims(tx: Transaction, now: datetime) -> list[int]:
    """Claims that have run out, or whose reminder has."""
    query = select(AlertRow.id).where(col(AlertRow.claimed_until) <= now)
    rows = (await tx.exec(query.order_by(col(AlertRow.claimed_until)))).all()
    return [found for found in rows if found is not None]


async def not_over(tx: Transaction, safe: Safe, most: int) -> list[Alert]:
    """Alerts that nobody has ended, the gravest and oldest first."""
    query = (
        select(AlertRow)
        .where(col(AlertRow.state).not_in([*ENDED, AlertState.MERGED]))
        .order_by(col(AlertRow.severity), col(AlertRow.id))
        .limit(most)
    )
    return [_alert(row, safe) for row in (await tx.exec(query)).all()]


async def count_waiting(tx: Transaction) -> int:
    """How many alerts ask for somebody."""
    query = select(func.count()).select_from(AlertRow)
    return (await tx.exec(query.where(col(AlertRow.state).in_(ASKS_FOR_SOMEBODY)))).one()


async def add_copy(tx: Transaction, copy: Copy) -> None:
    """Remember a message that shows an alert."""
    await insert_once(tx, AlertCopyRow, asdict(copy))


async def copies_of(tx: Transaction, alert_id: int) -> list[Copy]:
    """Every message that shows this alert, oldest first."""
    query = select(AlertCopyRow).where(AlertCopyRow.alert_id == alert_id)
    rows = (await tx.exec(query.order_by(col(AlertCopyRow.id)))).all()
    return [Copy(row.alert_id, row.kind, row.address, row.dedup_key, row.language) for row in rows]


async def shown_in(tx: Transaction, safe: Safe, dedup_key: str) -> list[Alert]:
    """Every alert that this message shows."""
    query = (
        select(AlertRow)
        .join(AlertCopyRow, col(AlertCopyRow.alert_id) == col(AlertRow.id))
        .where(AlertCopyRow.dedup_key == dedup_key)
        .order_by(col(AlertRow.id))
        .execution_options(populate_existing=True)
    )
    return [_alert(row, safe) for row in (await tx.exec(query)).all()]


def _alert(row: AlertRow, safe: Safe) -> Alert:
    try:
        facts = safe.open_json(row.key_id, row.facts)
    except KeyErased:  # What it said is gone; that it asks for somebody is not.
        facts = {}
    return Alert(
        id=row.id or 0,
        kind=row.kind,
        severity=row.severity,
        state=row.state,
        subject=row.subject,
        case_id=row.case_id,
        case_number=row.case_number,
        facts=facts,
        owner=row.owner,
        claimed_until=row.claimed_until,
        rung=Rung(row.rung),
        next_rung_at=row.next_rung_at,
        raised_at=row.raised_at,
        is_test=row.is_test,
        version=row.version,
        ladder_from=row.ladder_from,
        is_reminded=row.is_reminded,
        paged=tuple(row.paged),
        skipped=tuple(Rung(rung) for rung in row.skipped),
        pages=row.pages,
        joined=row.joined,
        merged_into=row.merged_into,
    )
