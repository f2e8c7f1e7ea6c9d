"""What sweeps have seen, in memory, and how far looking back at it has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.fingerprints import Pdq
from matching.seen import Seen, Slice


class Memory(StrEnum):
    """Whose settlements a process keeps in memory: its own, everybody's by reading on, nobody's."""

    OWN = "own"
    EVERYBODYS = "everybodys"
    NOBODYS = "nobodys"


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
    read_from: under which number of a transaction the next to be read was settled, where everybody's
    settlements are followed.
    """

    seen: Seen = field(default_factory=Seen)
    filled_to: int = 0
    is_filled: bool = False
    wholes: int | None = None
    search: Search | None = None
    memory: Memory = Memory.OWN
    read_from: int | None = None

    def add(self, ids: Sequence[int], moments: Sequence[datetime], pdqs: Sequence[Pdq]) -> None:
        """Keep what was seen in these candidates; one may come twice."""
        seconds = [int(each.timestamp()) for each in moments]
        hashes, qualities = [each.bits for each in pdqs], [each.quality for each in pdqs]
        self.seen.append(ids, seconds, hashes, qualities)

    def add_own(self, id_: int, moment: datetime, pdq: Pdq) -> None:
        """Keep what this process settles, unless that is another's to remember."""
        if self.memory is Memory.OWN:
            self.add([id_], [moment], [pdq])

    def forget(self, before: datetime) -> None:
        """Forget what was seen up to this moment."""
        self.seen.forget(int(before.timestamp()) + 1)
