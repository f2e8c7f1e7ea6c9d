"""Table and queries of the record of deeds: rows first, their place in the chain a moment later."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, col, select

from domain.audit import FIRST_HASH, Entry, SealedEntry, chain_hash
from storage.columns import json_field
from storage.database import Transaction


class AuditRow(SQLModel, table=True):
    """One deed; `number` and `hash` are given by the one sealer."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=60)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=60)
    facts: dict[str, Any] = json_field()
    number: int | None = Field(default=None, unique=True)
    hash: str = Field(default="", max_length=64)


async def record(tx: Transaction, entry: Entry) -> None:
    """Add an entry; it joins the chain when the sealer comes by."""
    tx.add(
        AuditRow(
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            facts=entry.facts,
        )
    )


async def seal_next(tx: Transaction, most: int) -> int:
    """Give sequence and hash to entries that have none; only one sealer may run. How many."""
    last = (await tx.exec(_chain().order_by(col(AuditRow.number).desc()).limit(1))).first()
    number, before = (last.number or 0, last.hash) if last else (0, FIRST_HASH)
    waiting = select(AuditRow).where(col(AuditRow.number).is_(None)).order_by(col(AuditRow.id))
    rows = (await tx.exec(waiting.limit(most))).all()
    for row in rows:
        number += 1
        before = chain_hash(before, number, _entry(row))
        row.number, row.hash = number, before
        tx.add(row)
    return len(rows)


async def sealed_entries(tx: Transaction) -> list[SealedEntry]:
    """The chain in its order."""
    rows = (await tx.exec(_chain().order_by(col(AuditRow.number)))).all()
    return [SealedEntry(row.number or 0, _entry(row), row.hash) for row in rows]


def _chain() -> Any:
    return select(AuditRow).where(col(AuditRow.number).is_not(None))


def _entry(row: AuditRow) -> Entry:
    return Entry(row.at, row.actor, row.action, row.subject, row.facts)
