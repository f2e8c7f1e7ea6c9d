"""Check-ins: asked, answered, late, missed; never outside what was agreed."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts import AlertKind, Severity
from domain.cases import RiskLevel
from domain.checkins import EVERY_DAY, Answer, CheckinState
from domain.outbox import Route
from domain.refusals import Reason, Refusal
from services import alerts, answers, cases, checkins, conversations, invites, plans
from services.desk import Desk
from services.risk import set_level
from tests.conftest import MANAGER, ON_CALL, SUPERVISOR, clock_of
from tests.fixtures_phones import (
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

ASKED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 14:00 in Seoul


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
