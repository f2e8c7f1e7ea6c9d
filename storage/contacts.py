"""Table and queries of safe contacts: one record per case, renewed, run out or halted."""

from datetime import datetime, time

from sqlmodel import Field, SQLModel, col, update

from domain.contacts import ContactChannel, SafeContact
from storage.columns import enum_field
from storage.database import Transaction


class ContactRow(SQLModel, table=True):
    """When and how a person may be reached."""

    __tablename__ = "safe_contact"

    case_id: int = Field(primary_key=True, foreign_key="victim_case.id")
    channel: ContactChannel = enum_field(ContactChannel)
    opens: time
    closes: time
    zone: str = Field(max_length=60)
    expires_at: datetime
    halted_at: datetime | None = None
    recorded_by: str = Field(max_length=40)


async def save(tx: Transaction, contact: SafeContact, recorded_by: str) -> None:
    """Write the record of a case, new or renewed."""
    await tx.merge(
        ContactRow(
            case_id=contact.case_id,
            channel=contact.channel,
            opens=contact.opens,
            closes=contact.closes,
            zone=contact.zone,
            expires_at=contact.expires_at,
            halted_at=contact.halted_at,
            recorded_by=recorded_by,
        )
    )
    await tx.flush()


async def find(tx: Transaction, case_id: int) -> SafeContact | None:
    """The record of a case, whether or not it still holds."""
    row = await tx.get(ContactRow, case_id)
    if row is None:
        return None
    return SafeContact(
        row.case_id, row.channel, row.opens, row.closes, row.zone, row.expires_at, row.halted_at
    )


async def halt(tx: Transaction, case_id: int, at: datetime | None) -> None:
    """Nothing more is begun from this moment; none lets it go on."""
    change = update(ContactRow).where(col(ContactRow.case_id) == case_id)
    await tx.exec(change.values(halted_at=at))
