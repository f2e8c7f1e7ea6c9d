"""Table and queries of keywords: a case's words, sealed, each once, and whether they may go out."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, case
from sqlmodel import Field, SQLModel, UniqueConstraint, col, delete, func, select, update

from domain.keywords import GUARDED, Keyword, KeywordKind, becomes, folded
from storage.cases import CaseRow
from storage.columns import enum_field, sealed_field
from storage.consents import ConsentRow
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key


class KeywordRow(SQLModel, table=True):
    """One word of one case; `digest` finds it without opening any. `approved_by`: who let a real
    name go out to services.
    """

    __tablename__ = "keyword"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id")
    digest: str = Field(max_length=64)
    text: bytes = sealed_field()
    kind: KeywordKind = enum_field(KeywordKind, default=KeywordKind.OTHER)
    set_at: datetime
    approved_by: str = Field(default="", max_length=40)
    approved_at: datetime | None = None


async def add(
    tx: Transaction, safe: Safe, case_id: int, kind: KeywordKind, text: str, now: datetime
) -> bool:
    """Keep a word of a case; false where the case has it already, however it is spelt.

    One that is there turns into a real name or an excluded word, if it is given as such now.
    """
    row = {
        "case_id": case_id,
        "digest": _digest(safe, text),
        "text": safe.seal(case_key(case_id), text),
        "kind": kind,
        "set_at": now,
        "approved_by": "",
    }
    if await insert_once(tx, KeywordRow, row):
        return True
    return await _turn(tx, _this(safe, case_id, text), kind)


async def _turn(tx: Transaction, this: tuple[ColumnElement[bool], ...], kind: KeywordKind) -> bool:
    known = KeywordKind((await tx.exec(select(KeywordRow.kind).where(*this))).one())
    if becomes(known, kind) is known:
        return False
    await tx.exec(update(KeywordRow).where(*this).values(kind=kind, approved_by=""))
    return True


async def forget(tx: Transaction, safe: Safe, case_id: int, text: str) -> bool:
    """Delete a word of a case; false where the case hasn't it."""
    statement = delete(KeywordRow).where(*_this(safe, case_id, text))
    return (await tx.exec(statement.returning(col(KeywordRow.id)))).first() is not None


def _this(safe: Safe, case_id: int, text: str) -> tuple[ColumnElement[bool], ...]:
    return (col(KeywordRow.case_id) == case_id, col(KeywordRow.digest) == _digest(safe, text))


async def approve(
    tx: Transaction, case_id: int, ids: Collection[int], by: str, now: datetime
) -> list[int]:
    """Let these real names go out; those that waited until now."""
    statement = (
        update(KeywordRow)
        .where(
            col(KeywordRow.case_id) == case_id,
            col(KeywordRow.id).in_(ids),
            col(KeywordRow.kind) == KeywordKind.REAL_NAME,
            col(KeywordRow.approved_by) == "",
        )
        .values(approved_by=by, approved_at=now)
        .returning(col(KeywordRow.id))
    )
    return sorted(int(each) for (each,) in await tx.exec(statement))


async def count(tx: Transaction, case_id: int) -> int:
    """How many words a case has."""
    query = select(func.count()).select_from(KeywordRow).where(col(KeywordRow.case_id) == case_id)
    return int((await tx.exec(query)).one())


async def kept_of(tx: Transaction, ids: Collection[int]) -> frozenset[int]:
    """Those of these words that are still set."""
    found = await tx.exec(select(KeywordRow.id).where(col(KeywordRow.id).in_(ids)))
    return frozenset(each or 0 for each in found.all())


async def cases_with_words(tx: Transaction) -> list[int]:
    """Every case that has any."""
    return sorted((await tx.exec(select(KeywordRow.case_id).distinct())).all())


async def edition(tx: Transaction) -> tuple[object, ...]:
    """Another value whenever it may have changed whose words are looked for, and which."""
    id_, kind = col(KeywordRow.id), col(KeywordRow.kind)
    of_kind = [func.count(case((kind == each, 1))) for each in GUARDED]
    words = select(func.count(), func.sum(id_), func.max(col(KeywordRow.set_at)), *of_kind)
    consents = select(func.count(), func.count(col(ConsentRow.withdrawn_at)))
    cases = select(func.count(), func.sum(col(CaseRow.version)))
    asked = (words, KeywordRow), (consents, ConsentRow), (cases, CaseRow)
    return tuple([tuple((await tx.exec(q.select_from(table))).one()) for q, table in asked])


async def of_cases(tx: Transaction, safe: Safe, case_ids: list[int]) -> list[Keyword]:
    """The words of these cases in the order in which they were set, without those of erased ones."""
    query = select(KeywordRow).where(col(KeywordRow.case_id).in_(case_ids))
    rows = (await tx.exec(query.order_by(col(KeywordRow.id)))).all()
    opened = [_opened(row, safe) for row in rows]
    return [keyword for keyword in opened if keyword is not None]


def _opened(row: KeywordRow, safe: Safe) -> Keyword | None:
    try:
        text = safe.open(case_key(row.case_id), row.text)
    except KeyErased:
        return None
    return Keyword(row.id or 0, row.case_id, text, row.set_at, row.kind, row.approved_by)


def _digest(safe: Safe, text: str) -> str:
    return safe.digest("keyword", folded(text))
