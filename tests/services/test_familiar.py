"""The same file at another address is decoded once, and found at both."""

from dataclasses import dataclass, field, replace

from domain.videos import VideoPrint
from jobs.sweep import run_once
from matching.looks import Look
from services import candidates
from services.desk import Desk
from services.examiner import Examiner
from services.familiar import Familiar
from tests.conftest import OFFICER
from tests.square_sweeps import (
    COPY,
    InProcess,
    Shelf,
    jpeg,
    listing,
    media,
    open_case,
    register,
    states,
    sweeper_at,
    swept_desk,
)


@dataclass
class Counting(InProcess):
    """Counts what it decodes."""

    decoded: list[bool] = field(default_factory=list)

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]:
        self.decoded.append(with_points)
        return await super().look(data, with_points=with_points)


class Filmed:
    """Gives a print for any video, and counts them."""

    asked = 0

    async def hash_video(self, data: bytes, *, dense: bool) -> VideoPrint:
        self.asked += 1
        return VideoPrint(1.0, ())


async def test_the_same_bytes_at_another_address_are_decoded_once_and_found_at_both(
    desk: Desk,
) -> None:
    decoder = Counting()
    plain = sweeper_at(swept_desk(desk), listing(1, 2, 3), Shelf())
    examiner = Examiner(decoder, decoder, desk.policy.tiers)
    shelf = Shelf({media(1): COPY, media(2): COPY, media(3): jpeg(4)})
    await register(plain.desk, await open_case(plain.desk), 7)
    assert await run_once(replace(plain, examiner=examiner, http=listing(1)), "square") == 0
    sweeper = replace(plain, examiner=examiner, fetcher=shelf)
    assert await run_once(replace(sweeper, http=listing(1, 2)), "square") == 1
    assert await run_once(replace(sweeper, http=listing(1, 2, 3)), "square") == 0
    assert (len(decoder.decoded), examiner.familiar.hits) == (2, 0)


async def test_a_copy_of_a_copy_raises_a_match_of_its_own(desk: Desk) -> None:
    decoder = Counting()
    shelf = Shelf({media(number): COPY for number in (1, 2, 3)})
    base = sweeper_at(swept_desk(desk), listing(1), shelf)
    sweeper = replace(base, examiner=Examiner(decoder, decoder, desk.policy.tiers))
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    found = [
        await run_once(replace(sweeper, http=listing(*range(1, last + 1))), "square")
        for last in (1, 2, 3)
    ]
    assert (found, len(decoder.decoded), sweeper.examiner.familiar.hits) == ([1, 1, 1], 1, 2)
    assert await states(sweeper.desk) == [("examined", "")] * 3
    assert await candidates.notes_by_source(sweeper.desk, OFFICER) == {}


async def test_a_picture_is_looked_at_anew_once_its_points_are_wanted(desk: Desk) -> None:
    decoder = Counting()
    examiner = Examiner(decoder, decoder, desk.policy.tiers)
    await examiner.look(COPY)
    examiner.register = type(
        "Wanting", (), {"wants_points": True}
    )()  # What a register says once a fingerprint has points.
    for _ in range(2):
        await examiner.look(COPY)
    assert (decoder.decoded, examiner.familiar.hits) == ([False, True], 1)


def test_what_is_familiar_is_bounded_by_number_and_by_bytes() -> None:
    known = Familiar[int](most_entries=3, most_bytes=100)
    for number in range(5):
        known.keep(number, number, 10)
    known.find(2)
    known.keep(5, 5, 10)
    assert [known.find(number) for number in range(6)] == [None, None, 2, None, 4, 5]
    known.keep(6, 6, 95)
    known.keep(7, 7, 101)
    known.keep(6, 6, 20)
    assert (len(known), known.size, known.find(6), known.find(7)) == (1, 20, 6, None)
