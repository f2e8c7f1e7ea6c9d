"""Check-ins: asked, answered, late, missed."""

from datetime import time, timedelta

import pytest

from domain.alerts import AlertKind, Severity
from domain.cases import RiskLevel
from domain.checkins import EVERY_DAY, Answer, CheckinState
from domain.outbox import Route
from services import alerts, answers, checkins, invites, plans
from services.desk import Desk
from services.risk import set_level
from tests.conftest import MANAGER, ON_CALL, clock_of
from tests.fixtures_phones import (
    ASKED,
    CHAT,
    PERSON,
    WISH,
    checkins_of,
    open_case,
    planned,
    sent,
    with_phones,
)


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def at_the_prompt(desk: Desk) -> object:
    case = await planned(desk)
    clock_of(desk).move_to(ASKED)
    await checkins.prompt_due(desk)
    return case


async def test_a_person_is_asked_at_the_planned_time_and_answers_ok(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    assert await checkins.prompt_due(phones_desk) == 0
    clock_of(phones_desk).move_to(ASKED)
    assert await checkins.prompt_due(phones_desk) == 1
    asked, coming = await checkins_of(phones_desk, case)
    assert (asked.state, coming.state) == (CheckinState.PROMPTED, CheckinState.SCHEDULED)
    assert coming.due_at - asked.due_at == timedelta(days=1)
    assert (await sent(phones_desk)).bubbles()[
        -1
    ].text == "오늘 물 드셨어요? 나중에 답해도 괜찮아요."
    assert await answers.answer(phones_desk, PERSON, CHAT, asked.id, Answer.OK)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.OK


async def test_silence_is_reminded_then_missed_then_an_alert_that_can_be_claimed(
    phones_desk: Desk,
) -> None:
    case = await planned(phones_desk)
    clock = clock_of(phones_desk)
    clock.move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.REMINDED
    assert (await sent(phones_desk)).kinds()[-1] == "checkin_reminder"
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.ALERTED
    raised = await alerts.list_alerts(phones_desk, ON_CALL)
    assert [(a.kind, a.severity) for a in raised] == [(AlertKind.MISSED_CHECKIN, Severity.B)]
    await alerts.claim(phones_desk, ON_CALL, raised[0].id)
    assert "sos_claimed" not in (await sent(phones_desk)).kinds()


async def test_looking_again_raises_no_second_alert(phones_desk: Desk) -> None:
    await at_the_prompt(phones_desk)
    clock_of(phones_desk).advance(timedelta(hours=2))
    for _ in range(3):
        await checkins.remind_and_expire(phones_desk)
    assert len(await alerts.list_alerts(phones_desk, ON_CALL)) == 1


@pytest.mark.parametrize(
    ("risk", "minutes", "severity"),
    [("caution", 30, Severity.B), ("crisis", 15, Severity.A), ("critical", 7.5, Severity.A)],
)
async def test_the_risk_level_divides_the_times_and_sets_the_severity(
    phones_desk: Desk, risk: str, minutes: float, severity: Severity
) -> None:
    case = await planned(phones_desk)
    await set_level(phones_desk, MANAGER, case.number, RiskLevel(risk))
    clock = clock_of(phones_desk)
    clock.move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    clock.advance(timedelta(minutes=minutes / 2))
    await checkins.remind_and_expire(phones_desk)
    assert await alerts.list_alerts(phones_desk, ON_CALL) == []
    clock.advance(timedelta(minutes=minutes / 2))
    await checkins.remind_and_expire(phones_desk)
    raised = await alerts.list_alerts(phones_desk, ON_CALL)
    assert [alert.severity for alert in raised] == [severity]


async def test_later_asks_again_twice_and_then_lets_the_clock_run(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    clock = clock_of(phones_desk)
    clock.move_to(ASKED)
    for _ in range(2):
        await checkins.prompt_due(phones_desk)
        asked = (await checkins_of(phones_desk, case))[0]
        await answers.answer(phones_desk, PERSON, CHAT, asked.id, Answer.LATER)
        assert (await checkins_of(phones_desk, case))[0].state is CheckinState.SNOOZED
        clock.advance(timedelta(minutes=15))
    await checkins.prompt_due(phones_desk)
    await answers.answer(phones_desk, PERSON, CHAT, asked.id, Answer.LATER)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.PROMPTED


async def test_the_third_answer_asks_for_a_call(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    clock_of(phones_desk).move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    asked = (await checkins_of(phones_desk, case))[0]
    await answers.answer(phones_desk, PERSON, CHAT, asked.id, Answer.NOT_OK)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.ALERTED
    raised = await alerts.list_alerts(phones_desk, ON_CALL)
    assert [alert.kind for alert in raised] == [AlertKind.CALL_BACK]


async def test_an_answer_pressed_twice_changes_nothing_more(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    clock_of(phones_desk).move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    asked = (await checkins_of(phones_desk, case))[0]
    for _ in range(2):
        assert await answers.answer(phones_desk, PERSON, CHAT, asked.id, Answer.OK)
    assert (await checkins_of(phones_desk, case))[0].version == asked.version + 1


async def test_an_answer_after_the_alert_is_the_persons_closing_word(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    clock = clock_of(phones_desk)
    clock.move_to(ASKED)
    await checkins.prompt_due(phones_desk)
    clock.advance(timedelta(minutes=40))
    await checkins.remind_and_expire(phones_desk)
    missed = (await checkins_of(phones_desk, case))[0]
    await answers.answer(phones_desk, PERSON, CHAT, missed.id, Answer.OK)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.VERIFIED_SAFE
    assert "checkin_answered_late" in (await sent(phones_desk)).kinds(Route.SLACK)


async def test_somebody_elses_checkin_cannot_be_answered(phones_desk: Desk) -> None:
    case = await planned(phones_desk)
    other = await open_case(phones_desk)
    await invites.invite(phones_desk, MANAGER, other.number, WISH)
    await plans.plan(phones_desk, MANAGER, other.number, [time(14)], EVERY_DAY)
    foreign = (await checkins_of(phones_desk, other))[0]
    assert not await answers.answer(phones_desk, PERSON, CHAT, foreign.id, Answer.OK)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.SCHEDULED
