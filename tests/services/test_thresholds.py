"""Limits on trial: what they would have changed is counted, and changes nothing."""

from dataclasses import replace

import pytest

from domain import vpdq
from domain.access import Action
from domain.refusals import Reason, Refusal
from domain.videos import VideoTiers
from jobs.sweep import look_back, run_once
from jobs.sweeper import Sweeper
from matching.video import hash_video
from services import alerts, exchange, reviews, thresholds
from services.desk import Desk
from services.fingerprints import Upload
from tests.conftest import OFFICER, with_policy
from tests.matching.footage import moving, video
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

NARROW = {"certain": 0, "strong": 0, "variant_strong": 0, "possible": 0, "variant_possible": 0}
NO_FILM = VideoTiers(certain=0, strong=0, radius=0, in_order=200, many_in_order=200)


def on_trial(desk: Desk, **limits: object) -> Desk:
    """The desk with these limits on trial; without any, none are."""
    ready = swept_desk(desk)
    trial = replace(ready.policy.tiers, **limits) if limits else None  # type: ignore[arg-type]
    return with_policy(ready, trial_tiers=trial)


async def swept(desk: Desk, **limits: object) -> Sweeper:
    made = sweeper_at(on_trial(desk, **limits), listing(1), Shelf({media(1): COPY}))
    await register(made.desk, await open_case(made.desk), 7)
    await run_once(made, "square")
    return made


async def test_stricter_limits_on_trial_would_have_paged_less_and_page_as_before(
    desk: Desk,
) -> None:
    made = await swept(desk, **NARROW)
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages, report.cases) == (0, 1, ("2026-0001",))
    assert len(await alerts.list_alerts(made.desk, OFFICER)) == 1


async def test_the_same_limits_change_nothing(desk: Desk) -> None:
    made = await swept(desk, certain=desk.policy.tiers.certain)
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages, report.changes) == (0, 0, {})


async def test_a_video_is_weighed_by_limits_on_trial(desk: Desk) -> None:
    film = list(moving(5, 3))
    lines = vpdq.dumps(vpdq.features_of(hash_video(video(film), dense=True))).encode()
    copy = Shelf({media(1): video(film, crf="32")})
    made = sweeper_at(on_trial(desk, video=NO_FILM), listing(1), copy)
    case = await open_case(made.desk)
    await exchange.register_file(made.desk, OFFICER, case.number, Upload(lines))
    assert await run_once(made, "square") == 1
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages, report.changes) == (0, 1, {("A", ""): 1})


async def test_what_looking_back_finds_is_weighed_by_limits_on_trial(desk: Desk) -> None:
    made = sweeper_at(on_trial(desk, **NARROW), listing(1), Shelf({media(1): COPY}))
    await run_once(made, "square")
    await register(made.desk, await open_case(made.desk), 7)
    assert await look_back(made) == 1
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages) == (0, 1)


async def test_looking_back_asks_as_far_as_limits_on_trial_reach(desk: Desk) -> None:
    """Nothing is found by the limits in force, and nobody is paged."""
    wide = swept_desk(desk)
    narrow = replace(wide.policy.tiers, **NARROW, confirmable=0, inliers=999)  # type: ignore[arg-type]
    ready = with_policy(wide, tiers=narrow, trial_tiers=wide.policy.tiers)
    made = sweeper_at(ready, listing(1), Shelf({media(1): COPY}))
    await run_once(made, "square")
    await register(made.desk, await open_case(made.desk), 7)
    assert await look_back(made) == 0
    report = await thresholds.report(made.desk, OFFICER)
    assert (report.more_pages, report.fewer_pages) == (1, 0)
    assert await alerts.list_alerts(made.desk, OFFICER) == []


@pytest.mark.parametrize(
    ("in_force", "on_trial", "expected"),
    [
        ({"certain": 3}, {"certain": 9}, {"certain": 9}),
        ({"least_quality": 50}, {"least_quality": 30}, {"least_quality": 30}),
        ({"variant_possible": 60}, {"variant_possible": 67}, {"variant_possible": 67}),
        ({"confirmable": 75}, {"confirmable": 70}, {"confirmable": 75}),
    ],
)
def test_the_widest_limits_leave_out_nothing_of_either(
    desk: Desk, in_force: dict[str, int], on_trial: dict[str, int], expected: dict[str, int]
) -> None:
    tiers = desk.policy.tiers
    policy = replace(
        desk.policy,
        tiers=replace(tiers, **in_force),  # type: ignore[arg-type]
        trial_tiers=replace(tiers, **on_trial),  # type: ignore[arg-type]
    )
    found = thresholds.widest(policy)
    assert {name: getattr(found, name) for name in expected} == expected
    assert thresholds.widest(desk.policy) == tiers


async def test_what_a_false_alarm_silences_counts_by_neither(desk: Desk) -> None:
    made = await swept(desk)
    [alert] = await alerts.list_alerts(made.desk, OFFICER)
    await alerts.claim(made.desk, OFFICER, alert.id)
    await reviews.dismiss(made.desk, OFFICER, alert.id)
    tried = sweeper_at(on_trial(desk, **NARROW), listing(2), Shelf({media(2): COPY}))
    await run_once(tried, "square")
    assert (await thresholds.report(tried.desk, OFFICER)).changes == {}


async def test_other_limits_begin_a_count_of_their_own(desk: Desk) -> None:
    made = await swept(desk, **NARROW)
    ready = with_policy(made.desk, trial_tiers=made.desk.policy.tiers)
    assert (await thresholds.report(ready, OFFICER)).changes == {}
    async with ready.deed(OFFICER, Action.SWEEP) as deed:
        await thresholds.note(deed, 99, {(1, 1): ("A", "B")})
    assert (await thresholds.report(ready, OFFICER)).changes == {("A", "B"): 1}


async def test_without_limits_on_trial_there_is_no_report(desk: Desk) -> None:
    made = await swept(desk)
    with pytest.raises(Refusal) as caught:
        await thresholds.report(made.desk, OFFICER)
    assert caught.value.reason is Reason.NO_LIMITS_ON_TRIAL
