"""Limits on trial: what they would have changed is counted, and changes nothing."""

from dataclasses import replace

import pytest

from domain.access import Action
from domain.refusals import Reason, Refusal
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from services import alerts, thresholds
from services.desk import Desk
from tests.conftest import OFFICER, with_policy
from tests.square_sweeps import (
    COPY,
    Shelf,
    listing,
    media,
    open_case,
    register,
    sweeper_at,
    swept_desk,
)


async def swept(desk: Desk, **limits: int) -> Sweeper:
    ready = swept_desk(desk)
    trial = replace(ready.policy.tiers, **limits) if limits else None  # type: ignore[arg-type]
    made = sweeper_at(with_policy(ready, trial_tiers=trial), listing(1), Shelf({media(1): COPY}))
    await register(made.desk, await open_case(made.desk), 7)
    await run_once(made, "square")
    return made


async def test_stricter_limits_on_trial_would_have_paged_less_and_page_as_before(
    desk: Desk,
) -> None:
    made = await swept(desk, certain=0, strong=0, variant_strong=0, possible=0, variant_possible=0)
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages, report.cases) == (0, 1, ("2026-0001",))
    assert len(await alerts.list_alerts(made.desk, OFFICER)) == 1


async def test_the_same_limits_change_nothing(desk: Desk) -> None:
    made = await swept(desk, certain=desk.policy.tiers.certain)
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages, report.changes) == (0, 0, {})


async def test_other_limits_begin_a_count_of_their_own(desk: Desk) -> None:
    made = await swept(desk, certain=0, strong=0, variant_strong=0, possible=0, variant_possible=0)
    ready = with_policy(made.desk, trial_tiers=made.desk.policy.tiers)
    async with ready.deed(OFFICER, Action.SWEEP) as deed:
        await thresholds.note(deed, 99, [], [])
    assert (await thresholds.report(ready, OFFICER)).changes == {}


async def test_without_limits_on_trial_there_is_no_report(desk: Desk) -> None:
    made = await swept(desk)
    with pytest.raises(Refusal) as caught:
        await thresholds.report(made.desk, OFFICER)
    assert caught.value.reason is Reason.NO_LIMITS_ON_TRIAL
