"""Check-ins keep to what was agreed: safe hours, thirty days, pauses, telephone, erasure."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts import AlertKind, Severity
from domain.cases import RiskLevel
from domain.checkins import EVERY_DAY, CheckinState
from domain.outbox import Route
from domain.refusals import Reason, Refusal
from services import alerts, answers, cases, checkins, conversations, invites, plans
from services.desk import Desk
from services.risk import set_level
from tests.conftest import MANAGER, ON_CALL, SUPERVISOR, clock_of
from tests.fixtures_phones import (
    ASKED,
    CHAT,
    PERSON,
    WISH,
    checkins_of,
    conversation_of,
    count_sent,
    enrolled,
    open_case,
    planned,
    sent,
    with_phones,
)


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def test_a_prompt_outside_the_safe_hours_waits_for_them(phones_desk: Desk) -> None:
    case = await planned(phones_desk, time(7))
    clock = clock_of(phones_desk)
    clock.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))  # 07:00 in Seoul, safe from 09:00
    await checkins.prompt_due(phones_desk)
    waiting = (await checkins_of(phones_desk, case))[0]
    assert waiting.state is CheckinState.SCHEDULED
    assert waiting.next_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


async def test_an_alarm_that_counts_already_is_not_put_off_by_the_safe_hours(
    phones_desk: Desk,
) -> None:
    case = await planned(phones_desk, time(20, 50))
    clock = clock_of(phones_desk)
    clock.move_to(datetime(2026, 11, 23, 11, 50, tzinfo=UTC))
    await checkins.prompt_due(phones_desk)
    clock.advance(timedelta(minutes=15))  # 21:05: outside, so no reminder is sent
    await checkins.remind_and_expire(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.LATE
    assert "checkin_reminder" not in (await sent(phones_desk)).kinds()
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.ALERTED


async def test_after_thirty_days_nothing_is_sent_and_staff_hear_why(phones_desk: Desk) -> None:
    await planned(phones_desk)
    clock_of(phones_desk).move_to(ASKED + timedelta(days=31))
    before = len((await sent(phones_desk)).to_phone())
    await checkins.prompt_due(phones_desk)
    after = await sent(phones_desk)
    assert len(after.to_phone()) == before
    assert "30일" in after.message("checkin_withheld").text


@pytest.mark.parametrize(
    ("level", "severity"), [(RiskLevel.NONE, Severity.C), (RiskLevel.CRISIS, Severity.B)]
)
async def test_an_agreement_that_ran_out_asks_for_a_human_once_a_day(
    phones_desk: Desk, level: RiskLevel, severity: Severity
) -> None:
    case = await planned(phones_desk)
    if level is not RiskLevel.NONE:
        await set_level(phones_desk, MANAGER, case.number, level)
    for day in (31, 31, 32):
        clock_of(phones_desk).move_to(ASKED + timedelta(days=day))
        await checkins.prompt_due(phones_desk)
    found = [
        (alert.kind, alert.severity, alert.facts["cause"])
        for alert in await alerts.list_alerts(phones_desk, ON_CALL)
    ]
    assert found == [(AlertKind.PHONE_QUIET, severity, "no_contact")] * 2


async def test_before_the_agreement_runs_out_the_persona_asks_to_renew_it(
    phones_desk: Desk,
) -> None:
    case = await planned(phones_desk)
    clock = clock_of(phones_desk)
    clock.move_to(ASKED + timedelta(days=28))
    await checkins.prompt_due(phones_desk)
    assert (await sent(phones_desk)).kinds()[-1] == "renew"
    await answers.renew(phones_desk, PERSON, CHAT)
    view = (await plans.list_checkins(phones_desk, MANAGER))[0]
    assert view.case.id == case.id
    assert view.contact is not None
    assert view.contact.expires_at == clock.now() + timedelta(days=30)


async def test_not_safe_now_halts_what_we_begin_but_no_alarm(phones_desk: Desk) -> None:
    case = await planned(phones_desk, time(14), time(18))
    clock = clock_of(phones_desk)
    clock.move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    await conversations.set_halt(phones_desk, PERSON, CHAT, is_halted=True)
    before = len((await sent(phones_desk)).to_phone())
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(phones_desk)
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.ALERTED
    clock.advance(timedelta(hours=4))
    await checkins.prompt_due(phones_desk)
    assert len((await sent(phones_desk)).to_phone()) == before
    await conversations.set_halt(phones_desk, PERSON, CHAT, is_halted=False)
    clock.move_to(ASKED + timedelta(days=1))
    await checkins.prompt_due(phones_desk)
    assert (await sent(phones_desk)).kinds()[-1] == "checkin_prompt"


async def test_by_telephone_staff_are_told_to_call_and_log_it_in_the_same_engine(
    phones_desk: Desk,
) -> None:
    case = await open_case(phones_desk)
    await invites.invite(
        phones_desk, MANAGER, case.number, type(WISH)("", WISH.opens, WISH.closes, WISH.zone)
    )
    await plans.plan(phones_desk, MANAGER, case.number, [time(14)], EVERY_DAY)
    clock_of(phones_desk).move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    assert "checkin_call_due" in (await sent(phones_desk)).kinds(Route.SLACK)
    assert (await sent(phones_desk)).to_phone() == []
    first = await answers.log_call(phones_desk, MANAGER, case.number, is_reached=False)
    second = await answers.log_call(phones_desk, MANAGER, case.number, is_reached=False)
    assert (first, second) == (CheckinState.REMINDED, CheckinState.ALERTED)
    reached = await answers.log_call(phones_desk, MANAGER, case.number, is_reached=True)
    assert reached is CheckinState.VERIFIED_SAFE


async def test_a_call_with_nothing_to_log_is_refused(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    with pytest.raises(Refusal) as refused:
        await answers.log_call(phones_desk, MANAGER, case.number, is_reached=True)
    assert refused.value.reason is Reason.NO_SUCH_CHECKIN


async def test_an_erased_case_is_asked_nothing_and_raises_nothing(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    clock_of(phones_desk).move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    before = await count_rows(phones_desk)
    clock_of(phones_desk).advance(timedelta(days=2))
    await checkins.remind_and_expire(phones_desk)
    await checkins.prompt_due(phones_desk)
    assert await count_rows(phones_desk) == before


async def count_rows(desk: Desk) -> int:
    from sqlmodel import func, select

    from storage.outbox import OutboxRow

    async with desk.database.reading() as tx:
        return int((await tx.exec(select(func.count()).select_from(OutboxRow))).one())


async def test_after_a_long_pause_of_the_bot_a_person_is_asked_once(phones_desk: Desk) -> None:
    await planned(phones_desk, time(10), time(14), time(18))
    clock_of(phones_desk).move_to(ASKED + timedelta(hours=6))
    before = await count_sent(phones_desk)
    await checkins.prompt_due(phones_desk)
    await checkins.prompt_due(phones_desk)
    assert (await sent(phones_desk, before)).kinds() == ["checkin_prompt"]
    assert (await conversation_of(phones_desk)).chat == CHAT
