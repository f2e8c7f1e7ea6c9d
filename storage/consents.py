"""Table and queries of consents: each part of each case, given and withdrawn by itself."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, col, select, text, update

from domain.consents import Basis, Consent, ConsentPart
from storage.columns import enum_field
from storage.database import Transaction, insert_once

_HELD_ONCE = text("withdrawn_at IS NULL")


class ConsentRow(SQLModel, table=True):
    """One part given; at most one of a part and recipient is in force at a time."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_held",
            "case_id",
            "part",
            "recipient",
            unique=True,
            sqlite_where=_HELD_ONCE,
            postgresql_where=_HELD_ONCE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    part: ConsentPart = enum_field(ConsentPart)
    recipient: str = Field(default="", max_length=80)
    basis: Basis = enum_field(Basis)
    text_version: str = Field(max_length=20)
    given_at: datetime
    recorded_by: str = Field(max_length=40)
    withdrawn_at: datetime | None = None


async def give(tx: Transaction, case_id: int, consent: Consent, recorded_by: str) -> bool:
    """Write a part as given; false where it is in force already."""
    values = {
        "case_id": case_id,
        "part": consent.part,
        "recipient": consent.recipient,
        "basis": consent.basis,
        "text_version": consent.text_version,
        "given_at": consent.given_at,
        "recorded_by": recorded_by,
    }
    return await insert_once(tx, ConsentRow, values)


async def withdraw(tx: Transaction, case_id: int, part: ConsentPart, now: datetime) -> bool:
    """End a part, for every recipient; false where it wasn't in force."""
    statement = (
        update(ConsentRow)
        .where(
            col(ConsentRow.case_id) == case_id,
            col(ConsentRow.part) == part,
            col(ConsentRow.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
        .returning(col(ConsentRow.id))
    )
    return bool((await tx.exec(statement)).all())


async def of_case(tx: Transaction, case_id: int) -> list[Consent]:
    """Every part that was ever given, oldest first."""
    query = select(ConsentRow).where(ConsentRow.case_id == case_id).order_by(col(ConsentRow.id))
    return [
        Consent(
            row.part, row.recipient, row.basis, row.text_version, row.given_at, row.withdrawn_at
        )
        for row in (await tx.exec(query)).all()
    ]
