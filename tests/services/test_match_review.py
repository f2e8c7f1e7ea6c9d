"""The review of a match: by whoever took it, once, in the record."""

import json
from typing import Any

import pytest

from domain.refusals import Reason, Refusal
from jobs.sweep import run_once
from services import alerts, matches, reviews
from services.desk import Desk
from storage import matches as match_table
from tests.conftest import OFFICER, ON_CALL
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import (
    PUBLIC,
    TAGGED,
    Shelf,
    jpeg,
    open_case,
    post,
    register,
    sweeper_at,
    swept_desk,
)


@pytest.fixture
async def found(any_desk: Desk) -> tuple[Desk, int]:
    """A desk with one match, and the number of its alert."""
    desk = swept_desk(any_desk)
    await register(desk, await open_case(desk), 7)
    timeline = Script({PUBLIC: answer(json.dumps([post(1)])), TAGGED: answer("[]")})
    await run_once(sweeper_at(desk, timeline, Shelf({f"{SQUARE}/media/1.jpg": jpeg(7)})), "square")
    [alert] = await alerts.list_alerts(desk, OFFICER)
    return desk, alert.id


async def refused(doing: Any) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def test_only_whoever_took_it_decides_and_only_once(found: tuple[Desk, int]) -> None:
    desk, alert = found
    assert await refused(reviews.confirm(desk, OFFICER, alert)) is Reason.NOT_YOURS
    await alerts.claim(desk, OFFICER, alert)
    assert await refused(reviews.confirm(desk, ON_CALL, alert)) is Reason.NOT_YOURS
    await reviews.dismiss(desk, OFFICER, alert)
    assert await refused(reviews.confirm(desk, OFFICER, alert)) is Reason.ALERT_OVER
    [view] = await matches.list_matches(desk, OFFICER)
    assert (view.match.state, view.match.decided_by, view.link) == ("dismissed", OFFICER.id, "")


async def test_a_second_look_asks_for_somebody_else(found: tuple[Desk, int]) -> None:
    desk, alert = found
    await alerts.claim(desk, OFFICER, alert)
    await reviews.ask_second_look(desk, OFFICER, alert)
    await alerts.claim(desk, ON_CALL, alert)
    await reviews.confirm(desk, ON_CALL, alert)
    [view] = await matches.list_matches(desk, OFFICER)
    assert (view.match.state, view.match.decided_by) == ("confirmed", ON_CALL.id)


async def test_the_link_is_for_the_claimers_eyes(found: tuple[Desk, int]) -> None:
    desk, alert = found
    [view] = await matches.list_matches(desk, OFFICER)
    await alerts.claim(desk, OFFICER, alert)
    seen = [(await matches.show_match(desk, who, view.match.id)).link for who in (OFFICER, ON_CALL)]
    assert seen == [f"{SQUARE}/@a/1", ""]
    async with desk.database.reading() as tx:
        facts = await match_table.review_facts(tx, desk.safe, view.match.id)
    assert (facts["link"], facts["tier"], facts["reason"]) == (f"{SQUARE}/@a/1", "A", "sha256")


async def test_an_unknown_match_is_refused(desk: Desk) -> None:
    assert await refused(matches.show_match(desk, OFFICER, 99)) is Reason.NO_SUCH_MATCH
    assert await refused(reviews.confirm(desk, OFFICER, 99)) is Reason.NO_SUCH_ALERT
