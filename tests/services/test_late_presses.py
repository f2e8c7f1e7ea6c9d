"""Answers that come late or again: "please call me" is never lost, and nothing untrue is promised."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.alerts import AlertKind
from domain.cases import Case
from domain.checkins import Answer, Checkin, CheckinState
from services import alerts, answers, checkins
from services.desk import Desk
from tests.conftest import ON_CALL, clock_of
from tests.fixtures_phones import CHAT, PERSON, checkins_of, planned, sent, with_phones

ASKED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 14:00 in Seoul


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def asked(desk: Desk) -> tuple[Case, Checkin]:
    case = await planned(desk)
    clock_of(desk).move_to(ASKED)
    await checkins.prompt_due(desk)
    return case, (await checkins_of(desk, case))[0]


async def press(desk: Desk, checkin: Checkin, said: Answer) -> None:
    assert await answers.answer(desk, PERSON, CHAT, checkin.id, said)


async def kinds_raised(desk: Desk) -> list[AlertKind]:
    return [alert.kind for alert in await alerts.list_alerts(desk, ON_CALL)]


async def test_please_call_me_pages_staff_though_the_matter_was_over(phones_desk: Desk) -> None:
    case, checkin = await asked(phones_desk)
    clock_of(phones_desk).advance(timedelta(minutes=40))
    await checkins.remind_and_expire(phones_desk)
    await press(phones_desk, checkin, Answer.OK)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.VERIFIED_SAFE
    await press(phones_desk, checkin, Answer.NOT_OK)
    assert await kinds_raised(phones_desk) == [AlertKind.MISSED_CHECKIN, AlertKind.CALL_BACK]


async def test_please_call_me_pressed_three_times_is_one_alert(phones_desk: Desk) -> None:
    _, checkin = await asked(phones_desk)
    for _ in range(3):
        await press(phones_desk, checkin, Answer.NOT_OK)
    assert await kinds_raised(phones_desk) == [AlertKind.CALL_BACK]


async def test_please_call_me_again_after_a_while_pages_again(phones_desk: Desk) -> None:
    _, checkin = await asked(phones_desk)
    await press(phones_desk, checkin, Answer.NOT_OK)
    clock_of(phones_desk).advance(timedelta(minutes=3))
    await press(phones_desk, checkin, Answer.NOT_OK)
    assert await kinds_raised(phones_desk) == [AlertKind.CALL_BACK, AlertKind.CALL_BACK]


async def test_later_after_an_answer_is_not_promised_another_question(phones_desk: Desk) -> None:
    _, checkin = await asked(phones_desk)
    await press(phones_desk, checkin, Answer.OK)
    await press(phones_desk, checkin, Answer.LATER)
    assert (await sent(phones_desk)).bubbles()[-1].text == "네, 적어 뒀어요."


async def test_later_just_before_the_safe_hours_end_does_not_put_silence_off_to_the_morning(
    phones_desk: Desk,
) -> None:
    case = await planned(phones_desk, time(20, 50))
    clock = clock_of(phones_desk)
    clock.move_to(datetime(2026, 11, 23, 11, 50, tzinfo=UTC))
    await checkins.prompt_due(phones_desk)
    await press(phones_desk, (await checkins_of(phones_desk, case))[0], Answer.LATER)
    clock.advance(timedelta(minutes=15))  # 21:05: nothing may be asked any more.
    await checkins.prompt_due(phones_desk)
    assert (await checkins_of(phones_desk, case))[0].state is CheckinState.ALERTED
    assert await kinds_raised(phones_desk) == [AlertKind.MISSED_CHECKIN]


async def test_whoever_is_paged_for_please_call_me_reads_that_a_case_asked(
    phones_desk: Desk,
) -> None:
    _, checkin = await asked(phones_desk)
    await press(phones_desk, checkin, Answer.NOT_OK)
    shown = str((await sent(phones_desk)).message("alert").blocks)
    assert ["안부확인에 전화해 달라고" in shown, "공개 상담 봇" in shown] == [True, False]
