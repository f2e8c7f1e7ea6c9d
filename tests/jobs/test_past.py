"""Looking back at what was seen: what is found, and what is kept of it for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from sqlmodel import select

from domain import prints
from domain.verdicts import Way
from jobs import retention
from jobs.sweep import look_back, run_once
from matching.hashing import hash_picture
from services import fingerprints, matches
from services.desk import Desk
from services.fingerprints import Upload
from storage.candidates import CandidateRow
from tests.conftest import OFFICER, clock_of, with_policy
from tests.jobs.seen_before import (
    CROP,
    FLIP,
    looked_back,
    register_hash,
    register_picture,
    restarted,
    sweeper_over,
)
from tests.jobs.test_sweep_walk import rows
from tests.matching.footage import moving, video
from tests.matching.landscapes import jpeg
from tests.square_sweeps import (
    COPY,
    Shelf,
    hash_file,
    listing,
    media,
    open_case,
    register,
    states,
)


async def test_a_mirrored_copy_seen_before_is_found_by_a_hash_alone(any_desk: Desk) -> None:
    sweeper = sweeper_over(any_desk, FLIP)
    assert await run_once(sweeper, "square") == 0
    await register_hash(sweeper.desk, await open_case(sweeper.desk))
    assert [await look_back(sweeper), await look_back(sweeper)] == [1, 0]
    [view] = await matches.list_matches(sweeper.desk, OFFICER)
    assert (view.match.verdict.tier, view.match.verdict.form) == ("A", 5)


async def test_whole_pictures_are_told_before_parts_of_them(any_desk: Desk) -> None:
    sweeper = sweeper_over(any_desk, CROP, FLIP)
    await run_once(sweeper, "square")
    await register_picture(sweeper)
    assert await look_back(sweeper) == 2
    verdicts = [view.match.verdict for view in await matches.list_matches(sweeper.desk, OFFICER)]
    assert [verdict.way for verdict in reversed(verdicts)] == [Way.PDQ, Way.VARIANT]


async def test_what_an_earlier_process_saw_is_read_from_storage(any_desk: Desk) -> None:
    sweeper = sweeper_over(any_desk, CROP, FLIP)
    await run_once(sweeper, "square")
    later = restarted(sweeper)
    await register_picture(later)
    assert await look_back(later) == 2


async def test_zero_days_keep_nothing_and_look_at_nothing(any_desk: Desk) -> None:
    before = sweeper_over(any_desk, FLIP)
    await run_once(before, "square")
    off = replace(any_desk.policy.retention, seen=timedelta(0))
    sweeper = replace(before, desk=with_policy(before.desk, retention=off), http=listing(2))
    await run_once(replace(sweeper, fetcher=Shelf({media(2): FLIP})), "square")
    kept = [(row.hashes is None, row.body == b"") for row in await rows(any_desk, CandidateRow)]
    assert sorted(kept) == [(False, False), (True, True)]
    await register_hash(sweeper.desk, await open_case(sweeper.desk))
    assert (await look_back(sweeper), len(sweeper.examiner.past.seen)) == (0, 0)
    await retention.run(sweeper.desk)
    assert {row.hashes for row in await rows(any_desk, CandidateRow)} == {None}
    assert await look_back(restarted(before)) == 0


async def test_zero_days_keep_in_mind_what_was_given_up(desk: Desk) -> None:
    sweeper = sweeper_over(desk, b"plain text")
    for _ in range(2):
        await run_once(sweeper, "square")
        clock_of(desk).advance(timedelta(minutes=10))
    off = with_policy(desk, retention=replace(desk.policy.retention, seen=timedelta(0)))
    await retention.run(off)
    assert await states(desk) == [("failed", "not_media")]


async def test_after_their_time_neither_storage_nor_memory_finds_them(any_desk: Desk) -> None:
    sweeper = sweeper_over(any_desk, FLIP)
    await run_once(sweeper, "square")
    clock_of(any_desk).advance(any_desk.policy.retention.seen)
    await register_hash(sweeper.desk, await open_case(sweeper.desk))
    assert await look_back(sweeper) == 0  # Before retention had its hourly turn, too.
    assert {bytes(each) for block in sweeper.examiner.past.seen._blocks
            for each in block.words[: block.used]} == {bytes(32)}  # fmt: skip
    await retention.run(sweeper.desk)
    assert await look_back(restarted(sweeper)) == 0


async def test_only_the_canonical_print_is_kept_and_lies_sealed(any_desk: Desk) -> None:
    sweeper = sweeper_over(any_desk, COPY)
    await run_once(sweeper, "square")
    [row] = await rows(any_desk, CandidateRow)
    seen = hash_picture(COPY)
    assert (len(row.hashes), seen.pdq.bits in row.hashes) == (97 + 28, False)
    opened = any_desk.safe.open_bytes("house", row.hashes)
    assert opened == prints.to_bytes(replace(seen, forms=(seen.pdq,)))


@pytest.mark.parametrize("forms", [1, 8])
async def test_what_was_kept_bare_is_found_and_sealed_at_the_first_start(
    any_desk: Desk, forms: int
) -> None:
    sweeper = sweeper_over(any_desk, COPY)
    await run_once(sweeper, "square")
    seen = hash_picture(COPY)
    async with any_desk.database.transaction() as tx:
        row = (await tx.exec(select(CandidateRow))).one()
        row.hashes = prints.to_bytes(replace(seen, forms=seen.forms[:forms]))
        tx.add(row)
    later = restarted(sweeper)
    await register(later.desk, await open_case(later.desk), 7)
    assert await look_back(later) == 1
    [row] = await rows(any_desk, CandidateRow)
    assert len(any_desk.safe.open_bytes("house", row.hashes)) == 97


async def test_a_still_seen_before_is_found_by_its_video(desk: Desk) -> None:
    film = list(moving(6, 3))
    sweeper = sweeper_over(desk, jpeg(Image.fromarray(film[20])))
    await run_once(sweeper, "square")
    number, upload = (await open_case(desk)).number, Upload(video(film))
    await fingerprints.register_picture(sweeper.desk, OFFICER, sweeper.examiner, number, upload)
    assert await look_back(sweeper) == 1


async def test_hash_files_of_many_pictures_are_compared_in_one_go(desk: Desk) -> None:
    sweeper = sweeper_over(desk, COPY)
    await run_once(sweeper, "square")
    case = await open_case(sweeper.desk)
    upload = Upload(hash_file(*range(1, 12)))
    await fingerprints.register_file(sweeper.desk, OFFICER, case.number, upload)
    assert (await look_back(sweeper), await looked_back(desk)) == (1, 11)
