"""Gaps: what a source can't give by its cursor any more, kept in its row until it is filled in."""

from datetime import datetime

from domain.sources import Gap
from storage.database import Transaction
from storage.sources import SourceRow, begin, count_new


async def move(tx: Transaction, name: str, new: int, now: datetime) -> SourceRow:
    """A page of what had been missed was taken in: its media is counted."""
    row = await begin(tx, name)
    count_new(row, new, now)
    tx.add(row)
    return row


def gap_of(row: SourceRow) -> Gap | None:
    """What is to be filled in, if anything."""
    if not row.gap:
        return None
    since, until = (datetime.fromisoformat(text) for text in row.gap)
    return Gap(since, until)


def widen(row: SourceRow, gap: Gap) -> None:
    """This is missing, too: one gap holds all that is."""
    known = gap_of(row)
    since = min(gap.since, known.since) if known else gap.since
    until = max(gap.until, known.until) if known else gap.until
    row.gap, row.gap_cursor = [since.isoformat(), until.isoformat()], {}
