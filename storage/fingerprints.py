"""Tables and queries of fingerprints, and the numbered changes that feed the index."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, func, select, update

from domain.fingerprints import Kept, Origin, Print
from storage import prints
from storage.columns import enum_field, sealed_field
from storage.counters import CounterRow, next_number
from storage.database import Transaction, insert_once
from storage.sealed import Safe, case_key

COUNTER = "fingerprint_change"


class FingerprintRow(SQLModel, table=True):
    """One fingerprint of one case, sealed; `digest` (keyed, of the SHA-256) keeps it single."""

    __tablename__ = "fingerprint"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id")
    digest: str = Field(max_length=64)
    origin: Origin = enum_field(Origin)
    quality: int
    hashes: bytes = sealed_field()
    registered_at: datetime
    withdrawn_at: datetime | None = None
    version: int = 1


class FingerprintChangeRow(SQLModel, table=True):
    """Look at this fingerprint again: it, its case or its case's consents changed."""

    __tablename__ = "fingerprint_change"
    __table_args__ = (Index("ix_fingerprint_change_fingerprint", "fingerprint_id", "number"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fingerprint_id: int = Field(foreign_key="fingerprint.id")
    changed_at: datetime


class LookBackRow(SQLModel, table=True):
    """Up to which change what was already seen has been compared."""

    __tablename__ = "look_back"

    name: str = Field(primary_key=True, max_length=20)
    number: int


async def register(
    tx: Transaction, safe: Safe, case_id: int, print_: Print, origin: Origin, now: datetime
) -> bool:
    """Keep a print and number the change; false where the case sweeps for it already."""
    digest = safe.digest("fingerprint", print_.sha256.hex)
    row = {
        "case_id": case_id,
        "digest": digest,
        "origin": origin,
        "quality": print_.pdq.quality,
        "hashes": safe.seal_bytes(case_key(case_id), prints.to_bytes(print_)),
        "registered_at": now,
        "version": 1,
    }
    is_new = await insert_once(tx, FingerprintRow, row) or await _revive(tx, row)
    if is_new:
        found = select(FingerprintRow.id).where(
            FingerprintRow.case_id == case_id, FingerprintRow.digest == digest
        )
        await _note_change(tx, (await tx.exec(found)).one() or 0, now)
    return is_new


async def _revive(tx: Transaction, row: dict[str, object]) -> bool:
    """A withdrawn one that is registered again, with what is known of it now."""
    statement = (
        update(FingerprintRow)
        .where(
            col(FingerprintRow.case_id) == row["case_id"],
            col(FingerprintRow.digest) == row["digest"],
            col(FingerprintRow.withdrawn_at).is_not(None),
        )
        .values(**row | {"version": FingerprintRow.version + 1}, withdrawn_at=None)
    )
    return (await tx.exec(statement.returning(col(FingerprintRow.id)))).first() is not None


async def withdraw(tx: Transaction, fingerprint_id: int, now: datetime) -> bool:
    """Stop sweeping for one; false where it is withdrawn already."""
    statement = (
        update(FingerprintRow)
        .where(col(FingerprintRow.id) == fingerprint_id, col(FingerprintRow.withdrawn_at).is_(None))
        .values(withdrawn_at=now, version=FingerprintRow.version + 1)
    )
    if (await tx.exec(statement.returning(col(FingerprintRow.id)))).first() is None:
        return False
    await _note_change(tx, fingerprint_id, now)
    return True


async def touch_case(tx: Transaction, case_id: int, now: datetime) -> None:
    """The case or its consents changed: the index looks at each of its fingerprints again."""
    query = select(FingerprintRow.id).where(FingerprintRow.case_id == case_id)
    for fingerprint_id in (await tx.exec(query.order_by(col(FingerprintRow.id)))).all():
        await _note_change(tx, fingerprint_id or 0, now)


async def _note_change(tx: Transaction, fingerprint_id: int, now: datetime) -> None:
    number = await next_number(tx, COUNTER)
    tx.add(FingerprintChangeRow(number=number, fingerprint_id=fingerprint_id, changed_at=now))
    await tx.flush()


async def count_active(tx: Transaction, case_id: int) -> int:
    """How many fingerprints of a case are not withdrawn."""
    query = select(func.count()).where(
        FingerprintRow.case_id == case_id, col(FingerprintRow.withdrawn_at).is_(None)
    )
    return (await tx.exec(query)).one()


async def of_case(tx: Transaction, case_id: int) -> list[Kept]:
    """Every fingerprint of a case, oldest first."""
    query = select(FingerprintRow).where(FingerprintRow.case_id == case_id)
    return [_kept(row) for row in (await tx.exec(query.order_by(col(FingerprintRow.id)))).all()]


async def find(tx: Transaction, fingerprint_id: int) -> Kept | None:
    """One fingerprint."""
    row = await tx.get(FingerprintRow, fingerprint_id)
    return _kept(row) if row else None


async def opened(tx: Transaction, safe: Safe, fingerprint_id: int) -> Print:
    """The hashes of one; raises KeyErased when its case was erased."""
    row = await tx.get_one(FingerprintRow, fingerprint_id)
    return prints.from_bytes(safe.open_bytes(case_key(row.case_id), row.hashes))


async def changed_after(tx: Transaction, number: int, most: int) -> list[tuple[int, int]]:
    """(number, fingerprint) of the next changes, in the order in which they were committed."""
    query = (
        select(FingerprintChangeRow.number, FingerprintChangeRow.fingerprint_id)
        .where(FingerprintChangeRow.number > number)
        .order_by(col(FingerprintChangeRow.number))
    )
    return list((await tx.exec(query.limit(most))).all())


async def last_change(tx: Transaction) -> int:
    """The number of the last change; held, so that no later one lands before this transaction."""
    query = select(CounterRow.last).where(CounterRow.name == COUNTER).with_for_update(read=True)
    return (await tx.exec(query)).first() or 0


async def looked_back(tx: Transaction) -> int:
    """Up to which change what was seen has been compared."""
    row = await tx.get(LookBackRow, COUNTER)
    return row.number if row else 0


async def move_look_back(tx: Transaction, number: int) -> None:
    """Say that everything seen has been compared up to this change."""
    await tx.merge(LookBackRow(name=COUNTER, number=number))


def _kept(row: FingerprintRow) -> Kept:
    return Kept(
        row.id or 0, row.case_id, row.origin, row.quality, row.registered_at, row.withdrawn_at
    )
