"""What sweeps have seen, in memory, and how far looking back at it has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.fingerprints import Pdq
from matching.seen import Seen, Slice


@dataclass(frozen=True)
class Search:
    """Variants under way: up to which change they reach, and what is still to be compared."""

    number: int
    slices: Iterator[Slice]


@dataclass
class Past:
    """One for a process; `services.look_back` says how it stays whole.

    filled_to: the last candidate that was read from storage. wholes: up to which change the whole
    pictures were compared in this process. search: the variants that are being compared.
    """

    seen: Seen = field(default_factory=Seen)
    filled_to: int = 0
    is_filled: bool = False
    wholes: int | None = None
    search: Search | None = None

    def add(self, ids: Sequence[int], moments: Sequence[datetime], pdqs: Sequence[Pdq]) -> None:
        """Keep what was seen in these candidates; one may come twice."""
        seconds = [int(each.timestamp()) for each in moments]
        hashes, qualities = [each.bits for each in pdqs], [each.quality for each in pdqs]
        self.seen.append(ids, seconds, hashes, qualities)

    def forget(self, before: datetime) -> None:
        """Forget what was seen up to this moment."""
        self.seen.forget(int(before.timestamp()) + 1)
