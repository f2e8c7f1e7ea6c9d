"""One deadline that can't be dealt with holds back no other."""

from datetime import timedelta

import pytest

from domain.people import Rung
from jobs import deadlines
from services import alerts
from services.desk import Desk
from tests.conftest import ON_CALL, SECOND, clock_of
from tests.post_office import PostOffice, an_alert, raised, seen, usual_rota


async def test_ladders_and_claims_move_on_in_one_look(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    free, claimed = await raised(desk, an_alert("1")), await raised(desk, an_alert("2"))
    await alerts.claim(desk, ON_CALL, claimed)
    clock_of(desk).advance(timedelta(minutes=10))
    await deadlines.run(desk)
    assert ((await seen(desk, free)).rung, (await seen(desk, claimed)).is_reminded) == (
        Rung.SECOND,
        True,
    )
    given = await office.empty(desk)
    assert "alert_reminder" in {parcel.draft.kind for parcel in given}


async def test_a_failure_is_told_of_after_everything_else_was_done(desk: Desk) -> None:
    async def broken(_: Desk) -> None:
        raise RuntimeError("checkins are broken")

    done: list[str] = []

    async def works(_: Desk) -> None:
        done.append("prompts")

    await usual_rota(desk)
    alert_id = await raised(desk)
    clock_of(desk).advance(timedelta(minutes=5))
    with pytest.raises(deadlines.SomeFailed):
        await deadlines.run(desk, also=(broken, works))
    assert (done, (await seen(desk, alert_id)).paged) == (["prompts"], (SECOND.id,))
