"""Queries of kept prints: what is kept of pictures that were seen, for fingerprints that come later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, update

from domain import prints
from domain.fingerprints import Pdq, Print
from domain.sightings import Seen
from storage.candidates import HOUSE, CandidateRow, candidate_of
from storage.database import Transaction
from storage.sealed import Safe
from storage.settlements import sealed

_BARE_BYTES = (97, 321)


@dataclass(frozen=True, slots=True)
class KeptPrint:
    """What is kept of a picture that was seen, as it lies in the table."""

    id: int
    examined_at: datetime
    hashes: bytes

    @property
    def is_bare(self) -> bool:
        """Whether it was kept before prints were sealed: then its length is that of a print."""
        return len(self.hashes) in _BARE_BYTES

    def opened(self, safe: Safe) -> Print:
        """The print; needs no database."""
        return prints.from_bytes(self._bare(safe))

    def pdq(self, safe: Safe) -> Pdq:
        """Only its canonical hash."""
        return prints.pdq_of(self._bare(safe))

    def _bare(self, safe: Safe) -> bytes:
        return self.hashes if self.is_bare else safe.open_bytes(HOUSE, self.hashes)


async def kept_after(tx: Transaction, after: int, most: int) -> list[KeptPrint]:
    """What is kept of candidates with an id above `after`, in order of id; one walk over all."""
    columns = col(CandidateRow.id), col(CandidateRow.examined_at), col(CandidateRow.hashes)
    query = select(*columns).where(columns[0] > after, columns[2].is_not(None))
    rows = (await tx.exec(query.order_by(columns[0]).limit(most))).all()
    return [KeptPrint(id_ or 0, at, hashes) for id_, at, hashes in rows if at and hashes]


async def seen_of(tx: Transaction, safe: Safe, ids: Sequence[int], since: datetime) -> list[Seen]:
    """Of these candidates those that were examined since then and are still kept, by id; also those
    that wait to be looked at again, for they may be found unchanged.
    """
    query = select(CandidateRow).where(
        col(CandidateRow.id).in_(ids), col(CandidateRow.examined_at) > since
    )
    rows = (await tx.exec(query.order_by(col(CandidateRow.id)))).all()
    seal = safe.sealing(HOUSE)
    return [
        Seen(candidate_of(row, seal), KeptPrint(row.id or 0, since, row.hashes).opened(safe))
        for row in rows
        if row.hashes
    ]


async def seal_bare(tx: Transaction, safe: Safe, kept: Iterable[KeptPrint]) -> None:
    """Put the sealed canonical print in place of each that was kept before prints were sealed."""
    for each in kept:
        still = col(CandidateRow.id) == each.id, col(CandidateRow.hashes) == each.hashes
        again = sealed(safe.sealing(HOUSE), each.opened(safe))
        await tx.exec(update(CandidateRow).where(*still).values(hashes=again))
