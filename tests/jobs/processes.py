"""A house of several processes on one PostgreSQL: a scheduler, what it tells, and workers beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jobs.handing import Handing
from jobs.queue import Told
from jobs.sweeper import Sweeper
from services.desk import Desk
from services.past import Memory
from storage.database import Database
from storage.keys import FileKeyStore
from storage.sealed import Safe
from tests.scripted_web import Script
from tests.square_sweeps import Shelf, listing, media, sweeper_at, swept_desk


@dataclass
class Line:
    """A queue that only remembers what was told."""

    told: list[Told] = field(default_factory=list)

    async def waiting(self) -> int:
        return 0

    async def tell(self, jobs: Sequence[Told]) -> None:
        self.told += jobs

    async def tidy(self) -> int:
        return 0

    def taken(self) -> list[int]:
        ids = [each for job in self.told for each in job.ids]
        self.told.clear()
        return ids


@dataclass
class House:
    """A scheduler and the workers beside it."""

    desk: Desk
    line: Line
    scheduler: Sweeper

    def worker(self, *copies: bytes) -> Sweeper:
        """A worker with connections of its own; post N shows the Nth of these."""
        shelf = Shelf({media(at): copy for at, copy in enumerate(copies, start=1)})
        made = sweeper_at(_beside(self.desk), Script({}), shelf)
        made.examiner.past.memory = Memory.NOBODYS
        return made


def _beside(desk: Desk) -> Desk:
    """The desk of another process: the same database, key store and clock."""
    keys = desk.safe.keys
    assert isinstance(keys, FileKeyStore)
    safe = Safe(FileKeyStore(keys._folder, keys._master))
    return replace(desk, database=Database(desk.database.url), safe=safe)


def house_at(desk: Desk) -> House:
    """With two posts listed and nothing handed out yet."""
    desk = swept_desk(desk)
    line = Line()
    sweeper = replace(sweeper_at(desk, listing(1, 2), Shelf()), handing=Handing(desk, line))
    sweeper.examiner.past.memory = Memory.EVERYBODYS
    return House(desk, line, sweeper)
