"""While much waits, media is glanced at first: a copy is found at once, and nothing is only glanced at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.manipulations import COLLAGE, manipulated
from domain.policy import Retention
from domain.sources import Item, Page
from jobs.candidates import examine_waiting
from jobs.glances import look_again
from jobs.sweep import look_back, run_once
from jobs.sweeper import Sweeper
from services import candidates, sources, turns
from services.desk import Desk
from services.examiner import Examiner
from tests.conftest import OFFICER, clock_of, with_policy
from tests.jobs.seen_before import count, register_picture
from tests.matching.landscapes import jpeg as landscape_jpeg
from tests.matching.landscapes import landscape
from tests.services.test_familiar import Counting
from tests.square_sweeps import (
    COPY,
    SOURCE,
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

STRANGERS = tuple(jpeg(seed) for seed in range(20, 24))


@pytest.fixture(autouse=True)
def few_are_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "CROWD", 4)


def crowded(desk: Desk, *files: bytes) -> Sweeper:
    """A square that shows these; its sweeper counts what it looks at closely."""
    numbers = range(1, len(files) + 1)
    shelf = Shelf({media(number): file for number, file in zip(numbers, files, strict=True)})
    made = sweeper_at(swept_desk(desk), listing(*numbers), shelf)
    decoder = Counting()
    return replace(made, examiner=Examiner(decoder, decoder, desk.policy.tiers))


def looks(sweeper: Sweeper) -> int:
    return len(sweeper.examiner._hasher.decoded)  # type: ignore[attr-defined]


async def glanced(sweeper: Sweeper) -> int:
    """How many staff read to be waiting for their full look."""
    [source] = await sources.list_sources(sweeper.desk, OFFICER)
    return source.glanced


async def test_of_a_crowd_only_what_comes_near_is_looked_at_and_the_rest_when_all_is_quiet(
    any_desk: Desk,
) -> None:
    sweeper = crowded(any_desk, *STRANGERS, COPY)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await run_once(sweeper, "square") == 1
    assert (looks(sweeper), await glanced(sweeper)) == (1, 4)
    assert await states(any_desk) == [("examined", "")] * 5
    await look_again(sweeper)
    assert (looks(sweeper), await glanced(sweeper)) == (5, 0)
    assert await states(any_desk) == [("examined", "")] * 5
    assert await count(sweeper.desk) == 1
    await look_again(sweeper)
    assert looks(sweeper) == 5
    [source] = await sources.list_sources(sweeper.desk, OFFICER)
    assert (source.seen, source.fetched, source.matched) == (5, 5, 1)


async def test_where_few_wait_everything_is_looked_at(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS[:3])
    await run_once(sweeper, "square")
    assert (looks(sweeper), await glanced(sweeper)) == (3, 0)


async def test_what_a_glance_cannot_tell_is_found_by_the_look_that_follows(desk: Desk) -> None:
    pictures = [landscape(seed) for seed in (1, 20, 21, 22)]
    collage = manipulated(COLLAGE, pictures, 0, pictures[1:])
    sweeper = crowded(desk, *STRANGERS, collage)
    await register_picture(sweeper)
    assert await run_once(sweeper, "square") == 0
    await look_again(sweeper)
    assert await count(sweeper.desk) == 1


async def test_what_a_word_brought_is_never_only_glanced_at(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS)
    items = [
        Item(str(at), 0, media(at), f"https://square.example/{at}", term="a word")
        for at in range(1, 5)
    ]
    await turns.begin_turn(sweeper.desk, SOURCE.name)
    await candidates.take_in(sweeper.desk, SOURCE.name, Page(tuple(items), {}))
    await examine_waiting(sweeper)
    assert (looks(sweeper), await glanced(sweeper)) == (4, 0)


async def test_where_nothing_seen_may_be_kept_everything_is_looked_at(desk: Desk) -> None:
    kept_for = replace(desk.policy.retention, seen=timedelta(0))
    assert isinstance(kept_for, Retention)
    sweeper = crowded(with_policy(desk, retention=kept_for), *STRANGERS)
    await run_once(sweeper, "square")
    assert (looks(sweeper), await glanced(sweeper)) == (4, 0)


async def test_a_fingerprint_that_comes_before_the_full_look_finds_what_was_glanced_at(
    any_desk: Desk,
) -> None:
    sweeper = crowded(any_desk, *STRANGERS, COPY)
    await run_once(sweeper, "square")
    assert (looks(sweeper), await glanced(sweeper)) == (0, 5)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert (await look_back(sweeper), await count(sweeper.desk)) == (1, 1)
    await look_again(sweeper)
    assert (looks(sweeper), await count(sweeper.desk)) == (5, 1)


async def test_what_has_its_etag_still_is_looked_at_all_the_same(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS)
    shelf = sweeper.fetcher
    assert isinstance(shelf, Shelf)
    shelf.etags = dict.fromkeys(shelf.files, '"1"')
    await run_once(sweeper, "square")
    await look_again(sweeper)
    assert (looks(sweeper), len(shelf.asked)) == (4, 8)


async def test_damaged_media_in_a_crowd_is_noted_as_ever(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS, STRANGERS[0][:3_000], b"text")
    await run_once(sweeper, "square")
    noted = [note for _, note in await states(desk)]
    assert sorted(filter(None, noted)) == ["not_media", "truncated"]


async def test_what_is_gone_before_its_full_look_keeps_what_was_seen(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS, COPY)
    await run_once(sweeper, "square")
    await look_again(replace(sweeper, fetcher=Shelf()))
    assert await glanced(sweeper) == 0
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await look_back(sweeper) == 1


async def test_new_media_goes_before_full_looks(desk: Desk) -> None:
    sweeper = crowded(desk, *STRANGERS)
    await run_once(sweeper, "square")
    page = Page((Item("9", 0, media(9), "https://square.example/9"),), {})
    await candidates.take_in(sweeper.desk, SOURCE.name, page)
    assert await candidates.call_back(sweeper.desk) == 0
    clock_of(desk).advance(timedelta(hours=1))
    await examine_waiting(replace(sweeper, fetcher=Shelf({media(9): landscape_jpeg(landscape(9))})))
    assert await candidates.call_back(sweeper.desk) == 4
