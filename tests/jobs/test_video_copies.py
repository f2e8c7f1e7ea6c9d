"""The sweep finds videos: the same one cut and encoded anew, and a registered one by a still of it."""

import asyncio
from dataclasses import replace

import pytest
from PIL import Image

from domain.films import Content, Film
from domain.hashfile import dumps
from domain.verdicts import KeptVerdict, Tier, Way
from domain.videos import VideoHashes, VideoPrint
from jobs.sweep import run_once
from matching.video import hash_video
from services import examiner as examiner_module
from services import fingerprints, matches
from services.desk import Desk
from services.examiner import Examiner
from services.fingerprints import Upload
from services.ports import Fetched
from storage.fingerprints import FingerprintRow
from tests.conftest import OFFICER
from tests.films import film_of
from tests.jobs.test_sweep_walk import rows
from tests.matching.footage import moving, video
from tests.matching.landscapes import jpeg
from tests.services.test_fingerprints import refused
from tests.square_sweeps import (
    InProcess,
    Shelf,
    listing,
    media,
    open_case,
    print_of,
    states,
    sweeper_at,
    swept_desk,
)

FILM = list(moving(6, 3))
ORIGINAL = video(FILM)
COPY = video(FILM[10:], crf="30")


@pytest.fixture
def ready(desk: Desk) -> Desk:
    return swept_desk(desk)


class FilmShelf(Shelf):
    """Gives everything as a film."""

    films: tuple[Film, ...] = ()

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        found = await super().fetch(url, etag)
        assert isinstance(found.data, bytes)
        film = film_of(found.data)
        self.films += (film,)
        return Fetched(film, let_go=film.close)


async def swept(ready: Desk, data: bytes) -> list[KeptVerdict]:
    """What the sweep says of one file."""
    sweeper = sweeper_at(ready, listing(1), Shelf({media(1): data}))
    await run_once(sweeper, "square")
    return [view.match.verdict for view in await matches.list_matches(ready, OFFICER)]


async def upload(ready: Desk) -> None:
    """Register the film by an upload to Slack."""
    examiner = Examiner(InProcess(), InProcess(), ready.policy.tiers)
    number = (await open_case(ready)).number
    await fingerprints.register_picture(ready, OFFICER, examiner, number, Upload(ORIGINAL))


async def test_a_cut_and_encoded_video_is_found_by_an_uploaded_one(ready: Desk) -> None:
    await upload(ready)
    [verdict] = await swept(ready, COPY)
    assert (verdict.tier, verdict.way) == (Tier.CERTAIN, Way.FRAMES_IN_ORDER)
    assert verdict.details["frames"] >= 3


async def test_a_hash_file_of_a_video_is_enough(ready: Desk) -> None:
    number = (await open_case(ready)).number
    made = VideoHashes(print_of(1).sha256, hash_video(ORIGINAL, dense=True))
    file = dumps([made], made_with="test").encode()
    assert await fingerprints.register_file(ready, OFFICER, number, Upload(file)) == 1
    [verdict] = await swept(ready, COPY)
    assert verdict.tier in (Tier.CERTAIN, Tier.STRONG)


async def test_a_still_of_a_registered_video_is_strong_at_most(ready: Desk) -> None:
    await upload(ready)
    [verdict] = await swept(ready, jpeg(Image.fromarray(FILM[20])))
    assert (verdict.tier, verdict.way) == (Tier.STRONG, Way.STILL)


async def test_a_film_is_found_as_any_video_is_and_given_back(ready: Desk) -> None:
    await upload(ready)
    reel = FilmShelf({media(1): COPY})
    sweeper = sweeper_at(ready, listing(1), reel)
    assert await run_once(sweeper, "square") == 1
    [view] = await matches.list_matches(ready, OFFICER)
    assert view.match.verdict.way is Way.FRAMES_IN_ORDER
    assert [film.file.closed for film in reel.films] == [True]


async def test_what_only_said_that_it_was_a_film_is_noted_as_too_large(ready: Desk) -> None:
    reel = FilmShelf({media(1): jpeg(Image.fromarray(FILM[20]))})
    await run_once(sweeper_at(ready, listing(1), reel), "square")
    assert await states(ready) == [("failed", "too_large")]
    assert [film.file.closed for film in reel.films] == [True]


async def test_a_damaged_video_is_looked_at_once_more_and_then_noted(ready: Desk) -> None:
    await upload(ready)
    assert await swept(ready, ORIGINAL[:300]) == []


async def test_a_video_that_shows_nothing_is_not_registered(ready: Desk) -> None:
    number = (await open_case(ready)).number
    flat = hash_video(video([frame * 0 + 90 for frame in FILM[:20]]), dense=True)
    file = dumps([VideoHashes(print_of(1).sha256, flat)], made_with="test").encode()
    no = await refused(fingerprints.register_file(ready, OFFICER, number, Upload(file)))
    assert no.facts == {"why": "file_bad_item", "place": "item:1"}
    assert await rows(ready, FingerprintRow) == []


class Hanging(InProcess):
    """Looks at one video for ever."""

    async def hash_video(self, data: Content, *, dense: bool) -> VideoPrint:
        await asyncio.Event().wait()
        return await super().hash_video(data, dense=dense)


async def test_no_picture_waits_for_a_crowd_of_videos_which_come_back_and_lose_no_try(
    ready: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examiner_module, "MOST_WATCHED", 1)
    await upload(ready)
    still = jpeg(Image.fromarray(FILM[20]))
    files = {media(1): COPY, media(2): video(FILM[5:]), media(3): still}
    sweeper = sweeper_at(ready, listing(1, 2, 3), Shelf(files))
    examiner = Examiner(InProcess(), Hanging(), ready.policy.tiers)
    sweep = asyncio.create_task(run_once(replace(sweeper, examiner=examiner), "square"))
    while [state for state, _ in await states(ready)].count("examined") < 1:  # noqa: ASYNC110 - it is examined by the database
        await asyncio.sleep(0)
    for _ in range(1000):
        if ("waiting", "crowded") in await states(ready):
            break
        await asyncio.sleep(0)
    assert sorted(await states(ready)) == [
        ("examined", ""), ("leased", ""), ("waiting", "crowded"),
    ]  # fmt: skip
    sweep.cancel()
    await asyncio.wait([sweep])
