"""Table and queries of shadow verdicts: where limits on trial say something else than those in force."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint, col, delete, func, select

from storage.database import Transaction, insert_once


class ShadowVerdictRow(SQLModel, table=True):
    """One candidate and one fingerprint; a tier is empty where there is no match at all."""

    __tablename__ = "shadow_verdict"
    __table_args__ = (UniqueConstraint("candidate_id", "fingerprint_id"),)

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int
    fingerprint_id: int
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    in_force: str = Field(max_length=1)
    on_trial: str = Field(max_length=1)
    found_at: datetime


async def add(
    tx: Transaction,
    candidate_id: int,
    fingerprint_id: int,
    case_id: int,
    tiers: tuple[str, str],
    now: datetime,
) -> bool:
    """Write a difference down, once for each candidate and fingerprint."""
    row = {
        "candidate_id": candidate_id,
        "fingerprint_id": fingerprint_id,
        "case_id": case_id,
        "in_force": tiers[0],
        "on_trial": tiers[1],
        "found_at": now,
    }
    return await insert_once(tx, ShadowVerdictRow, row)


async def counted(tx: Transaction) -> dict[tuple[str, str], int]:
    """How often which tier in force became which on trial."""
    tiers = col(ShadowVerdictRow.in_force), col(ShadowVerdictRow.on_trial)
    found = (await tx.exec(select(*tiers, func.count()).group_by(*tiers))).all()
    return {(in_force, on_trial): int(count) for in_force, on_trial, count in found}


async def case_ids(tx: Transaction) -> list[int]:
    """The cases that they are about."""
    query = select(ShadowVerdictRow.case_id).distinct().order_by(col(ShadowVerdictRow.case_id))
    return list((await tx.exec(query)).all())


async def clear(tx: Transaction) -> None:
    """Other limits are on trial from now on."""
    await tx.exec(delete(ShadowVerdictRow))
