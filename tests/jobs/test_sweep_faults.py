"""A sweep among crashes, damaged media and sources gone wrong: nothing lost, nothing told twice."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from domain.consents import ConsentPart
from domain.sightings import CandidateState
from domain.sources import MalformedSource, Source, Trouble
from jobs.sweep import Sweeper, examine_waiting, look_back, run_once
from matching.children import Children
from services import alerts, candidates, consents, fingerprints, matches, sources
from services.desk import Desk
from services.examiner import Examiner
from services.ports import Unfetchable
from storage.candidates import CandidateRow
from tests.conftest import OFFICER, clock_of
from tests.jobs.test_connectors import PUBLIC, TAGGED, post
from tests.square_sweeps import (
    SQUARE,
    InProcess,
    Script,
    Shelf,
    answer,
    jpeg,
    open_case,
    print_of,
    register,
    sweeper_at,
    swept_desk,
)

COPY = jpeg(7, (480, 360), 60)


def listing(*numbers: int) -> Script:
    body = answer(json.dumps([post(number) for number in reversed(numbers)]))
    return Script({PUBLIC: body, TAGGED: answer("[]")})


def media(number: int) -> str:
    return f"{SQUARE}/media/{number}.jpg"


@pytest.fixture
def sweeper(desk: Desk) -> Sweeper:
    return sweeper_at(swept_desk(desk), listing(1), Shelf({media(1): COPY}))


async def states(desk: Desk) -> list[tuple[str, str]]:
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(CandidateRow).order_by(CandidateRow.native_id))).all()
    return sorted((row.state.value, row.note) for row in rows)


async def status(desk: Desk) -> Source:
    [found] = await sources.list_sources(desk, OFFICER)
    return found


async def count(desk: Desk) -> int:
    return len(await alerts.list_alerts(desk, OFFICER))


async def test_what_a_dead_process_had_taken_is_looked_at_by_the_next(sweeper: Sweeper) -> None:
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    turn = await sources.begin_turn(sweeper.desk, "square")
    assert turn is not None
    source = sources.named(sweeper.desk, "square")
    page = await sweeper.connectors["mastodon"].poll(source, turn.tags, {}, sweeper.http)
    await candidates.take_in(sweeper.desk, "square", page)
    await candidates.lease(sweeper.desk, "square", "the dead one", 16)
    assert await examine_waiting(sweeper, "square") == 1
    assert await count(sweeper.desk) == 1


async def test_a_lease_of_ones_own_is_not_taken_twice(sweeper: Sweeper) -> None:
    shelf = Shelf()
    slow = replace(sweeper, fetcher=shelf)
    await sources.begin_turn(slow.desk, "square")
    page = await slow.connectors["mastodon"].poll(
        sources.named(slow.desk, "square"), (), {}, slow.http
    )
    await candidates.take_in(slow.desk, "square", page)
    taken = [await candidates.lease(slow.desk, "square", slow.owner, 16) for _ in range(2)]
    assert [len(batch) for batch in taken] == [1, 0]


async def test_examining_the_same_candidate_twice_tells_once(sweeper: Sweeper) -> None:
    desk, examiner = sweeper.desk, sweeper.examiner
    await register(desk, await open_case(desk), 7)
    await run_once(replace(sweeper, fetcher=Shelf()), "square")
    await candidates.take_in(
        desk, "square", await sweeper.connectors["mastodon"].poll(
            sources.named(desk, "square"), (), {}, listing(2)
        )
    )  # fmt: skip
    [candidate] = await candidates.lease(desk, "square", "me", 16)
    print_ = await examiner.hash(COPY)
    found = [await matches.examine(desk, examiner, candidate, print_) for _ in range(2)]
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
    before = await sources.begin_turn(desk, "square")
    await run_once(
        replace(sweeper, http=Script({PUBLIC: answer("<"), TAGGED: answer("<")})), "square"
    )
    assert await sources.begin_turn(desk, "square") == before
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


async def test_withdrawn_consent_stops_the_sweep_at_once(sweeper: Sweeper) -> None:
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7)
    await matches.refresh(sweeper.desk, sweeper.examiner)
    assert len(sweeper.examiner.register) == 1
    await consents.withdraw(sweeper.desk, OFFICER, case.number, ConsentPart.FINGERPRINTS)
    assert await run_once(sweeper, "square") == 0
    assert (len(sweeper.examiner.register), await count(sweeper.desk)) == (0, 0)


async def test_a_consent_given_later_looks_back(sweeper: Sweeper) -> None:
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7)
    part = ConsentPart.FINGERPRINTS
    await consents.withdraw(sweeper.desk, OFFICER, case.number, part)
    await run_once(sweeper, "square")
    assert await look_back(sweeper) == 0
    await consents.give(sweeper.desk, OFFICER, case.number, (part,))
    assert await look_back(sweeper) == 1


async def test_a_fingerprint_registered_while_its_copy_is_examined_is_not_missed(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sweeper.desk
    case = await open_case(desk)
    refresh, times = matches.refresh, 0

    async def late(*given: object) -> None:
        nonlocal times
        await refresh(desk, sweeper.examiner)
        times += 1
        if times == 1:
            await register(desk, case, 7)

    monkeypatch.setattr(matches, "refresh", late)
    assert await run_once(sweeper, "square") == 1
    assert times == 2


async def test_the_index_is_rebuilt_from_the_database_at_a_start(sweeper: Sweeper) -> None:
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7, 8)
    [kept, _] = (await fingerprints.list_fingerprints(sweeper.desk, OFFICER, case.number))[1]
    await fingerprints.withdraw(sweeper.desk, OFFICER, kept.id)
    fresh = Examiner(InProcess(), sweeper.desk.policy.tiers)
    await matches.refresh(sweeper.desk, fresh)
    assert len(fresh.register) == 1
    assert [f.registered.fingerprint_id for f in fresh.register.findings(print_of(8))] == [
        kept.id + 1
    ]


async def test_hostile_media_is_hashed_in_children(sweeper: Sweeper) -> None:
    children = Children(1)
    try:
        ready = replace(sweeper, examiner=Examiner(children, sweeper.desk.policy.tiers))
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


async def test_what_was_seen_long_ago_is_forgotten(sweeper: Sweeper) -> None:
    desk = sweeper.desk
    await run_once(sweeper, "square")
    clock_of(desk).advance(desk.policy.retention.seen + timedelta(hours=1))
    await candidates.forget_old(desk)
    await register(desk, await open_case(desk), 7)
    assert await look_back(sweeper) == 0
    assert await states(desk) == [(CandidateState.EXAMINED.value, "")]
