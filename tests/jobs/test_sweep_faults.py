"""A sweep among crashes, damaged media and sources gone wrong: nothing lost, nothing told twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.sources import MalformedSource, Source, Trouble, Watch
from jobs.candidates import examine_waiting
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from matching.children import Children
from matching.video_children import VideoChildren
from services import alerts, candidates, leases, matches, sources, turns
from services.desk import Desk
from services.examiner import Examiner
from services.ports import Unfetchable
from tests.conftest import OFFICER, clock_of
from tests.scripted_web import Script, answer
from tests.square_sweeps import (
    COPY,
    PUBLIC,
    SOURCE,
    TAGGED,
    Shelf,
    listing,
    media,
    open_case,
    register,
    states,
    sweeper_at,
    swept_desk,
)


@pytest.fixture
def sweeper(desk: Desk) -> Sweeper:
    return sweeper_at(swept_desk(desk), listing(1), Shelf({media(1): COPY}))


async def status(desk: Desk) -> Source:
    [found] = await sources.list_sources(desk, OFFICER)
    return found


async def count(desk: Desk) -> int:
    return len(await alerts.list_alerts(desk, OFFICER))


async def test_what_a_dead_process_had_taken_is_looked_at_by_the_next(sweeper: Sweeper) -> None:
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    watch = await turns.begin_turn(sweeper.desk, "square")
    assert watch is not None
    page = await sweeper.connectors["mastodon"].poll(watch, sweeper.http)
    await candidates.take_in(sweeper.desk, "square", page)
    await candidates.lease(sweeper.desk, "square", "the dead one", 16)
    assert await leases.free_leases(sweeper.desk) == 1
    assert await examine_waiting(sweeper, "square") == 1
    assert await count(sweeper.desk) == 1


async def test_media_that_many_processes_died_with_is_not_given_up_sooner(sweeper: Sweeper) -> None:
    watch = await turns.begin_turn(sweeper.desk, "square")
    assert watch is not None
    page = await sweeper.connectors["mastodon"].poll(watch, sweeper.http)
    await candidates.take_in(sweeper.desk, "square", page)
    for number in range(5):
        assert len(await candidates.lease(sweeper.desk, "square", f"dead {number}", 16)) == 1
        await leases.free_leases(sweeper.desk)
    [candidate] = await candidates.lease(sweeper.desk, "square", sweeper.owner, 16)
    assert candidate.attempt == 1


async def test_a_lease_of_ones_own_is_not_taken_twice(sweeper: Sweeper) -> None:
    shelf = Shelf()
    slow = replace(sweeper, fetcher=shelf)
    await turns.begin_turn(slow.desk, "square")
    page = await slow.connectors["mastodon"].poll(Watch(SOURCE), slow.http)
    await candidates.take_in(slow.desk, "square", page)
    taken = [await candidates.lease(slow.desk, "square", slow.owner, 16) for _ in range(2)]
    assert [len(batch) for batch in taken] == [1, 0]


async def test_examining_the_same_candidate_twice_tells_once(sweeper: Sweeper) -> None:
    desk, examiner = sweeper.desk, sweeper.examiner
    await register(desk, await open_case(desk), 7)
    await run_once(replace(sweeper, fetcher=Shelf()), "square")
    await candidates.take_in(
        desk, "square", await sweeper.connectors["mastodon"].poll(Watch(SOURCE), listing(2))
    )  # fmt: skip
    [candidate] = await candidates.lease(desk, "square", "me", 16)
    looks = await examiner.look(COPY)
    found = [await matches.examine(desk, examiner, candidate, looks) for _ in range(2)]
    assert found == [1, 0]
    assert await count(desk) == 1


@pytest.mark.parametrize(
    ("data", "note"),
    [(b"", "empty"), (COPY[:4000], "truncated"), (b"plain text", "not_media")],
)
async def test_damaged_media_is_looked_at_once_more_and_then_noted(
    sweeper: Sweeper, data: bytes, note: str
) -> None:
    shelf = Shelf({media(1): data})
    broken = replace(sweeper, fetcher=shelf)
    for _ in range(4):
        await run_once(broken, "square")
        clock_of(sweeper.desk).advance(timedelta(minutes=10))
    assert (shelf.asked, await states(sweeper.desk)) == ([media(1)] * 2, [("failed", note)])
    assert (await status(sweeper.desk)).failed == 1


async def test_one_candidates_failure_costs_no_other(sweeper: Sweeper) -> None:
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    shelf = Shelf({media(2): COPY}, broken={media(1): [RuntimeError("a bug")]})
    assert await run_once(replace(sweeper, fetcher=shelf, http=listing(1, 2)), "square") == 1
    assert await states(sweeper.desk) == [("examined", ""), ("waiting", "our_fault")]


async def test_a_silent_server_is_asked_again_until_it_answers(sweeper: Sweeper) -> None:
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    shelf = Shelf({media(1): COPY}, broken={media(1): [Unfetchable("timeout")] * 3})
    found = []
    for _ in range(5):
        found.append(await run_once(replace(sweeper, fetcher=shelf), "square"))
        clock_of(sweeper.desk).advance(timedelta(hours=1))
    assert found == [0, 0, 0, 1, 0]


async def test_a_refused_address_is_noted_at_once(sweeper: Sweeper) -> None:
    shelf = Shelf(broken={media(1): [Unfetchable("blocked")]})
    await run_once(replace(sweeper, fetcher=shelf), "square")
    assert await states(sweeper.desk) == [("failed", "blocked")]


async def test_a_malformed_page_moves_nothing_and_is_shown_until_it_is_well(
    sweeper: Sweeper,
) -> None:
    desk = sweeper.desk
    await run_once(sweeper, "square")
    before = await turns.begin_turn(desk, "square")
    await run_once(
        replace(sweeper, http=Script({PUBLIC: answer("<"), TAGGED: answer("<")})), "square"
    )
    assert await turns.begin_turn(desk, "square") == before
    ill = await status(desk)
    assert (ill.trouble, ill.failures) == (Trouble.NOT_JSON, 1)
    await run_once(sweeper, "square")
    assert (await status(desk)).trouble is None


async def test_a_connector_with_a_bug_is_trouble_of_its_source_alone(sweeper: Sweeper) -> None:
    class Falling:
        async def poll(self, *given: object) -> None:
            raise ZeroDivisionError

    broken = replace(sweeper, connectors={"mastodon": Falling()})  # type: ignore[dict-item]
    await run_once(broken, "square")
    ill = await status(sweeper.desk)
    assert (ill.trouble, ill.trouble_detail) == (Trouble.OUR_FAULT, "ZeroDivisionError")


async def test_an_unknown_kind_of_source_is_said_to_be_one(sweeper: Sweeper) -> None:
    await run_once(replace(sweeper, connectors={}), "square")
    assert (await status(sweeper.desk)).trouble is Trouble.UNKNOWN_KIND


async def test_hostile_media_is_hashed_in_children(sweeper: Sweeper) -> None:
    children = Children(1)
    try:
        ready = replace(
            sweeper, examiner=Examiner(children, VideoChildren(1), sweeper.desk.policy.tiers)
        )
        await register(ready.desk, await open_case(ready.desk), 7)
        assert await run_once(ready, "square") == 1
    finally:
        children.close()


async def test_a_page_without_an_answer_is_trouble_with_one_word(sweeper: Sweeper) -> None:
    silent = Script(
        {PUBLIC: MalformedSource(Trouble.TIMEOUT), TAGGED: MalformedSource(Trouble.TIMEOUT)}
    )
    await run_once(replace(sweeper, http=silent), "square")
    assert (await status(sweeper.desk)).trouble is Trouble.TIMEOUT
    assert await states(sweeper.desk) == []
