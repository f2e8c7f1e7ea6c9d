"""The public hotline: where to turn, a call-back with its number sealed, 112 when it matters."""

import pytest

from domain.alerts import AlertKind, Severity
from domain.conversations import Chat
from domain.refusals import Reason, Refusal
from services import alerts, hotline
from services.desk import Desk
from tests.conftest import MANAGER, ON_CALL
from tests.fixtures_phones import HOTLINE_BOT, PERSON, sent, with_phones

CHAT = Chat(HOTLINE_BOT, 700000005)
PHONE = "010-2345-6789"


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def last(desk: Desk) -> str:
    return (await sent(desk)).bubbles()[-1].text


async def ask_for_a_call(desk: Desk) -> int | None:
    await hotline.ask(desk, PERSON, CHAT)
    await hotline.hear(desk, PERSON, CHAT, PHONE)
    await hotline.hear(desk, PERSON, CHAT, "평일 오후 2시")
    return await hotline.confirm(desk, PERSON, CHAT)


async def test_it_says_what_it_is_and_when_it_is_open_in_both_languages(phones_desk: Desk) -> None:
    await hotline.show(phones_desk, PERSON, CHAT, "start")
    text = await last(phones_desk)
    assert "112" in text
    assert "월–금 10:00–17:00" in text
    assert "Mon–Fri 10:00–17:00" in text


async def test_numbers_are_the_policys(phones_desk: Desk) -> None:
    await hotline.show(phones_desk, PERSON, CHAT, "numbers")
    text = await last(phones_desk)
    assert [n.number for n in phones_desk.policy.numbers if n.number not in text] == []


async def test_a_call_back_is_confirmed_kept_sealed_and_pages_staff(phones_desk: Desk) -> None:
    number = await ask_for_a_call(phones_desk)
    assert number is not None
    raised = await alerts.list_alerts(phones_desk, ON_CALL)
    assert [(a.kind, a.severity) for a in raised] == [(AlertKind.CALL_BACK, Severity.B)]
    opened = await hotline.open_call_back(phones_desk, MANAGER, number)
    assert (opened.phone, opened.hours) == ("01023456789", "평일 오후 2시")
    await hotline.finish_call_back(phones_desk, MANAGER, number)
    with pytest.raises(Refusal) as refused:
        await hotline.open_call_back(phones_desk, MANAGER, number)
    assert refused.value.reason is Reason.NO_SUCH_CALL_BACK


async def test_confirming_twice_asks_once(phones_desk: Desk) -> None:
    await ask_for_a_call(phones_desk)
    assert await hotline.confirm(phones_desk, PERSON, CHAT) is None
    assert len(await alerts.list_alerts(phones_desk, ON_CALL)) == 1


async def test_what_is_no_number_is_asked_again(phones_desk: Desk) -> None:
    await hotline.ask(phones_desk, PERSON, CHAT)
    await hotline.hear(phones_desk, PERSON, CHAT, "내일이요")
    assert "저장된 것은 없어요" in await last(phones_desk)


async def test_a_cancelled_request_leaves_nothing(phones_desk: Desk) -> None:
    await hotline.ask(phones_desk, PERSON, CHAT)
    await hotline.hear(phones_desk, PERSON, CHAT, PHONE)
    await hotline.cancel(phones_desk, PERSON, CHAT)
    assert await hotline.confirm(phones_desk, PERSON, CHAT) is None
    assert [key for key in phones_desk.safe.keys.names() if key.startswith("hotline-")] == []


@pytest.mark.parametrize("text", ["도와주세요", "help me"])
async def test_a_call_for_help_is_answered_with_112(phones_desk: Desk, text: str) -> None:
    await hotline.ask(phones_desk, PERSON, CHAT)
    await hotline.hear(phones_desk, PERSON, CHAT, text)
    assert "112" in await last(phones_desk)


async def test_words_of_self_harm_are_answered_with_109(phones_desk: Desk) -> None:
    await hotline.hear(phones_desk, PERSON, CHAT, "자살하고 싶어요")
    assert "109" in await last(phones_desk)
    assert "1388" in await last(phones_desk)


async def test_it_speaks_english_when_asked(phones_desk: Desk) -> None:
    await hotline.choose_language(phones_desk, PERSON, CHAT, "en")
    assert "information bot" in await last(phones_desk)


async def test_words_of_self_harm_page_a_human_once_an_hour(phones_desk: Desk) -> None:
    for _ in range(2):
        await hotline.hear(phones_desk, PERSON, CHAT, "자살하고 싶어요")
    raised = await alerts.list_alerts(phones_desk, ON_CALL)
    assert [(a.kind, a.severity, a.case_number) for a in raised] == [
        (AlertKind.SELF_HARM, Severity.A, "")
    ]
    assert "공개 상담 봇" in str((await sent(phones_desk)).message("alert").blocks)


async def test_saying_when_it_is_dangerous_is_an_answer_to_when_to_call(phones_desk: Desk) -> None:
    await hotline.ask(phones_desk, PERSON, CHAT)
    await hotline.hear(phones_desk, PERSON, CHAT, PHONE)
    await hotline.hear(phones_desk, PERSON, CHAT, "밤에는 위험해요. 낮 2시")
    shown = [bubble.text for bubble in (await sent(phones_desk)).bubbles()[-2:]]
    assert ["112" in shown[0], "밤에는 위험해요. 낮 2시" in shown[1]] == [True, True]
    assert await hotline.confirm(phones_desk, PERSON, CHAT) is not None
