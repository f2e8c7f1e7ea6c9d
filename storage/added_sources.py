"""Table and queries of added sources: those that staff added by a form, beside the policy's own."""

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, delete, select

from domain.policy import SourcePolicy
from storage.columns import json_field
from storage.database import Transaction, insert_once


class AddedSourceRow(SQLModel, table=True):
    """One source as a form gave it."""

    __tablename__ = "added_source"

    name: str = Field(primary_key=True, max_length=60)
    kind: str = Field(max_length=30)
    url: str = Field(max_length=2_000)
    every_s: float
    tags: list[str] = json_field(default_factory=list)
    added_by: str = Field(max_length=40)
    added_at: datetime


async def add(tx: Transaction, source: SourcePolicy, by: str, now: datetime) -> bool:
    """Keep a source; false where one of its name is there."""
    row = {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "every_s": source.every.total_seconds(),
        "tags": list(source.tags),
        "added_by": by,
        "added_at": now,
    }
    return await insert_once(tx, AddedSourceRow, row)


async def remove(tx: Transaction, name: str) -> bool:
    """Delete it; false where it wasn't added by a form."""
    statement = delete(AddedSourceRow).where(col(AddedSourceRow.name) == name)
    return (await tx.exec(statement.returning(col(AddedSourceRow.name)))).first() is not None


async def all_added(tx: Transaction) -> list[SourcePolicy]:
    """Every one, in the order in which they came."""
    query = select(AddedSourceRow).order_by(col(AddedSourceRow.added_at), col(AddedSourceRow.name))
    return [
        SourcePolicy(row.name, row.kind, row.url, timedelta(seconds=row.every_s), tuple(row.tags))
        for row in (await tx.exec(query)).all()
    ]
