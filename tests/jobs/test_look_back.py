"""Fingerprints that come, go and come late: the register in memory follows, and looks back."""

from datetime import timedelta

import pytest

from domain.consents import ConsentPart
from domain.sightings import CandidateState
from jobs.sweep import look_back, run_once
from jobs.sweeper import Sweeper
from services import alerts, candidates, consents, fingerprints, matches
from services.desk import Desk
from services.examiner import Examiner
from services.register import Query
from tests.conftest import OFFICER, clock_of
from tests.square_sweeps import (
    COPY,
    InProcess,
    Shelf,
    listing,
    media,
    open_case,
    print_of,
    register,
    states,
    sweeper_at,
    swept_desk,
)


@pytest.fixture
def sweeper(desk: Desk) -> Sweeper:
    return sweeper_at(swept_desk(desk), listing(1), Shelf({media(1): COPY}))


async def count(desk: Desk) -> int:
    return len(await alerts.list_alerts(desk, OFFICER))


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
    fresh = Examiner(InProcess(), InProcess(), sweeper.desk.policy.tiers)
    await matches.refresh(sweeper.desk, fresh)
    assert len(fresh.register) == 1
    assert [f.fingerprint_id for f in fresh.register.findings(Query.of_print(print_of(8)))] == [
        kept.id + 1
    ]


async def test_what_was_seen_long_ago_is_forgotten(sweeper: Sweeper) -> None:
    desk = sweeper.desk
    await run_once(sweeper, "square")
    clock_of(desk).advance(desk.policy.retention.seen + timedelta(hours=1))
    await candidates.forget_old(desk)
    await register(desk, await open_case(desk), 7)
    assert await look_back(sweeper) == 0
    assert await states(desk) == [(CandidateState.EXAMINED.value, "")]
