"""Tables and queries of cases: what staff see in the clear, everything else sealed."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, col, select, update

from domain.cases import Case, CaseState, Harm, Intake, RiskLevel, Unit, number_text, unit_for
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, json_field, sealed_field
from storage.counters import next_number
from storage.database import Transaction
from storage.sealed import Safe, case_key


class CaseRow(SQLModel, table=True):
    """One case; its number is unique for ever, also when two are opened at once."""

    __tablename__ = "victim_case"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=12)
    alias: str = Field(max_length=40)
    harms: list[str] = json_field()
    unit: Unit = enum_field(Unit)
    state: CaseState = enum_field(CaseState, default=CaseState.OPEN, index=True)
    risk: RiskLevel = enum_field(RiskLevel, default=RiskLevel.NONE)
    is_minor: bool
    in_danger: bool
    first: str = Field(max_length=40)
    second: str = Field(default="", max_length=40)
    settled: list[str] = json_field()
    opened_at: datetime
    closed_at: datetime | None = None
    version: int = 1


class NoteRow(SQLModel, table=True):
    """One note on a case, sealed."""

    __tablename__ = "case_note"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    author: str = Field(max_length=40)
    text: bytes = sealed_field()
    written_at: datetime


async def add(tx: Transaction, intake: Intake, first: str, now: datetime, zone_year: int) -> Case:
    """Open a case under the next number of the year."""
    count = await next_number(tx, f"case-{zone_year}")
    row = CaseRow(
        number=number_text(zone_year, count),
        alias=intake.alias,
        harms=[intake.harm.value],
        unit=unit_for(intake),
        is_minor=intake.is_minor,
        in_danger=intake.in_danger,
        first=first,
        settled=[],
        opened_at=now,
    )
    tx.add(row)
    await tx.flush()
    return _case(row)


async def find(tx: Transaction, case_id: int) -> Case | None:
    """The case of this id."""
    row = await tx.get(CaseRow, case_id)
    return _case(row) if row else None


async def existing(tx: Transaction, case_id: int) -> Case:
    """The case of an id that another table holds."""
    return _case(await tx.get_one(CaseRow, case_id))


async def numbered(tx: Transaction, number: str) -> Case:
    """The case of this number; refuses where there is none."""
    row = (await tx.exec(select(CaseRow).where(CaseRow.number == number))).first()
    if row is None:
        raise Refusal(Reason.NO_SUCH_CASE, number=number)
    return _case(row)


async def in_state(tx: Transaction, state: CaseState, most: int) -> list[Case]:
    """The newest cases of a state."""
    query = select(CaseRow).where(CaseRow.state == state).order_by(col(CaseRow.id).desc())
    return [_case(row) for row in (await tx.exec(query.limit(most))).all()]


async def erased_ids(tx: Transaction) -> list[int]:
    """Every case that was erased."""
    query = select(CaseRow.id).where(CaseRow.state == CaseState.ERASED)
    return [found for found in (await tx.exec(query)).all() if found is not None]


async def change(tx: Transaction, case: Case, **values: Any) -> None:
    """Compare-and-set: writes only if nobody changed the case since it was read."""
    statement = (
        update(CaseRow)
        .where(col(CaseRow.id) == case.id, col(CaseRow.version) == case.version)
        .values(**values, version=case.version + 1)
        .returning(col(CaseRow.id))
    )
    if (await tx.exec(statement)).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=case.number)


async def settled(tx: Transaction, case_id: int) -> frozenset[str]:
    """What of the intake was answered since: the names of `domain.cases.Missing`."""
    row = await tx.get_one(CaseRow, case_id)
    return frozenset(row.settled)


async def add_note(
    tx: Transaction, safe: Safe, case_id: int, author: str, text: str, now: datetime
) -> int:
    """Write a sealed note; its id."""
    sealed = safe.seal(case_key(case_id), text)
    row = NoteRow(case_id=case_id, author=author, text=sealed, written_at=now)
    tx.add(row)
    await tx.flush()
    return row.id or 0


async def notes(
    tx: Transaction, safe: Safe, case_id: int, most: int
) -> list[tuple[str, str, datetime]]:
    """The newest notes: author, text, time."""
    query = select(NoteRow).where(NoteRow.case_id == case_id).order_by(col(NoteRow.id).desc())
    rows = (await tx.exec(query.limit(most))).all()
    return [(row.author, safe.open(case_key(case_id), row.text), row.written_at) for row in rows]


def _case(row: CaseRow) -> Case:
    return Case(
        id=row.id or 0,
        number=row.number,
        alias=row.alias,
        harms=frozenset(Harm(harm) for harm in row.harms),
        unit=row.unit,
        state=row.state,
        risk=row.risk,
        is_minor=row.is_minor,
        in_danger=row.in_danger,
        first=row.first,
        second=row.second,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        version=row.version,
    )
