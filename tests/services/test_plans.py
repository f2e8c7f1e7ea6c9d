"""Plans of check-ins: only as agreed, put off, and never for a case that is gone."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.checkins import EVERY_DAY
from domain.refusals import Reason, Refusal
from services import cases, plans
from services.desk import Desk
from tests.conftest import MANAGER, SUPERVISOR
from tests.fixtures_phones import checkins_of, open_case, planned, with_phones

ASKED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 14:00 in Seoul


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def test_a_plan_without_consent_or_safe_contact_is_refused(phones_desk: Desk) -> None:
    case = await open_case(phones_desk)
    with pytest.raises(Refusal) as refused:
        await plans.plan(phones_desk, MANAGER, case.number, [time(9)], EVERY_DAY)
    assert refused.value.reason is Reason.NO_SAFE_CONTACT


async def test_an_erased_case_is_planned_for_no_more(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    with pytest.raises(Refusal) as refused:
        await plans.plan(phones_desk, MANAGER, case.number, [time(9)], EVERY_DAY)
    assert refused.value.reason is Reason.CASE_ERASED
    with pytest.raises(Refusal) as refused:
        await plans.pause(phones_desk, MANAGER, case.number, 0)
    assert refused.value.reason is Reason.CASE_ERASED


async def test_a_pause_puts_prompts_off(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    await plans.pause(phones_desk, MANAGER, case.number, 24)
    coming = await checkins_of(phones_desk, case)
    assert [checkin.due_at for checkin in coming] == [ASKED + timedelta(days=1)]
