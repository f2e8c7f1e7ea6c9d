"""A trial asks no more than a sweep may: approvals, rests and budgets hold for it, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.networks import NETWORKS, Budget
from domain.refusals import Reason, Refusal
from domain.sources import MalformedSource, Trouble
from jobs import trials as trial_job
from jobs.sweeper import Sweeper
from services import sources, trials, turn_ends, turns
from services.desk import Desk
from tests.conftest import OFFICER, SUPERVISOR, clock_of, with_policy
from tests.scripted_web import Script
from tests.services.test_trials import tried
from tests.square_sweeps import PUBLIC, SOURCE, Shelf, sweeper_at, swept_desk


@pytest.fixture
def sweeper(desk: Desk) -> Sweeper:
    return sweeper_at(swept_desk(desk), Script(), Shelf())


async def refused(sweeper: Sweeper, name: str) -> Reason:
    """Why a trial is refused when it is asked for; nothing was asked of the source."""
    with pytest.raises(Refusal) as caught:
        await trials.try_source(sweeper.desk, OFFICER, name)
    await trial_job.run(sweeper)
    assert isinstance(sweeper.http, Script)
    assert sweeper.http.asked == []
    return caught.value.reason


async def test_an_unapproved_source_of_the_policy_is_not_contacted_by_a_trial(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = replace(NETWORKS["mastodon"], needs_approval=True)
    monkeypatch.setitem(NETWORKS, "mastodon", closed)
    assert await refused(sweeper, "square") is Reason.LACKS_APPROVAL
    await sources.approve(sweeper.desk, SUPERVISOR, "square", "2026-11 운영위원회 승인")
    await trials.try_source(sweeper.desk, OFFICER, "square")
    await trial_job.run(sweeper)
    assert (await tried(sweeper.desk))["trouble"] == Trouble.UNREACHABLE


async def test_what_may_not_be_asked_any_more_when_its_trial_comes_is_not_and_that_is_told(
    sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trials.try_source(sweeper.desk, OFFICER, "square")
    closed = replace(NETWORKS["mastodon"], needs_approval=True)
    monkeypatch.setitem(NETWORKS, "mastodon", closed)
    await trial_job.run(sweeper)
    assert isinstance(sweeper.http, Script)
    assert sweeper.http.asked == []
    facts = await tried(sweeper.desk)
    assert (facts["refused"], facts["until"]) == (Reason.LACKS_APPROVAL, "")


async def test_a_source_that_rests_is_not_tried_and_the_officer_hears_until_when(
    sweeper: Sweeper,
) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
    await turn_ends.fail(sweeper.desk, "square", busy)
    rest = timedelta(minutes=7, seconds=59)  # Up to the next whole minute.
    until = sweeper.desk.policy.hours.wall_time(clock_of(sweeper.desk).now() + rest)
    with pytest.raises(Refusal) as caught:
        await trials.try_source(sweeper.desk, OFFICER, "square")
    assert (caught.value.reason, caught.value.facts["until"]) == (Reason.SOURCE_RESTS, until)
    assert await refused(sweeper, "square") is Reason.SOURCE_RESTS


async def test_a_trial_spends_calls_of_the_sources_budget_and_none_where_they_are_used_up(
    sweeper: Sweeper,
) -> None:
    script = sweeper.http
    assert isinstance(script, Script)
    hourly = replace(SOURCE, budget=Budget(3, timedelta(hours=1)))
    small = replace(sweeper, desk=with_policy(sweeper.desk, sources=(hourly,)))
    for left in (1, 0):
        await trials.try_source(small.desk, OFFICER, "square")
        await trial_job.run(small)
        [shown] = await sources.list_sources(small.desk, OFFICER)
        assert shown.calls_left == left
    script.asked.clear()
    assert await refused(small, "square") is Reason.CALLS_SPENT


async def test_a_wait_that_a_source_asks_for_in_a_trial_is_kept(sweeper: Sweeper) -> None:
    script = sweeper.http
    assert isinstance(script, Script)
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
    script.answers[PUBLIC] = busy
    await trials.try_source(sweeper.desk, OFFICER, "square")
    await trial_job.run(sweeper)
    assert await turns.begin_turn(sweeper.desk, "square") is None
