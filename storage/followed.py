"""Following what other processes settle, by PostgreSQL's own numbers of transactions; no clock is asked.

Of a moment PostgreSQL says up to which number every transaction is over. What was settled under a
smaller number was there to be read at that moment; what is settled later, or was under way, has a
larger one. So whoever reads from that number on misses nothing, and reads little twice.
"""

from sqlalchemy import tuple_
from sqlmodel import col, select, text

from storage.candidates import CandidateRow
from storage.database import Transaction
from storage.kept_prints import KeptPrint

Place = tuple[int, int]  # (settled_in, id) of the last that was read.


async def bounds(tx: Transaction) -> tuple[int, int]:
    """The first number that may still be under way, and the first that wasn't given yet."""
    asked = (
        "SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s"
    )
    first, next_ = (await tx.exec(text(asked))).one()  # type: ignore[call-overload]  # Its stubs know no text.
    return int(first), int(next_)


async def settled_after(
    tx: Transaction, after: Place, below: int, most: int
) -> list[tuple[Place, KeptPrint]]:
    """What is kept of candidates settled after this place under numbers below `below`, in their order."""
    columns = (
        col(CandidateRow.id),
        col(CandidateRow.examined_at),
        col(CandidateRow.hashes),
        col(CandidateRow.settled_in),
    )
    place = tuple_(columns[3], columns[0])
    query = (
        select(*columns)
        .where(
            place > after,
            columns[3] < below,
            columns[2].is_not(None),
        )
        .order_by(columns[3], columns[0])
        .limit(most)
    )
    rows = (await tx.exec(query)).all()
    return [
        ((number, id_), KeptPrint(id_, at, hashes))
        for id_, at, hashes, number in rows
        if id_ and at and hashes and number
    ]
