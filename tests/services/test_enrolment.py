"""Enrolment: one link, one phone, each step kept; everybody else meets the disguise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.consents import ConsentPart
from domain.conversations import Chat, ConversationState, Step, StepEvent
from domain.disguise import forbidden_in
from domain.outbox import Route
from domain.refusals import Reason, Refusal
from services import cases, consents, conversations, enrolment, invites
from services.desk import Desk
from storage import conversations as table
from tests.conftest import MANAGER, SUPERVISOR, clock_of
from tests.fixtures_phones import (
    CHAT,
    PERSON,
    STEPS,
    STRANGER,
    WISH,
    WORDS,
    conversation_of,
    enrolled,
    invited,
    open_case,
    sent,
    with_phones,
)


@pytest.fixture
def phones_desk(desk: Desk) -> Desk:
    return with_phones(desk)


async def test_a_link_leads_through_every_step_to_an_active_conversation(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    found = await conversation_of(phones_desk)
    assert (found.case_id, found.state) == (case.id, ConversationState.ACTIVE)
    said = [draft.facts["step"] for draft in (await sent(phones_desk)).of("enrol")]
    assert said == ["language", "consent", "moment", "exit", "answers", "help", "word"]
    assert (await sent(phones_desk)).bubbles()[-1].keyboard == (("물 마시기 팁", "화면 정리"),)
    assert "phone_enrolled" in (await sent(phones_desk)).kinds(Route.SLACK)


async def test_nothing_that_enrolment_shows_gives_it_away(phones_desk: Desk) -> None:
    await enrolled(phones_desk)
    for bubble in (await sent(phones_desk)).bubbles():
        labels = [button.label for row in bubble.buttons for button in row]
        assert [forbidden_in(text) for text in (bubble.text, *labels) if forbidden_in(text)] == []


async def test_a_token_is_long_and_only_its_digest_is_kept(phones_desk: Desk) -> None:
    _, token = await invited(phones_desk)
    assert 32 <= len(token) <= 64
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    database = phones_desk.database.url.removeprefix("sqlite+aiosqlite:///")
    with open(database, "rb") as file:  # noqa: ASYNC230 - the test reads its own small file
        assert token.encode() not in file.read()


async def test_a_restart_in_the_middle_goes_on_where_it_was(phones_desk: Desk) -> None:
    _, token = await invited(phones_desk)
    await enrolment.start(phones_desk, PERSON, CHAT, token)
    await enrolment.step(phones_desk, PERSON, CHAT, *STEPS[0])
    await enrolment.start(phones_desk, PERSON, CHAT, "")
    assert (await sent(phones_desk)).of("enrol")[-1].facts["step"] == Step.CONSENT
    await conversations.hear(phones_desk, PERSON, CHAT, "음")
    assert (await sent(phones_desk)).of("enrol")[-1].facts["step"] == Step.CONSENT


async def test_a_button_of_an_earlier_step_only_shows_where_it_stands(phones_desk: Desk) -> None:
    _, token = await invited(phones_desk)
    await enrolment.start(phones_desk, PERSON, CHAT, token)
    await enrolment.step(phones_desk, PERSON, CHAT, *STEPS[0])
    await enrolment.step(phones_desk, PERSON, CHAT, *STEPS[0])
    assert (await conversation_of(phones_desk)).step is Step.CONSENT


async def test_no_good_moment_offers_another_way_and_lets_go_on(phones_desk: Desk) -> None:
    _, token = await invited(phones_desk)
    await enrolment.start(phones_desk, PERSON, CHAT, token)
    for step, event in STEPS[:2]:
        await enrolment.step(phones_desk, PERSON, CHAT, step, event)
    await enrolment.step(phones_desk, PERSON, CHAT, Step.MOMENT, StepEvent.BAD)
    assert "전화" in (await sent(phones_desk)).bubbles()[-1].text
    await enrolment.step(phones_desk, PERSON, CHAT, Step.MOMENT, StepEvent.GOOD)
    assert (await conversation_of(phones_desk)).step is Step.EXIT


async def test_declining_ends_it_and_staff_are_told(phones_desk: Desk) -> None:
    _, token = await invited(phones_desk)
    await enrolment.start(phones_desk, PERSON, CHAT, token)
    await enrolment.step(phones_desk, PERSON, CHAT, *STEPS[0])
    await enrolment.step(phones_desk, PERSON, CHAT, Step.CONSENT, StepEvent.DECLINE)
    async with phones_desk.database.reading() as tx:
        assert await table.at_chat(tx, phones_desk.safe, CHAT) is None
    assert "phone_declined" in (await sent(phones_desk)).kinds(Route.SLACK)


@pytest.mark.parametrize("how", ["used", "expired", "invented", "other bot", "replaced"])
async def test_a_bad_link_shows_only_the_disguise(phones_desk: Desk, how: str) -> None:
    case, token = await invited(phones_desk)
    chat = STRANGER
    if how == "used":
        await enrolment.start(phones_desk, PERSON, CHAT, token)
    if how == "expired":
        clock_of(phones_desk).advance(timedelta(hours=72))
    if how == "invented":
        token = "a" * 43
    if how == "other bot":
        chat = Chat(WORDS, STRANGER.id)
    if how == "replaced":
        await invites.invite(phones_desk, MANAGER, case.number, WISH)
    await enrolment.start(phones_desk, PERSON, chat, token)
    assert (await sent(phones_desk)).kinds()[-1] == "persona_hello"
    async with phones_desk.database.reading() as tx:
        assert await table.at_chat(tx, phones_desk.safe, chat) is None


async def test_a_stranger_meets_small_talk_whatever_they_say(phones_desk: Desk) -> None:
    for text in ("안녕", "경찰이에요?", "SOS", "도와주세요"):
        await conversations.hear(phones_desk, PERSON, STRANGER, text)
    await conversations.ask_help(phones_desk, PERSON, STRANGER)
    await conversations.clear_screen(phones_desk, PERSON, STRANGER)
    found = await sent(phones_desk)
    assert set(found.kinds()) == {"small_talk"}
    assert found.kinds(Route.SLACK) == []
    assert all(not forbidden_in(bubble.text) for bubble in found.bubbles())


async def test_an_erased_case_leaves_only_the_disguise_and_the_phone_can_begin_anew(
    phones_desk: Desk,
) -> None:
    case = await enrolled(phones_desk)
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    async with phones_desk.database.reading() as tx:
        assert await table.at_chat(tx, phones_desk.safe, CHAT) is None
    again = await enrolled(phones_desk)
    assert (await conversation_of(phones_desk)).case_id == again.id


async def test_an_invitation_needs_consent_to_checkins(phones_desk: Desk) -> None:
    case = await open_case(phones_desk)
    await consents.withdraw(phones_desk, MANAGER, case.number, ConsentPart.CHECKINS)
    with pytest.raises(Refusal) as refused:
        await invites.invite(phones_desk, MANAGER, case.number, WISH)
    assert refused.value.reason is Reason.CONSENT_MISSING


async def test_who_does_not_use_telegram_gets_no_link(phones_desk: Desk) -> None:
    case = await open_case(phones_desk)
    token = await invites.invite(phones_desk, MANAGER, case.number, replace(WISH, bot=""))
    assert token == ""
    assert "invite_telephone" in (await sent(phones_desk)).kinds(Route.SLACK)


async def test_a_new_link_moves_the_case_to_another_phone(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    token = await invites.invite(phones_desk, MANAGER, case.number, WISH)
    await enrolment.start(phones_desk, PERSON, STRANGER, token)
    async with phones_desk.database.reading() as tx:
        assert await table.at_chat(tx, phones_desk.safe, CHAT) is None
    assert (await conversation_of(phones_desk, STRANGER)).case_id == case.id
