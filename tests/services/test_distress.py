"""Calls for help: kept, passed on, only then answered; the duress word looks like the code word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.render.distress import sos_popup
from domain.alerts import Alert, AlertKind, Severity
from domain.cases import RiskLevel
from domain.conversations import ConversationState
from domain.outbox import Route
from services import alerts, conversations, distress, relays
from services.desk import Desk
from services.risk import set_level
from tests.conftest import MANAGER, ON_CALL, clock_of
from tests.fixtures_phones import (
    CHAT,
    CODE_WORD,
    DURESS_WORD,
    PERSON,
    STRANGER,
    conversation_of,
    count_sent,
    enrolled,
    invited,
    sent,
    with_phones,
)


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def raised(desk: Desk) -> list[Alert]:
    return await alerts.list_alerts(desk, ON_CALL)


async def test_a_button_raises_the_gravest_alert_and_leaves_one_neutral_line(
    phones_desk: Desk,
) -> None:
    await enrolled(phones_desk)
    assert await distress.call_sos(phones_desk, PERSON, CHAT, by_button=True)
    assert [(a.kind, a.severity) for a in await raised(phones_desk)] == [
        (AlertKind.SOS, Severity.A)
    ]
    bubble = (await sent(phones_desk)).bubbles()[-1]
    assert (bubble.text, bubble.hidden, bubble.is_silent) == ("네, 받았어요.", "", True)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pop_up_names_112_and_the_way_without_words(language: str) -> None:
    text = sos_popup(language)
    assert "112" in text
    assert len(text) <= 200


async def test_words_are_answered_silently_with_112_behind_a_spoiler(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    await conversations.hear(phones_desk, PERSON, CHAT, "도와주세요")
    bubble = (await sent(phones_desk)).bubbles()[-1]
    assert bubble.is_silent
    assert "112" not in bubble.text
    assert "112" in bubble.hidden
    assert "아무 번호나" in bubble.hidden


async def test_the_person_hears_when_a_human_has_claimed_it(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    await distress.call_sos(phones_desk, PERSON, CHAT, by_button=True)
    await alerts.claim(phones_desk, ON_CALL, (await raised(phones_desk))[0].id)
    told = (await sent(phones_desk)).of("sos_claimed")
    assert [draft.address for draft in told] == [CHAT.address]


async def test_the_same_update_again_pages_nobody_again(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    for _ in range(2):
        actor = PERSON.because_of(77)
        await distress.call_sos(phones_desk, actor, CHAT, by_button=True)
    assert len(await raised(phones_desk)) == 1
    assert len((await sent(phones_desk)).of("sos_noted")) == 1


async def test_help_is_heard_in_the_middle_of_the_enrolment(phones_desk: Desk) -> None:
    from services import enrolment

    _, token = await invited(phones_desk)
    await enrolment.start(phones_desk, PERSON, CHAT, token)
    await conversations.hear(phones_desk, PERSON, CHAT, "help me")
    assert [alert.kind for alert in await raised(phones_desk)] == [AlertKind.SOS]


async def test_a_stranger_raises_nothing(phones_desk: Desk) -> None:
    assert not await distress.call_sos(phones_desk, PERSON, STRANGER, by_button=True)
    assert await raised(phones_desk) == []


async def test_words_of_self_harm_page_a_human_and_name_109(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    await conversations.hear(phones_desk, PERSON, CHAT, "죽고 싶어요")
    assert [(a.kind, a.severity) for a in await raised(phones_desk)] == [
        (AlertKind.SELF_HARM, Severity.A)
    ]
    bubble = (await sent(phones_desk)).bubbles()[-1]
    assert "109" in bubble.hidden
    assert "1388" not in bubble.hidden


async def test_to_the_young_1388_is_named_too(phones_desk: Desk) -> None:
    from bot.render.kinds import telegram_bubble
    from domain.outbox import Draft, Operation

    draft = Draft(
        Route.TELEGRAM,
        Operation.POST,
        "self_harm",
        "bot:1",
        "key",
        {"is_minor": True, "persona": "water"},
    )
    assert "1388" in telegram_bubble(draft).hidden


async def test_the_duress_word_is_answered_byte_for_byte_like_the_code_word(
    phones_desk: Desk,
) -> None:
    await enrolled(phones_desk)
    await conversations.hear(phones_desk, PERSON, CHAT, CODE_WORD)
    normal = (await sent(phones_desk)).bubbles()[-1]
    assert await raised(phones_desk) == []
    await conversations.hear(phones_desk, PERSON, CHAT, DURESS_WORD)
    assert (await sent(phones_desk)).bubbles()[-1] == normal
    assert [(a.kind, a.severity) for a in await raised(phones_desk)] == [
        (AlertKind.DURESS, Severity.A)
    ]


async def test_after_the_duress_word_nothing_held_is_shown_and_nothing_is_sent(
    phones_desk: Desk,
) -> None:
    from domain.refusals import Reason, Refusal
    from tests.services.test_relays import offer

    case = await enrolled(phones_desk)
    relay = await offer(phones_desk, "경찰과 이야기했습니다")
    await relays.send(phones_desk, MANAGER, relay)
    await conversations.hear(phones_desk, PERSON, CHAT, DURESS_WORD)
    await conversations.read_held(phones_desk, PERSON, CHAT)
    assert (await sent(phones_desk)).kinds()[-1] == "held_none"
    with pytest.raises(Refusal) as refused:
        await offer(phones_desk, "안녕하세요", ts="9.9")
    assert refused.value.reason is Reason.PHONE_NOT_SAFE
    await alerts.claim(phones_desk, ON_CALL, (await raised(phones_desk))[0].id)
    assert (await sent(phones_desk)).of("sos_claimed") == []
    await relays.trust_phone(phones_desk, MANAGER, case.number)
    assert await offer(phones_desk, "안녕하세요", ts="9.10") is not None


async def test_three_wrong_words_lock_it_and_tell_staff(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    for _ in range(3):
        await conversations.ask_word(phones_desk, PERSON, CHAT)
        await conversations.hear(phones_desk, PERSON, CHAT, "여름")
        assert (await sent(phones_desk)).kinds()[-1] == "small_talk"
    assert (await conversation_of(phones_desk)).state is ConversationState.LOCKED
    assert [alert.kind for alert in await raised(phones_desk)] == [AlertKind.CODE_WORD_LOCKED]
    await conversations.hear(phones_desk, PERSON, CHAT, CODE_WORD)
    assert (await sent(phones_desk)).kinds()[-1] == "small_talk"


async def test_a_locked_phone_can_still_call_for_help(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    for _ in range(3):
        await conversations.ask_word(phones_desk, PERSON, CHAT)
        await conversations.hear(phones_desk, PERSON, CHAT, "여름")
    await conversations.hear(phones_desk, PERSON, CHAT, "SOS")
    assert AlertKind.SOS in [alert.kind for alert in await raised(phones_desk)]


async def test_staff_read_no_identity(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    before = await count_sent(phones_desk)
    clock_of(phones_desk).advance(timedelta(minutes=1))
    await conversations.hear(phones_desk, PERSON, CHAT, "SOS")
    for draft in (await sent(phones_desk, before)).drafts:
        if draft.route is Route.SLACK:
            assert str(CHAT.id) not in repr(draft)


async def test_staff_read_the_very_words_that_called_for_help(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    words = "살려주세요 지금 문 앞에 있어요"
    await conversations.hear(phones_desk, PERSON, CHAT, words)
    told = (await sent(phones_desk)).of("phone_said")
    assert [(draft.facts["text"], draft.facts["mark"]) for draft in told] == [(words, "sos")]


async def test_a_very_long_text_reaches_staff_to_its_last_letter(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    words = "가" * 4090 + "끝"
    await conversations.hear(phones_desk, PERSON, CHAT, words)
    assert (await sent(phones_desk)).of("phone_said")[-1].facts["text"] == words


@pytest.mark.parametrize(
    ("level", "halted", "blocked"),
    [("none", Severity.C, Severity.B), ("critical", Severity.B, Severity.A)],
)
async def test_a_phone_that_goes_quiet_is_told_to_a_human(
    phones_desk: Desk, level: str, halted: Severity, blocked: Severity
) -> None:
    case = await enrolled(phones_desk)
    await set_level(phones_desk, MANAGER, case.number, RiskLevel(level))
    await conversations.set_halt(phones_desk, PERSON, CHAT, is_halted=True)
    clock_of(phones_desk).advance(timedelta(minutes=3))
    await conversations.take_block(phones_desk, PERSON, CHAT)
    found = sorted((a.id, a.kind, a.severity) for a in await raised(phones_desk))
    assert [(kind, severity) for _, kind, severity in found] == [
        (AlertKind.PHONE_QUIET, halted),
        (AlertKind.PHONE_QUIET, blocked),
    ]


async def test_the_pop_up_speaks_the_language_of_the_conversation(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    english = replace(PERSON, language="en")
    assert await distress.call_sos(phones_desk, english, CHAT, by_button=True) == "ko"
