"""When what was missed is filled in: one gap at a time, within what the source may be asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.networks import NETWORKS, Budget
from domain.sources import Gap, MalformedSource, Page, Source, Trouble
from services import candidates, sources, turn_ends, turns
from services.desk import Desk
from tests.conftest import OFFICER, SUPERVISOR, clock_of, with_policy
from tests.square_sweeps import SOURCE, swept_desk

BUSY = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))


def hours_ago(desk: Desk, since: int, until: int) -> Gap:
    now = clock_of(desk).now()
    return Gap(now - timedelta(hours=since), now - timedelta(hours=until))


async def missed(desk: Desk, gap: Gap) -> None:
    """A stream says that it missed this."""
    await candidates.take_in_stream(desk, "square", Page((), {"seq": 9}, gap=gap))


async def status(desk: Desk) -> Source:
    [found] = await sources.list_sources(desk, OFFICER)
    return found


@pytest.fixture
async def ready(desk: Desk) -> Desk:
    """A desk whose only source missed four hours."""
    made = swept_desk(desk)
    await missed(made, hours_ago(made, 40, 36))
    return made


async def test_a_gap_is_kept_until_its_last_page(ready: Desk) -> None:
    gap = hours_ago(ready, 40, 36)
    begun = await turns.begin_gap(ready, "square")
    assert begun is not None
    assert begun[1] == gap
    assert await candidates.fill_in(ready, "square", Page((), {"at": 1}, is_more=True), gap)
    begun = await turns.begin_gap(ready, "square")
    assert begun is not None
    assert begun[0].cursor == {"at": 1}
    assert not await candidates.fill_in(ready, "square", Page((), {"at": 2}), gap)
    assert await turns.begin_gap(ready, "square") is None


@pytest.mark.parametrize("is_more", [True, False])
async def test_what_is_missed_while_a_gap_is_filled_in_is_not_lost(
    ready: Desk, is_more: bool
) -> None:
    await missed(ready, hours_ago(ready, 3, 2))
    begun_with = hours_ago(ready, 40, 36)
    page = Page((), {"at": 1}, is_more=is_more)
    assert not await candidates.fill_in(ready, "square", page, begun_with)
    begun = await turns.begin_gap(ready, "square")
    assert begun is not None
    assert (begun[0].cursor, begun[1]) == ({}, hours_ago(ready, 40, 2))


async def test_a_gap_is_not_filled_in_while_its_source_rests(ready: Desk) -> None:
    await turn_ends.note_gap_trouble(ready, "square", BUSY)
    assert await turns.begin_gap(ready, "square") is None
    clock_of(ready).advance(timedelta(minutes=7))
    assert await turns.begin_gap(ready, "square") is not None


async def test_a_page_of_a_gap_that_was_asked_too_often_lets_the_source_rest(ready: Desk) -> None:
    page = Page((), {"at": 1}, is_more=True, trouble=BUSY)
    assert not await candidates.fill_in(ready, "square", page, hours_ago(ready, 40, 36))
    assert await turns.begin_gap(ready, "square") is None
    assert await turns.begin_turn(ready, "square") is None
    assert (await status(ready)).trouble is Trouble.TOO_MANY


async def test_a_gap_is_not_filled_in_while_the_breaker_is_open_not_even_to_see(
    ready: Desk,
) -> None:
    for _ in range(5):
        await turn_ends.fail(ready, "square", MalformedSource(Trouble.UNREACHABLE))
    clock_of(ready).advance(timedelta(minutes=1))
    assert await turns.begin_gap(ready, "square") is None
    assert await turns.begin_turn(ready, "square") is not None
    await candidates.take_in(ready, "square", Page((), {}))
    assert await turns.begin_gap(ready, "square") is not None


async def test_a_gap_of_an_unapproved_source_is_not_filled_in(
    ready: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = replace(NETWORKS["mastodon"], needs_approval=True)
    monkeypatch.setitem(NETWORKS, "mastodon", closed)
    assert await turns.begin_gap(ready, "square") is None
    await sources.approve(ready, SUPERVISOR, "square", "2026-11 운영위원회 승인")
    assert await turns.begin_gap(ready, "square") is not None


async def test_filling_in_spends_calls_of_the_budget_and_waits_where_they_are_used_up(
    ready: Desk,
) -> None:
    small = with_policy(ready, sources=(replace(SOURCE, budget=Budget(3, timedelta(hours=1))),))
    gap = hours_ago(small, 40, 36)
    begun = await turns.begin_gap(small, "square")
    assert begun is not None
    assert begun[0].calls == 1
    await candidates.fill_in(small, "square", Page((), {"at": 1}, is_more=True), gap, 2)
    assert (await status(small)).calls_left == 1
    await turn_ends.note_gap_trouble(small, "square", MalformedSource(Trouble.BUDGET_SPENT), 1)
    assert ((await status(small)).calls_left, (await status(small)).trouble) == (0, None)
    assert await turns.begin_gap(small, "square") is None
    clock_of(small).advance(timedelta(hours=1))
    assert await turns.begin_gap(small, "square") is not None
