"""Table and queries of fingerprints: sealed, and each single in its case."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import (
    Field,
    SQLModel,
    UniqueConstraint,
    col,
    func,
    select,
    update,
)

from domain.fingerprints import Fingerprint, Kept, Kind, Origin, Outcome
from storage import changes
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_new, insert_once
from storage.sealed import Safe, case_key

_AFRESH = {"withdrawn_at": None, "quarantined_at": None, "released_at": None, "notice": None}


class FingerprintRow(SQLModel, table=True):
    """One fingerprint of one case, sealed; `digest` (keyed, of its identity) keeps it single.

    `hashes` are those of the whole media, `variants` of its parts, `points` its local descriptors;
    `notice` is the alert that told of the last flood of its matches.
    """

    __tablename__ = "fingerprint"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id")
    digest: str = Field(max_length=64)
    origin: Origin = enum_field(Origin)
    quality: int
    hashes: bytes = sealed_field()
    kind: Kind = enum_field(Kind, default=Kind.IMAGE)
    variants: bytes | None = sealed_field(nullable=True, default=None)
    points: bytes | None = sealed_field(nullable=True, default=None)
    registered_at: datetime
    quarantined_at: datetime | None = None
    released_at: datetime | None = None
    notice: int | None = None
    withdrawn_at: datetime | None = None
    version: int = 1


class Sealed:
    """A fingerprint as it lies in the table; opening it takes its case's key and some time."""

    def __init__(self, row: FingerprintRow) -> None:
        self.id = row.id or 0
        self.case_id = row.case_id
        self._row = row

    def opened(self, safe: Safe) -> Fingerprint:
        """What is known of it; raises KeyErased when its case was erased. Needs no database."""

        def read(sealed: bytes | None) -> bytes:
            return safe.open_bytes(case_key(self.case_id), sealed) if sealed else b""

        row = self._row
        parts = (read(each) for each in (row.hashes, row.variants, row.points))
        return Fingerprint(row.kind, "", row.quality, *parts)


async def register(
    tx: Transaction,
    safe: Safe,
    case_id: int,
    fingerprint: Fingerprint,
    origin: Origin,
    now: datetime,
) -> Outcome:
    """Keep a fingerprint and number the change; one that is known is changed where more is known
    of it now.
    """
    await changes.hold(tx)
    row = _row(safe, case_id, fingerprint) | {"origin": origin, "registered_at": now}
    outcome = Outcome.KNOWN
    if await insert_once(tx, FingerprintRow, row | {"version": 1}) or await _revive(tx, row):
        outcome = Outcome.NEW
    elif await _enrich(tx, row):
        outcome = Outcome.RICHER
    if outcome is not Outcome.KNOWN:
        found = select(FingerprintRow.id).where(*_same(row))
        await changes.note(tx, [(await tx.exec(found)).one() or 0], now)
    return outcome


async def register_all(
    tx: Transaction,
    safe: Safe,
    case_id: int,
    fingerprints: Sequence[Fingerprint],
    origin: Origin,
    now: datetime,
) -> Counter[Outcome]:
    """The same for many of which nothing but the hash is known, a thousand or so at once."""
    await changes.hold(tx)
    more = {"origin": origin, "registered_at": now, "version": 1}
    rows = [_row(safe, case_id, each) | more for each in fingerprints]
    added = [int(id_) for (id_,) in await insert_new(tx, FingerprintRow, rows)]
    added += await _revive_all(tx, case_id, [row["digest"] for row in rows])
    await changes.note(tx, sorted(added), now)
    return Counter({Outcome.NEW: len(added), Outcome.KNOWN: len(rows) - len(added)})


async def _revive_all(tx: Transaction, case_id: int, digests: Sequence[str]) -> list[int]:
    statement = (
        update(FingerprintRow)
        .where(
            col(FingerprintRow.case_id) == case_id,
            col(FingerprintRow.digest).in_(digests),
            col(FingerprintRow.withdrawn_at).is_not(None),
        )
        .values(**_AFRESH, version=FingerprintRow.version + 1)
    )
    return [int(each) for (each,) in await tx.exec(statement.returning(col(FingerprintRow.id)))]


def _row(safe: Safe, case_id: int, fingerprint: Fingerprint) -> dict[str, Any]:
    def sealed(value: bytes) -> bytes | None:
        return safe.seal_bytes(case_key(case_id), value) if value else None

    return {
        "case_id": case_id,
        "digest": safe.digest("fingerprint", fingerprint.identity),
        "quality": fingerprint.quality,
        "kind": fingerprint.kind,
        "hashes": sealed(fingerprint.canonical),
        "variants": sealed(fingerprint.variants),
        "points": sealed(fingerprint.points),
    }


def _same(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        col(FingerprintRow.case_id) == row["case_id"],
        col(FingerprintRow.digest) == row["digest"],
    )


async def _revive(tx: Transaction, row: dict[str, Any]) -> bool:
    """A withdrawn one that is registered again, with what is known of it now."""
    is_withdrawn = col(FingerprintRow.withdrawn_at).is_not(None)
    return await _change(tx, row | _AFRESH, is_withdrawn)


async def _enrich(tx: Transaction, row: dict[str, Any]) -> bool:
    """One that was registered by less, such as by a plain hash file."""
    changed = False
    for part in ("variants", "points"):
        if row[part] is not None:
            is_missing = col(getattr(FingerprintRow, part)).is_(None)
            changed |= await _change(tx, _only(row, part), is_missing)
    return changed


def _only(row: dict[str, Any], part: str) -> dict[str, Any]:
    return {name: row[name] for name in ("case_id", "digest", part)}


async def _change(tx: Transaction, row: dict[str, Any], condition: Any) -> bool:
    statement = (
        update(FingerprintRow)
        .where(*_same(row), condition)
        .values(**row | {"version": FingerprintRow.version + 1})
    )
    return (await tx.exec(statement.returning(col(FingerprintRow.id)))).first() is not None


async def drop_points(tx: Transaction, case_id: int) -> None:
    """Forget the local descriptors of a case: the consent to them is gone."""
    await changes.hold(tx)
    await tx.exec(
        update(FingerprintRow)
        .where(col(FingerprintRow.case_id) == case_id, col(FingerprintRow.points).is_not(None))
        .values(points=None, version=FingerprintRow.version + 1)
    )


async def withdraw(tx: Transaction, fingerprint_id: int, now: datetime) -> bool:
    """Stop sweeping for one; false where it is withdrawn already."""
    await changes.hold(tx)
    statement = (
        update(FingerprintRow)
        .where(col(FingerprintRow.id) == fingerprint_id, col(FingerprintRow.withdrawn_at).is_(None))
        .values(withdrawn_at=now, version=FingerprintRow.version + 1)
    )
    if (await tx.exec(statement.returning(col(FingerprintRow.id)))).first() is None:
        return False
    await changes.note(tx, [fingerprint_id], now)
    return True


async def touch_case(tx: Transaction, case_id: int, now: datetime) -> None:
    """The case or its consents changed: the index looks at each of its fingerprints again."""
    query = select(FingerprintRow.id).where(FingerprintRow.case_id == case_id)
    found = (await tx.exec(query.order_by(col(FingerprintRow.id)))).all()
    await changes.note(tx, [each or 0 for each in found], now)


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


async def in_force(tx: Transaction, ids: Sequence[int], cases: Collection[int]) -> list[Sealed]:
    """Of these fingerprints those of these cases that are not withdrawn, still sealed."""
    query = select(FingerprintRow).where(
        col(FingerprintRow.id).in_(ids),
        col(FingerprintRow.case_id).in_(cases),
        col(FingerprintRow.withdrawn_at).is_(None),
    )
    return [Sealed(row) for row in (await tx.exec(query)).all()]


async def cases_of(tx: Transaction, ids: Sequence[int]) -> set[int]:
    """The cases that these fingerprints belong to."""
    query = select(FingerprintRow.case_id).where(col(FingerprintRow.id).in_(ids)).distinct()
    return set((await tx.exec(query)).all())


def _kept(row: FingerprintRow) -> Kept:
    return Kept(
        row.id or 0,
        row.case_id,
        row.origin,
        row.quality,
        row.registered_at,
        row.withdrawn_at,
        row.quarantined_at,
        row.released_at,
    )
