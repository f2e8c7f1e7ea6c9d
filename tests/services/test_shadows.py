"""Shadow mode: all is done and counted, nobody is paged, and nothing found in it can hide a real find."""

from dataclasses import replace

import pytest

from domain.refusals import Reason, Refusal
from jobs.candidates import examine_one
from jobs.sweep import poll, run_once
from jobs.sweeper import Sweeper
from services import alerts, candidates, matches, shadows
from services.desk import Desk
from tests.conftest import OFFICER, SUPERVISOR
from tests.scripted_web import SQUARE, Script, answer
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

TRIED = replace(SOURCE, name="tried", is_shadow=True)
FEED = replace(SOURCE, name="feed", kind="rss", url=f"{SQUARE}/feed.xml")
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item>
<link>{SQUARE}/@a/1</link><guid>1</guid><enclosure url="{media(1)}" type="image/jpeg" length="9"/>
</item></channel></rss>"""


@pytest.fixture
async def sweeper(desk: Desk) -> Sweeper:
    http = Script({**listing(1).answers, FEED.url: answer(RSS)})
    made = sweeper_at(swept_desk(desk, TRIED, FEED), http, Shelf({media(1): COPY}))
    await register(made.desk, await open_case(made.desk), 7)
    return made


async def count(desk: Desk) -> int:
    return len(await alerts.list_alerts(desk, OFFICER))


async def test_what_it_finds_is_written_down_and_pages_nobody(sweeper: Sweeper) -> None:
    assert await run_once(sweeper, "tried") == 1
    assert await count(sweeper.desk) == 0
    assert await matches.list_matches(sweeper.desk, OFFICER) == []
    report = await shadows.report(sweeper.desk, OFFICER, "tried")
    assert (report.alerts, report.pages, report.busiest, report.cases) == (
        {"B": 1}, 1, 1, ("2026-0001",),
    )  # fmt: skip


async def test_what_lay_in_shadow_alerts_as_soon_as_another_source_lists_it(
    sweeper: Sweeper,
) -> None:
    await run_once(sweeper, "tried")
    assert await run_once(sweeper, "feed") == 1
    assert await count(sweeper.desk) == 1
    assert (await shadows.report(sweeper.desk, OFFICER, "tried")).alerts == {}


@pytest.mark.parametrize("file", [COPY, jpeg(3)])
async def test_a_look_begun_in_shadow_settles_nothing_that_another_source_lists_meanwhile(
    sweeper: Sweeper, file: bytes
) -> None:
    """Its number is that of the new look, too."""
    await poll(sweeper, "tried")
    [old] = await candidates.lease(sweeper.desk, "", sweeper.owner, 9)
    await poll(sweeper, "feed")
    [new] = await candidates.lease(sweeper.desk, "", sweeper.owner, 9)
    assert (old.source, new.source) == ("tried", "feed")
    await matches.refresh(sweeper.desk, sweeper.examiner)
    late = await sweeper.examiner.look(file)
    assert await matches.examine(sweeper.desk, sweeper.examiner, old, late) == 0
    await candidates.note_failure(sweeper.desk, old, "truncated")
    assert (await states(sweeper.desk), await count(sweeper.desk)) == ([("leased", "")], 0)
    assert await examine_one(sweeper, new) == 1
    assert await count(sweeper.desk) == 1


async def test_a_source_in_shadow_takes_nothing_from_one_that_alerts(sweeper: Sweeper) -> None:
    assert await run_once(sweeper, "feed") == 1
    assert await run_once(sweeper, "tried") == 0
    assert await count(sweeper.desk) == 1


async def test_ended_it_alerts_from_then_on_and_what_it_found_only_if_wished(
    sweeper: Sweeper,
) -> None:
    await run_once(sweeper, "tried")
    assert await shadows.end(sweeper.desk, SUPERVISOR, "tried", are_told=True) == 1
    assert await count(sweeper.desk) == 1
    with pytest.raises(Refusal) as caught:
        await shadows.end(sweeper.desk, SUPERVISOR, "tried", are_told=True)
    assert caught.value.reason is Reason.NOT_IN_SHADOW


async def test_ended_without_telling_it_stays_silent_about_the_past(sweeper: Sweeper) -> None:
    await run_once(sweeper, "tried")
    assert await shadows.end(sweeper.desk, SUPERVISOR, "tried", are_told=False) == 0
    assert await count(sweeper.desk) == 0


async def test_any_source_can_be_put_into_shadow_by_a_supervisor_alone(sweeper: Sweeper) -> None:
    with pytest.raises(Refusal) as caught:
        await shadows.begin(sweeper.desk, OFFICER, "feed")
    assert caught.value.reason is Reason.NOT_ALLOWED
    await shadows.begin(sweeper.desk, SUPERVISOR, "feed")
    await run_once(sweeper, "feed")
    assert await count(sweeper.desk) == 0


async def test_a_source_that_never_was_in_shadow_has_no_report(sweeper: Sweeper) -> None:
    with pytest.raises(Refusal) as caught:
        await shadows.report(sweeper.desk, OFFICER, "feed")
    assert caught.value.reason is Reason.NOT_IN_SHADOW
