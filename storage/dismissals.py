"""Queries of false alarms and of what was confirmed: what the negative bank is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select, update

from domain.dismissals import Dismissed, Glimpse
from domain.matches import MatchState
from domain.verdicts import KeptVerdict
from storage.database import Transaction
from storage.matches import MatchRow
from storage.sealed import Safe, case_key

_DECIDED = (MatchState.DISMISSED, MatchState.CONFIRMED)


@dataclass(frozen=True)
class Decided:
    """A match that was decided, still sealed."""

    fingerprint_id: int
    case_id: int
    match_id: int
    is_dismissed: bool
    verdict: KeptVerdict
    picture: bytes

    def opened(self, safe: Safe) -> Glimpse:
        """What was seen there; raises KeyErased when its case was erased. Needs no database."""
        return Glimpse.of_bytes(safe.open_bytes(case_key(self.case_id), self.picture))

    def dismissed(self, safe: Safe) -> Dismissed:
        """The same as a false alarm."""
        return Dismissed(self.match_id, self.verdict, self.opened(safe))


async def decided(tx: Transaction, fingerprint_ids: Sequence[int]) -> list[Decided]:
    """Every match of these fingerprints that a person decided and whose picture was kept."""
    query = select(MatchRow).where(
        col(MatchRow.fingerprint_id).in_(fingerprint_ids),
        col(MatchRow.state).in_(_DECIDED),
        col(MatchRow.picture).is_not(None),
    )
    rows = (await tx.exec(query.order_by(col(MatchRow.id)))).all()
    return list(_decided(rows))


def _decided(rows: Iterable[MatchRow]) -> Iterable[Decided]:
    for row in rows:
        yield Decided(
            row.fingerprint_id,
            row.case_id,
            row.id or 0,
            row.state is MatchState.DISMISSED,
            KeptVerdict(row.tier, row.way, row.distance, row.form, row.quality, row.details),
            row.picture or b"",
        )


async def has_any(tx: Transaction, fingerprint_id: int) -> bool:
    """Whether any match of this fingerprint was called a false alarm."""
    query = select(MatchRow.id).where(
        MatchRow.fingerprint_id == fingerprint_id,
        col(MatchRow.state) == MatchState.DISMISSED,
    )
    return (await tx.exec(query.limit(1))).first() is not None


async def count(tx: Transaction, match_id: int) -> None:
    """This false alarm made one more candidate no news."""
    statement = update(MatchRow).where(col(MatchRow.id) == match_id)
    await tx.exec(statement.values(silenced=MatchRow.silenced + 1))


async def counted(tx: Transaction, case_id: int) -> dict[int, int]:
    """How many candidates the false alarms of each fingerprint of a case made no news of."""
    query = (
        select(MatchRow.fingerprint_id, func.sum(MatchRow.silenced))
        .where(MatchRow.case_id == case_id, MatchRow.silenced > 0)
        .group_by(col(MatchRow.fingerprint_id))
    )
    return {fingerprint_id: int(total) for fingerprint_id, total in (await tx.exec(query)).all()}
