"""A source that a form adds is tried before it counts, and bad input adds nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from domain.sources import Trouble
from jobs import trials as trial_job
from jobs import watched
from jobs.loops import Loops
from jobs.sweeper import Sweeper
from services import sources, trials, turns
from services.desk import Desk
from tests.conftest import COUNSELLOR, OFFICER, clock_of
from tests.post_office import PostOffice
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import Shelf, states, sweeper_at, swept_desk

PAGE = f'<html><a href="{SQUARE}/@a/1"><img src="/1.jpg"></a><img src="/2.jpg">풍경</html>'
SITE = SourcePolicy("site", "gallery", f"{SQUARE}/site", timedelta(seconds=60))
ROBOTS = f"{SQUARE}/robots.txt"


@pytest.fixture
def sweeper(desk: Desk) -> Sweeper:
    page = answer(PAGE, content_type="text/html")
    script = Script({SITE.url: page, ROBOTS: answer("", 404)})
    return sweeper_at(swept_desk(desk), script, Shelf())


async def tried(desk: Desk) -> dict[str, object]:
    parcels = await PostOffice().empty(desk)
    [found] = [p.draft for p in parcels if p.draft.kind == "source_tried"]
    return found.facts


async def test_it_is_added_paused_read_once_and_what_it_lists_is_told(sweeper: Sweeper) -> None:
    desk = sweeper.desk
    await trials.add_source(desk, OFFICER, SITE)
    assert await turns.begin_turn(desk, "site") is None
    await trial_job.run(sweeper)
    facts = await tried(desk)
    assert (facts["media"], facts["posts"], facts["is_paused"], facts["trouble"]) == (
        2,
        1,
        True,
        "",
    )
    assert facts["pages"] == ["hxxps://square[.]example/@a/1", "hxxps://square[.]example/"]
    assert await states(desk) == []
    await trial_job.run(sweeper)
    assert await PostOffice().empty(desk) == []


async def test_let_begin_it_has_a_loop_of_its_own_until_it_is_forgotten(sweeper: Sweeper) -> None:
    desk, loops = sweeper.desk, Loops(sweeper.desk.clock)
    await trials.add_source(desk, OFFICER, SITE)
    await sources.set_paused(desk, OFFICER, "site", is_paused=False)
    await watched.follow(loops, sweeper)
    assert sorted(loops.beats) == ["sweep-site", "sweep-square"]
    assert await turns.begin_turn(desk, "site") is not None
    await sources.forget(desk, OFFICER, "site")
    await watched.follow(loops, sweeper)
    assert sorted(loops.beats) == ["sweep-square"]


async def test_what_cant_be_read_is_told_with_its_reason(sweeper: Sweeper) -> None:
    await trials.add_source(sweeper.desk, OFFICER, replace(SITE, url=f"{SQUARE}/nowhere"))
    await trial_job.run(sweeper)
    assert (await tried(sweeper.desk))["trouble"] == Trouble.UNREACHABLE


async def test_robots_are_asked_in_a_trial_too(sweeper: Sweeper) -> None:
    script = sweeper.http
    assert isinstance(script, Script)
    script.answers[ROBOTS] = answer("User-agent: *\nDisallow: /")
    await trials.add_source(sweeper.desk, OFFICER, SITE)
    await trial_job.run(sweeper)
    assert (await tried(sweeper.desk))["trouble"] == Trouble.ROBOTS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "square"}, Reason.SOURCE_NAME_TAKEN),
        ({"name": "Not A Name"}, Reason.BAD_SOURCE_NAME),
        ({"name": ""}, Reason.BAD_SOURCE_NAME),
        ({"url": "javascript:alert(1)"}, Reason.BAD_SOURCE_URL),
        ({"url": "https://" + "a" * 3000}, Reason.BAD_SOURCE_URL),
        ({"every": timedelta(seconds=9)}, Reason.BAD_SOURCE_WAIT),
        ({"every": timedelta(days=2)}, Reason.BAD_SOURCE_WAIT),
        ({"kind": "dream"}, Reason.NO_SUCH_SOURCE),
    ],
)
async def test_bad_input_adds_nothing(
    sweeper: Sweeper, changes: dict[str, object], reason: Reason
) -> None:
    with pytest.raises(Refusal) as caught:
        await trials.add_source(sweeper.desk, OFFICER, replace(SITE, **changes))  # type: ignore[arg-type]
    assert caught.value.reason is reason
    assert [each.name for each in await turns.every_source(sweeper.desk)] == ["square"]


async def test_a_counsellor_may_not_add_one(sweeper: Sweeper) -> None:
    with pytest.raises(Refusal) as caught:
        await trials.add_source(sweeper.desk, COUNSELLOR, SITE)
    assert caught.value.reason is Reason.NOT_ALLOWED


async def test_a_source_of_the_policy_is_not_forgotten_by_a_command(sweeper: Sweeper) -> None:
    with pytest.raises(Refusal) as caught:
        await sources.forget(sweeper.desk, OFFICER, "square")
    assert caught.value.reason is Reason.SOURCE_OF_POLICY


async def test_a_trial_of_a_source_that_is_gone_says_so(sweeper: Sweeper) -> None:
    await trials.add_source(sweeper.desk, OFFICER, SITE)
    await sources.forget(sweeper.desk, OFFICER, "site")
    await trial_job.run(sweeper)
    assert (await tried(sweeper.desk))["trouble"] == Trouble.BAD_ADDRESS
    assert clock_of(sweeper.desk).now()
