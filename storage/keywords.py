"""Table and queries of keywords: a case's words, sealed, each once."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint, col, delete, select

from domain.keywords import Keyword, folded
from storage.columns import sealed_field
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key


class KeywordRow(SQLModel, table=True):
    """One word of one case; `digest` finds it without opening any."""

    __tablename__ = "keyword"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id")
    digest: str = Field(max_length=64)
    text: bytes = sealed_field()
    set_at: datetime


async def add(tx: Transaction, safe: Safe, case_id: int, text: str, now: datetime) -> bool:
    """Keep a word of a case; false where the case has it already, however it is spelt."""
    row = {
        "case_id": case_id,
        "digest": _digest(safe, text),
        "text": safe.seal(case_key(case_id), text),
        "set_at": now,
    }
    return await insert_once(tx, KeywordRow, row)


async def forget(tx: Transaction, safe: Safe, case_id: int, text: str) -> bool:
    """Delete a word of a case; false where the case hasn't it."""
    statement = delete(KeywordRow).where(
        col(KeywordRow.case_id) == case_id, col(KeywordRow.digest) == _digest(safe, text)
    )
    return (await tx.exec(statement.returning(col(KeywordRow.id)))).first() is not None


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
    return Keyword(row.id or 0, row.case_id, text, row.set_at)


def _digest(safe: Safe, text: str) -> str:
    return safe.digest("keyword", folded(text))
