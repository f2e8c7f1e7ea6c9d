"""Tables and queries of the centre's people and their shifts."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, delete, select

from domain.access import Role
from domain.people import Language, Person, Rung, Shift
from storage.columns import enum_field
from storage.database import Transaction


class PersonRow(SQLModel, table=True):
    """A member of staff, by Slack user id."""

    __tablename__ = "person"

    id: str = Field(primary_key=True, max_length=40)
    language: Language = enum_field(Language, default=Language.KOREAN)


class RoleRow(SQLModel, table=True):
    """One role of one person."""

    __tablename__ = "person_role"

    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=40)
    role: Role = enum_field(Role, primary_key=True)


class ShiftRow(SQLModel, table=True):
    """One duty on the rota."""

    __tablename__ = "shift"

    id: int | None = Field(default=None, primary_key=True)
    person_id: str = Field(foreign_key="person.id", max_length=40)
    rung: int
    starts_at: datetime = Field(index=True)
    ends_at: datetime = Field(index=True)


async def find(tx: Transaction, person_id: str) -> Person | None:
    """The person of this Slack id."""
    row = await tx.get(PersonRow, person_id)
    if row is None:
        return None
    roles = await tx.exec(select(RoleRow.role).where(RoleRow.person_id == person_id))
    return Person(row.id, frozenset(Role(role) for role in roles.all()), row.language)


async def save(tx: Transaction, person: Person) -> None:
    """Write a person and exactly these roles."""
    await tx.merge(PersonRow(id=person.id, language=person.language))
    await tx.exec(delete(RoleRow).where(col(RoleRow.person_id) == person.id))
    for role in sorted(person.roles):
        tx.add(RoleRow(person_id=person.id, role=role))
    await tx.flush()


async def with_role(tx: Transaction, role: Role) -> list[str]:
    """The ids of all who have this role, sorted."""
    query = select(RoleRow.person_id).where(RoleRow.role == role).order_by(RoleRow.person_id)
    return list((await tx.exec(query)).all())


async def everyone(tx: Transaction) -> list[str]:
    """The ids of all who have any role, sorted."""
    query = select(RoleRow.person_id).distinct().order_by(RoleRow.person_id)
    return list((await tx.exec(query)).all())


async def add_shift(
    tx: Transaction, person: str, rung: Rung, starts_at: datetime, ends_at: datetime
) -> Shift:
    """Put a duty on the rota."""
    row = ShiftRow(person_id=person, rung=int(rung), starts_at=starts_at, ends_at=ends_at)
    tx.add(row)
    await tx.flush()
    return _shift(row)


async def change_shift(tx: Transaction, shift: Shift) -> None:
    """Write a duty that is on the rota already."""
    row = await tx.get_one(ShiftRow, shift.id)
    row.person_id, row.starts_at, row.ends_at = shift.person, shift.starts_at, shift.ends_at
    tx.add(row)


async def remove_shift(tx: Transaction, shift_id: int) -> None:
    """Take a duty off the rota."""
    await tx.exec(delete(ShiftRow).where(col(ShiftRow.id) == shift_id))


async def shifts_between(tx: Transaction, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """Every duty that touches this time, in order of beginning and rung."""
    query = (
        select(ShiftRow)
        .where(ShiftRow.starts_at < ends_at, ShiftRow.ends_at > starts_at)
        .order_by(col(ShiftRow.starts_at), col(ShiftRow.rung))
    )
    return [_shift(row) for row in (await tx.exec(query)).all()]


async def find_shift(tx: Transaction, shift_id: int) -> Shift | None:
    """One duty."""
    row = await tx.get(ShiftRow, shift_id)
    return _shift(row) if row else None


def _shift(row: ShiftRow) -> Shift:
    return Shift(row.id or 0, row.person_id, Rung(row.rung), row.starts_at, row.ends_at)
