"""The rota: who is on call, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.people import Rung
from domain.refusals import Reason, Refusal
from services import rota
from services.desk import Desk
from tests.conftest import COUNSELLOR, ON_CALL, SECOND, START, SUPERVISOR, clock_of

WEEK = timedelta(days=7)


async def test_a_duty_lasts_a_week_from_now_if_nothing_else_is_said(desk: Desk) -> None:
    shift = await rota.set_shift(desk, SUPERVISOR, ON_CALL.id)
    assert (shift.rung, shift.starts_at, shift.ends_at) == (Rung.ON_CALL, START, START + WEEK)
    shown = await rota.show_rota(desk, ON_CALL)
    assert shown.on_call == {Rung.ON_CALL: (ON_CALL.id,), Rung.SECOND: (), Rung.LEAD: ()}
    clock_of(desk).advance(WEEK)
    assert (await rota.show_rota(desk, ON_CALL)).on_call[Rung.ON_CALL] == ()


async def test_two_people_may_share_a_rung(desk: Desk) -> None:
    await rota.set_shift(desk, SUPERVISOR, ON_CALL.id)
    await rota.set_shift(desk, SUPERVISOR, SECOND.id)
    shown = await rota.show_rota(desk, ON_CALL)
    assert shown.on_call[Rung.ON_CALL] == (ON_CALL.id, SECOND.id)


async def test_a_duty_handed_over_is_somebody_elses(desk: Desk) -> None:
    shift = await rota.set_shift(desk, SUPERVISOR, ON_CALL.id)
    await rota.hand_over(desk, ON_CALL, shift.id, COUNSELLOR.id)
    assert (await rota.show_rota(desk, ON_CALL)).on_call[Rung.ON_CALL] == (COUNSELLOR.id,)


async def test_two_duties_swapped_exchange_their_people(desk: Desk) -> None:
    first = await rota.set_shift(desk, SUPERVISOR, ON_CALL.id)
    later = START + WEEK
    second = await rota.set_shift(desk, SUPERVISOR, SECOND.id, Rung.ON_CALL, later, later + WEEK)
    await rota.swap_shifts(desk, ON_CALL, first.id, second.id)
    shown = await rota.show_rota(desk, ON_CALL)
    assert [shift.person for shift in shown.shifts] == [SECOND.id, ON_CALL.id]


async def refused(deed: object) -> Reason:
    with pytest.raises(Refusal) as caught:
        await deed  # type: ignore[misc]  # any awaitable
    return caught.value.reason


async def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    shift = await rota.set_shift(desk, SUPERVISOR, ON_CALL.id)
    past = datetime(2026, 11, 1, tzinfo=UTC)
    assert [
        await refused(rota.set_shift(desk, ON_CALL, ON_CALL.id)),
        await refused(rota.set_shift(desk, SUPERVISOR, "U0NOROLE")),
        await refused(rota.set_shift(desk, SUPERVISOR, ON_CALL.id)),
        await refused(rota.set_shift(desk, SUPERVISOR, SECOND.id, Rung.LEAD, START, past)),
        await refused(rota.hand_over(desk, SECOND, shift.id, SECOND.id)),
        await refused(rota.hand_over(desk, ON_CALL, 99, SECOND.id)),
    ] == [
        Reason.NOT_ALLOWED,
        Reason.UNKNOWN_PERSON,
        Reason.SHIFT_OVERLAPS,
        Reason.SHIFT_BACKWARDS,
        Reason.NOT_YOUR_SHIFT,
        Reason.NO_SUCH_SHIFT,
    ]
    assert (await rota.show_rota(desk, ON_CALL)).shifts == (shift,)
