"""The sweep finds a copy whatever was done to it, by what is registered of the picture."""

import pytest

from benchmarks.manipulations import manipulated
from domain.consents import ConsentPart
from domain.hashfile import dumps
from domain.verdicts import KeptVerdict, Way
from jobs.sweep import run_once
from matching.hashing import hash_picture
from services import consents, fingerprints, matches
from services.desk import Desk
from services.fingerprints import Upload
from storage.fingerprints import FingerprintRow
from tests.conftest import OFFICER
from tests.jobs.test_sweep_walk import rows
from tests.matching.landscapes import jpeg, landscape
from tests.square_sweeps import Shelf, listing, media, open_case, sweeper_at, swept_desk

PICTURES = [landscape(seed) for seed in (1, 20, 21, 22)]
POINTS = (ConsentPart.DESCRIPTORS,)


async def swept(desk: Desk, altered: str) -> list[KeptVerdict]:
    """What the sweep says of one altered copy."""
    copy = manipulated(altered, PICTURES, 0, PICTURES[1:])
    sweeper = sweeper_at(swept_desk(desk), listing(1), Shelf({media(1): copy}))
    await run_once(sweeper, "square")
    return [view.match.verdict for view in await matches.list_matches(sweeper.desk, OFFICER)]


async def register_picture(desk: Desk, number: str) -> int:
    """Register the first picture by an upload to Slack."""
    ready = swept_desk(desk)
    examiner = sweeper_at(ready, listing(), Shelf()).examiner
    upload = Upload(jpeg(PICTURES[0]))
    return await fingerprints.register_picture(ready, OFFICER, examiner, number, upload)


@pytest.mark.parametrize(
    "altered",
    ["flip", "rotate_90", "crop_10", "crop_25", "screen_dark", "caption"],
)
async def test_an_altered_copy_is_found(desk: Desk, altered: str) -> None:
    await register_picture(desk, (await open_case(desk)).number)
    [verdict] = await swept(desk, altered)
    assert verdict.tier in ("A", "B")


@pytest.mark.parametrize("altered", ["flip", "screen_light", "letterbox"])
async def test_a_hash_file_is_enough_for_what_shows_the_whole_picture(
    desk: Desk, altered: str
) -> None:
    case = await open_case(desk)
    file = dumps([hash_picture(jpeg(PICTURES[0]))], made_with="test").encode()
    await fingerprints.register_file(desk, OFFICER, case.number, Upload(file))
    [verdict] = await swept(desk, altered)
    assert (verdict.tier in ("A", "B"), verdict.form != 0) == (True, altered == "flip")


async def test_a_small_part_is_found_by_points_with_consent_alone(desk: Desk) -> None:
    case = await open_case(desk)
    await register_picture(desk, case.number)
    assert await swept(desk, "crop_75") == []
    await consents.give(desk, OFFICER, case.number, POINTS)
    assert await register_picture(desk, case.number) == 0
    [row] = await rows(desk, FingerprintRow)
    assert (row.version, row.points is None) == (2, False)


async def test_what_speaks_for_a_match_is_kept_with_it(desk: Desk) -> None:
    case = await open_case(desk)
    await consents.give(desk, OFFICER, case.number, POINTS)
    await register_picture(desk, case.number)
    [verdict] = await swept(desk, "crop_75")
    assert (verdict.way, verdict.details["inliers"] >= 8) == (Way.POINTS, True)


async def test_points_go_with_the_consent_to_them(desk: Desk) -> None:
    case = await open_case(desk)
    await consents.give(desk, OFFICER, case.number, POINTS)
    await register_picture(desk, case.number)
    await consents.withdraw(desk, OFFICER, case.number, POINTS[0])
    [row] = await rows(desk, FingerprintRow)
    assert row.points is None
    assert await swept(desk, "crop_75") == []


async def test_a_picture_known_by_its_hash_alone_is_found_more_easily_once_it_is_seen(
    desk: Desk,
) -> None:
    case = await open_case(desk)
    file = dumps([hash_picture(jpeg(PICTURES[0]))], made_with="test").encode()
    await fingerprints.register_file(desk, OFFICER, case.number, Upload(file))
    assert await register_picture(desk, case.number) == 0
    [verdict] = await swept(desk, "crop_25")
    assert verdict.way is Way.VARIANT
