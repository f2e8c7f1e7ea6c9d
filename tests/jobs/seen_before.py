"""A square whose pictures were seen before anything was registered: for the tests of looking back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.manipulations import manipulated
from domain.cases import Case
from domain.hashfile import dumps
from jobs.sweeper import Sweeper
from matching.hashing import hash_picture
from services import alerts, fingerprints
from services.desk import Desk
from services.fingerprints import Upload
from storage import changes as changes_table
from tests.conftest import OFFICER
from tests.matching.landscapes import jpeg, landscape
from tests.square_sweeps import (
    Shelf,
    listing,
    media,
    open_case,
    sweeper_at,
    swept_desk,
)

PICTURES = [landscape(seed) for seed in (1, 20, 21, 22)]
FLIP, CROP = (manipulated(name, PICTURES, 0, PICTURES[1:]) for name in ("flip", "crop_25"))


def sweeper_over(desk: Desk, *copies: bytes) -> Sweeper:
    """A sweeper whose square shows these, each in a post of its own, the first the oldest."""
    numbers = range(1, len(copies) + 1)
    shelf = Shelf({media(number): copy for number, copy in zip(numbers, copies, strict=True)})
    return sweeper_at(swept_desk(desk), listing(*numbers), shelf)


def restarted(sweeper: Sweeper) -> Sweeper:
    """The sweeper of the next process: its memory is empty."""
    return sweeper_at(sweeper.desk, listing(), Shelf())


async def register_picture(sweeper: Sweeper) -> int:
    case = await open_case(sweeper.desk)
    upload = Upload(jpeg(PICTURES[0]))
    await fingerprints.register_picture(
        sweeper.desk, OFFICER, sweeper.examiner, case.number, upload
    )
    [*_, kept] = (await fingerprints.list_fingerprints(sweeper.desk, OFFICER, case.number))[1]
    return kept.id


async def register_hash(desk: Desk, case: Case) -> None:
    file = dumps([hash_picture(jpeg(PICTURES[0]))], made_with="test").encode()
    await fingerprints.register_file(desk, OFFICER, case.number, Upload(file))


async def looked_back(desk: Desk) -> int:
    async with desk.database.reading() as tx:
        return await changes_table.looked_back(tx)


async def count(desk: Desk) -> int:
    return len(await alerts.list_alerts(desk, OFFICER))


async def raising(*_: object, **__: object) -> None:
    raise RuntimeError("a crash")


@dataclass
class Gate:
    """Stops what comes by until it is opened."""

    reached: asyncio.Event
    opened: asyncio.Event

    def before(self, inner: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def gated(*given: Any, **more: Any) -> Any:
            self.reached.set()
            await self.opened.wait()
            return await inner(*given, **more)

        return gated


def gate() -> Gate:
    return Gate(asyncio.Event(), asyncio.Event())
