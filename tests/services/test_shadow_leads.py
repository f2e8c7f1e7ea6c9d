"""Leads that a source finds in shadow mode: written down and counted, told of only when it is over."""

import pytest

from domain.cases import Case
from domain.sources import Page
from jobs.sweep import run_once
from services import candidates, leads, shadows, turns
from services.desk import Desk
from tests.conftest import OFFICER, SUPERVISOR
from tests.services.test_leads import named_case, raised, said
from tests.services.test_shadows import FEED, TRIED
from tests.square_sweeps import (
    COPY,
    SOURCE,
    Shelf,
    listing,
    media,
    register,
    sweeper_at,
    swept_desk,
)

PAGE = Page((), None, posts=(said(1, "김민지한테 들음"), said(2, "풍경 사진")))


async def named(desk: Desk) -> Case:
    """A case whose words are swept for; the source in shadow had its first turn."""
    await turns.begin_turn(desk, "tried")
    return await named_case(desk)


@pytest.fixture
async def centre(any_desk: Desk) -> Desk:
    desk = swept_desk(any_desk, TRIED, FEED)
    await named(desk)
    await candidates.take_in(desk, "tried", PAGE)
    await candidates.take_in(desk, "tried", PAGE)
    return desk


async def told(desk: Desk) -> tuple[int, int]:
    """How many alerts there are, and how many leads staff see."""
    return len(await raised(desk)), len(await leads.list_leads(desk, OFFICER))


async def test_they_are_counted_and_nobody_is_told(centre: Desk) -> None:
    assert await told(centre) == (0, 0)
    report = await shadows.report(centre, OFFICER, "tried")
    assert (report.leads, report.alerts, report.cases) == (1, {}, ("2026-0001",))


async def test_one_is_told_of_as_soon_as_another_source_lists_its_post(centre: Desk) -> None:
    for _ in range(2):
        await candidates.take_in(centre, "feed", PAGE)
    assert await told(centre) == (1, 1)
    [view] = await leads.list_leads(centre, OFFICER)
    assert view.lead.source == "feed"
    assert (await shadows.report(centre, OFFICER, "tried")).leads == 0


async def test_a_source_in_shadow_takes_none_from_one_that_tells(any_desk: Desk) -> None:
    desk = swept_desk(any_desk, TRIED, FEED)
    await named(desk)
    for source in ("feed", "tried"):
        await candidates.take_in(desk, source, PAGE)
    assert await told(desk) == (1, 1)


async def test_when_it_ends_they_are_told_of_if_wished(centre: Desk) -> None:
    assert await shadows.end(centre, SUPERVISOR, "tried", are_told=True) == 1
    assert await told(centre) == (1, 1)


async def test_when_it_ends_without_telling_they_stay_silent(centre: Desk) -> None:
    assert await shadows.end(centre, SUPERVISOR, "tried", are_told=False) == 0
    assert await told(centre) == (0, 0)


async def test_one_whose_page_a_match_has_overtaken_is_not_told_of(desk: Desk) -> None:
    ready = swept_desk(desk, TRIED, SOURCE)
    await register(ready, await named(ready), 7)
    await candidates.take_in(ready, "tried", PAGE)
    await run_once(sweeper_at(ready, listing(1), Shelf({media(1): COPY})), SOURCE.name)
    before = await told(ready)
    assert await shadows.end(ready, SUPERVISOR, "tried", are_told=True) == 0
    assert await told(ready) == before == (1, 0)
