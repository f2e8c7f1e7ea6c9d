"""A victim's phone from the link to the alert, over the wire."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.alerts import AlertKind
from domain.checkins import EVERY_DAY, CheckinState
from domain.walltime import time_from
from services import alerts, checkins, plans, relays
from services.desk import Desk
from tests.conftest import MANAGER, ON_CALL, clock_of
from tests.fixtures_phones import CODE_WORD, checkins_of, invited, with_phones
from tests.fixtures_telegram import Bots, bots_at_work

STEPS = ("한국어", "네, 시작해요", "지금 괜찮아요", "알겠어요", "알겠어요", "알겠어요", "알겠어요")


@pytest.fixture
async def bots(desk: Desk, tmp_path: Path) -> AsyncIterator[Bots]:
    async with bots_at_work(with_phones(desk), tmp_path / "world") as made:
        yield made


async def enrol(bots: Bots) -> str:
    """The first victim's phone goes through every step; the case's number."""
    case, token = await invited(bots.desk)
    await bots.start(token, bot="practice_water_bot")
    for label in STEPS:
        await bots.press(label)
    return case.number


async def test_link_enrolment_answer_silence_alert(bots: Bots) -> None:
    number = await enrol(bots)
    await plans.plan(
        bots.desk, MANAGER, number, [time_from("14:00"), time_from("18:00")], EVERY_DAY
    )
    clock = clock_of(bots.desk)
    clock.advance(timedelta(hours=2))
    await checkins.prompt_due(bots.desk)
    await bots.deliver()
    await bots.press("마셨어요")
    assert (await bots.texts())[-1] == "좋아요. 오늘 기록에 적어 둘게요."
    clock.advance(timedelta(hours=4))
    await checkins.prompt_due(bots.desk)
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(bots.desk)
    clock.advance(timedelta(minutes=15))
    await checkins.remind_and_expire(bots.desk)
    await bots.deliver()
    assert (await bots.texts())[-1] == "물 한 잔 생각나서 다시 들렀어요."
    raised = await alerts.list_alerts(bots.desk, ON_CALL)
    assert [alert.kind for alert in raised] == [AlertKind.MISSED_CHECKIN]
    assert "alert" in bots.slack.kinds()
    case_id = raised[0].case_id
    assert case_id is not None


async def test_the_help_button_calls_for_help_and_names_112_in_a_pop_up(bots: Bots) -> None:
    await enrol(bots)
    await bots.say("물 마시기 팁")
    await bots.press("지금 도와주세요")
    screen = await bots.telegram.screen("victim1")
    assert any("112" in alert["text"] and alert["show_alert"] for alert in screen["alerts"])
    assert not any("112" in text for text in await bots.texts())
    raised = await alerts.list_alerts(bots.desk, ON_CALL)
    assert [alert.kind for alert in raised] == [AlertKind.SOS]
    await alerts.claim(bots.desk, ON_CALL, raised[0].id)
    await bots.deliver()
    assert (await bots.texts())[-1].startswith("네, 확인했어요.")


async def test_words_for_help_are_answered_silently_and_behind_a_spoiler(bots: Bots) -> None:
    await enrol(bots)
    await bots.say("도와주세요")
    last = await bots.telegram.last("victim1")
    assert [entity["type"] for entity in last["entities"]] == ["spoiler"]
    assert last["silent"]
    assert last["protect_content"]


async def test_every_message_is_protected(bots: Bots) -> None:
    await enrol(bots)
    await bots.say("안녕하세요")
    shown = (await bots.telegram.screen("victim1"))["messages"]
    assert [m["text"] for m in shown if m["is_from_bot"] and not m["protect_content"]] == []


async def test_words_go_to_the_thread_and_a_reply_comes_back(bots: Bots) -> None:
    await enrol(bots)
    await bots.say("오늘은 좀 나아요")
    assert "phone_said" in bots.slack.kinds()
    root = next(d for d in bots.slack.drafts if d.kind == "phone_thread")
    async with bots.desk.database.reading() as tx:
        from storage.outbox import reference_of

        reference = await reference_of(tx, bots.desk.safe, root.dedup_key)
    channel, _, ts = reference.partition(":")
    relay = await relays.offer(bots.desk, MANAGER, channel, ts, "18.1", "다행이에요")
    assert relay is not None
    await relays.send(bots.desk, MANAGER, relay)
    await bots.deliver()
    assert (await bots.texts())[-1] == "다행이에요"


async def test_quick_exit_leaves_one_neutral_line(bots: Bots) -> None:
    await enrol(bots)
    await bots.say("도와주세요")
    await bots.say("화면 정리")
    shown = (await bots.telegram.screen("victim1"))["messages"]
    left = [message["text"] for message in shown if not message["deleted"]]
    assert left == ["물은 한 번에 많이보다 조금씩 자주가 좋아요."]


async def test_a_used_link_shows_another_phone_only_the_disguise(bots: Bots) -> None:
    case, token = await invited(bots.desk)
    await bots.start(token, bot="practice_water_bot")
    await bots.start(token, "stranger1", bot="practice_water_bot")
    assert await bots.texts("stranger1") == [
        "안녕하세요. 물 한 잔이에요. 오늘도 천천히 한 잔 어때요?"
    ]
    await bots.say("여기 어디예요?", "stranger1")
    assert len(await bots.texts("stranger1")) == 2
    assert case.number not in str(await bots.texts("stranger1"))


async def test_held_words_open_with_the_code_word(bots: Bots) -> None:
    await enrol(bots)
    await bots.say(CODE_WORD)
    await bots.press("펼쳐 보기")
    assert (await bots.texts())[-1] == "새로 온 것은 없어요."


async def test_a_blocked_bot_is_told_to_staff_and_halts(bots: Bots) -> None:
    await enrol(bots)
    await bots.telegram.phone("block", "victim1")
    await bots.settle()
    assert "phone_blocked" in bots.slack.kinds()


async def test_the_hotline_takes_a_call_back_request(bots: Bots) -> None:
    await bots.start(person="stranger2", bot="practice_hotline_bot")
    await bots.press("전화해 주세요", "stranger2")
    await bots.say("010-1234-5678", "stranger2")
    await bots.say("오후 3시", "stranger2")
    await bots.press("네, 요청할게요", "stranger2")
    assert (await bots.texts("stranger2"))[-1].startswith("전화 요청을 받았어요.")
    raised = await alerts.list_alerts(bots.desk, ON_CALL)
    assert [alert.kind for alert in raised] == [AlertKind.CALL_BACK]


async def test_a_checkin_answered_on_the_phone_is_ok_once(bots: Bots) -> None:
    number = await enrol(bots)
    await plans.plan(bots.desk, MANAGER, number, [time_from("14:00")], EVERY_DAY)
    clock_of(bots.desk).advance(timedelta(hours=2))
    await checkins.prompt_due(bots.desk)
    await bots.deliver()
    for _ in range(2):
        await bots.press("마셨어요")
    view = (await plans.list_checkins(bots.desk, MANAGER))[0]
    assert [checkin.state for checkin in view.last] == [CheckinState.OK]
    assert len(await checkins_of(bots.desk, view.case)) == 2
