"""Tables and queries of check-in plans and check-ins."""

from datetime import datetime, time
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, delete, select, update

from domain.checkins import Checkin, CheckinState, Plan
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, json_field
from storage.database import Transaction, insert_once


class PlanRow(SQLModel, table=True):
    """When a case's person is asked; one plan per case."""

    __tablename__ = "checkin_plan"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(unique=True, foreign_key="victim_case.id")
    times: list[str] = json_field()
    days: list[int] = json_field()
    zone: str = Field(max_length=60)
    is_active: bool = True
    paused_until: datetime | None = None


class CheckinRow(SQLModel, table=True):
    """One check-in; `next_at` is the one deadline that loops look for."""

    __tablename__ = "checkin"
    __table_args__ = (
        UniqueConstraint("plan_id", "due_at"),
        Index("ix_checkin_next", "state", "next_at"),
        Index("ix_checkin_case", "case_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="checkin_plan.id")
    case_id: int = Field(foreign_key="victim_case.id")
    due_at: datetime
    state: CheckinState = enum_field(CheckinState, default=CheckinState.SCHEDULED)
    prompted_at: datetime | None = None
    next_at: datetime | None = None
    snoozes: int = 0
    version: int = 1


async def save_plan(tx: Transaction, plan: Plan) -> Plan:
    """Write a case's plan, new or changed."""
    found = await _plan_row(tx, plan.case_id)
    row = found or PlanRow(case_id=plan.case_id, times=[], days=[], zone="")
    row.times = [at.strftime("%H:%M") for at in plan.times]
    row.days = sorted(plan.days)
    row.zone, row.is_active, row.paused_until = plan.zone, plan.is_active, plan.paused_until
    tx.add(row)
    await tx.flush()
    return _plan(row)


async def plan_of(tx: Transaction, case_id: int) -> Plan | None:
    """The plan of a case."""
    row = await _plan_row(tx, case_id)
    return _plan(row) if row else None


async def plans(tx: Transaction) -> list[Plan]:
    """Every plan that is in force."""
    query = select(PlanRow).where(col(PlanRow.is_active)).order_by(col(PlanRow.id))
    return [_plan(row) for row in (await tx.exec(query)).all()]


async def schedule(tx: Transaction, plan: Plan, due_at: datetime) -> bool:
    """Put a check-in on the calendar; false where this moment has one already."""
    values = {
        "plan_id": plan.id,
        "case_id": plan.case_id,
        "due_at": due_at,
        "next_at": due_at,
        "state": CheckinState.SCHEDULED,
        "snoozes": 0,
        "version": 1,
    }
    return await insert_once(tx, CheckinRow, values)


async def forget_scheduled(tx: Transaction, plan_id: int) -> None:
    """Take off the calendar what nobody was asked yet."""
    await tx.exec(
        delete(CheckinRow).where(
            col(CheckinRow.plan_id) == plan_id,
            col(CheckinRow.state) == CheckinState.SCHEDULED,
        )
    )


async def find(tx: Transaction, checkin_id: int) -> Checkin | None:
    """One check-in."""
    row = await tx.get(CheckinRow, checkin_id, populate_existing=True)
    return _checkin(row) if row else None


async def due(tx: Transaction, states: frozenset[CheckinState], now: datetime) -> list[int]:
    """The ids of check-ins in these states whose deadline has come, oldest first."""
    query = (
        select(CheckinRow.id)
        .where(col(CheckinRow.state).in_(states), col(CheckinRow.next_at) <= now)
        .order_by(col(CheckinRow.next_at), col(CheckinRow.id))
    )
    return [found for found in (await tx.exec(query)).all() if found is not None]


async def change(tx: Transaction, checkin: Checkin, **values: Any) -> None:
    """Compare-and-set: writes only if nobody changed the check-in since it was read."""
    statement = (
        update(CheckinRow)
        .where(col(CheckinRow.id) == checkin.id, col(CheckinRow.version) == checkin.version)
        .values(**values, version=checkin.version + 1)
        .returning(col(CheckinRow.id))
        .execution_options(synchronize_session=False)
    )
    if (await tx.exec(statement)).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=f"checkin {checkin.id}")


async def in_states(
    tx: Transaction, case_id: int, states: frozenset[CheckinState]
) -> list[Checkin]:
    """A case's check-ins in these states, newest first."""
    query = (
        select(CheckinRow)
        .where(CheckinRow.case_id == case_id, col(CheckinRow.state).in_(states))
        .order_by(col(CheckinRow.due_at).desc())
    )
    return [_checkin(row) for row in (await tx.exec(query)).all()]


async def _plan_row(tx: Transaction, case_id: int) -> PlanRow | None:
    return (await tx.exec(select(PlanRow).where(PlanRow.case_id == case_id))).first()


def _plan(row: PlanRow) -> Plan:
    return Plan(
        id=row.id or 0,
        case_id=row.case_id,
        times=tuple(time.fromisoformat(at) for at in row.times),
        days=frozenset(row.days),
        zone=row.zone,
        is_active=row.is_active,
        paused_until=row.paused_until,
    )


def _checkin(row: CheckinRow) -> Checkin:
    return Checkin(
        id=row.id or 0,
        plan_id=row.plan_id,
        case_id=row.case_id,
        due_at=row.due_at,
        state=row.state,
        prompted_at=row.prompted_at,
        next_at=row.next_at,
        snoozes=row.snoozes,
        version=row.version,
    )
