"""A source that is given another address, or forgotten and added again, begins anew there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.networks import NETWORKS, Can
from domain.refusals import Reason, Refusal
from domain.sources import Gap, MalformedSource, Page, Trouble, Watch
from services import candidates, sources, trials, turn_ends, turns
from services.desk import Desk
from services.turn_ends import Asked
from storage.sources import SourceRow
from tests.conftest import OFFICER, SUPERVISOR, clock_of, with_policy
from tests.services.test_trials import SITE
from tests.square_sweeps import SOURCE, swept_desk

NEXT = {"next": f"{SITE.url}/page/2"}
MOVED = replace(SOURCE, url="https://circle.example")
DAY = timedelta(days=1)


async def turn(desk: Desk, name: str) -> Watch:
    watch = await turns.begin_turn(desk, name)
    assert watch is not None
    return watch


async def told(desk: Desk, name: str, watch: Watch) -> None:
    """What a turn, a stream and a gap leave behind."""
    now = clock_of(desk).now()
    asked = Asked(1, place=watch.place)
    await candidates.take_in(desk, name, Page((), NEXT), asked)
    page = Page((), {"seq": 9}, gap=Gap(now - DAY, now))
    await candidates.take_in_stream(desk, name, page, watch.place)
    gap = Gap(now - DAY, now)
    filled = Page((), {"at": 1}, is_more=True)
    await candidates.fill_in(desk, name, filled, gap, place=watch.place)


async def added(desk: Desk, url: str = SITE.url) -> Watch:
    await trials.add_source(desk, OFFICER, replace(SITE, url=url))
    await sources.set_paused(desk, OFFICER, "site", is_paused=False)
    return await turn(desk, "site")


async def row_of(desk: Desk, name: str) -> SourceRow:
    async with desk.database.reading() as tx:
        return await tx.get_one(SourceRow, name)


@pytest.mark.parametrize("url", [SITE.url, "https://another.example"])
async def test_forgotten_and_added_again_it_begins_at_the_beginning(desk: Desk, url: str) -> None:
    ready = swept_desk(desk)
    await told(ready, "site", await added(ready))
    for _ in range(5):
        await turn_ends.fail(ready, "site", MalformedSource(Trouble.UNREACHABLE, "", DAY))
    await sources.forget(ready, OFFICER, "site")
    assert (await added(ready, url)).cursor == {}
    row = await row_of(ready, "site")
    left = row.stream_cursor, row.gap, row.gap_cursor, row.rests_until, row.trips, row.trouble
    assert left == ({}, [], {}, None, 0, None)


@pytest.mark.parametrize("moved", [MOVED, replace(SOURCE, kind="gallery")])
async def test_given_another_address_or_network_by_the_policy_it_begins_anew(
    desk: Desk, moved: object
) -> None:
    ready = swept_desk(desk)
    await told(ready, "square", await turn(ready, "square"))
    elsewhere = with_policy(ready, sources=(moved,))
    assert await turns.begin_gap(elsewhere, "square") is None
    assert (await turn(elsewhere, "square")).cursor == {}
    row = await row_of(ready, "square")
    assert (row.stream_cursor, row.gap) == ({}, [])


async def test_a_stream_given_another_address_begins_anew(desk: Desk) -> None:
    ready = swept_desk(desk)
    await told(ready, "square", await turn(ready, "square"))
    stream = await turns.begin_stream(with_policy(ready, sources=(MOVED,)), "square")
    assert stream is not None
    assert stream.cursor == {}


async def test_where_it_was_it_goes_on_also_from_a_row_that_names_no_place(desk: Desk) -> None:
    ready = swept_desk(desk)
    await candidates.take_in(ready, "square", Page((), NEXT))
    assert (await row_of(ready, "square")).place == ""
    assert (await turn(ready, "square")).cursor == NEXT
    assert (await turn(ready, "square")).cursor == NEXT


async def test_a_page_that_comes_after_it_was_forgotten_moves_no_cursor(desk: Desk) -> None:
    ready = swept_desk(desk)
    old = await added(ready)
    await sources.forget(ready, OFFICER, "site")
    await told(ready, "site", old)
    new = await added(ready, "https://another.example")
    await told(ready, "site", old)
    row = await row_of(ready, "site")
    assert (new.cursor, row.cursor, row.stream_cursor, row.gap) == ({}, {}, {}, [])


async def test_an_approval_is_one_of_an_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = replace(NETWORKS["mastodon"], needs_approval=True, can=frozenset({Can.STREAM}))
    monkeypatch.setitem(NETWORKS, "mastodon", closed)
    ready = swept_desk(desk)
    await sources.approve(ready, SUPERVISOR, "square", "2026-11 운영위원회 승인")
    elsewhere = with_policy(ready, sources=(MOVED,))
    with pytest.raises(Refusal) as refused:
        await trials.begin_trial(elsewhere, MOVED)
    assert refused.value.reason is Reason.LACKS_APPROVAL
    assert await turns.begin_stream(elsewhere, "square") is None
    assert await turns.begin_turn(elsewhere, "square") is None
    assert await turns.to_stream(elsewhere) == []
    await sources.approve(elsewhere, SUPERVISOR, "square", "2026-12 운영위원회 승인")
    assert await turns.begin_stream(elsewhere, "square") is not None
