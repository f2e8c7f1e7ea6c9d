"""A person and a bot write to each other, through the real python-telegram-bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from tests.practice.telegram_world import (
    HOTLINE,
    VICTIM1,
    WATER,
    WORDS,
    Telegram,
    all_updates,
    running_telegram,
)

ANSWERS = InlineKeyboardMarkup.from_row(
    [
        InlineKeyboardButton("마셨어요", callback_data="ok"),
        InlineKeyboardButton("이따가", callback_data="later"),
    ]
)


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    async with running_telegram(tmp_path) as running:
        yield running


async def test_a_bot_knows_itself(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        me = await bot.get_me()
    assert (me.id, me.username, me.first_name) == (910000001, WATER[0], "물 한 잔")


async def test_an_unknown_token_is_unauthorized_and_an_unknown_method_not_found(
    telegram: Telegram,
) -> None:
    with pytest.raises(InvalidToken):
        async with telegram.bot(("nobody", "910000009:unknown")):
            pass
    wrong = await telegram.call(("", "910000009:unknown"), "getMe")
    assert wrong == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    unknown = await telegram.call(WATER, "sendFlowers")
    assert unknown == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_a_deep_link_reaches_the_private_bot_as_a_start_command(telegram: Telegram) -> None:
    started = await telegram.phone("start", payload="invite_1-a")
    assert started["bot"] == WATER[0]
    async with telegram.bot() as bot:
        (update,) = await all_updates(bot)
    assert update.message is not None
    assert update.message.text == "/start invite_1-a"
    assert update.message.entities[0].to_dict() == {
        "type": "bot_command",
        "offset": 0,
        "length": 6,
    }
    assert update.message.chat_id == VICTIM1
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ko"


async def test_a_whole_link_names_its_bot_and_no_payload_means_the_hotline(
    telegram: Telegram,
) -> None:
    link = f"https://t.me/{WORDS[0]}?start=abc"
    assert (await telegram.phone("start", payload=link))["bot"] == WORDS[0]
    assert (await telegram.phone("start", "stranger1"))["bot"] == HOTLINE[0]


async def test_a_payload_with_other_characters_is_no_link(telegram: Telegram) -> None:
    for payload in ("두리", "a" * 65, "a b"):
        refused = await telegram.phone("start", payload=payload)
        assert refused["ok"] is False


async def test_a_bot_cannot_write_first(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
            await bot.send_message(VICTIM1, "안녕하세요")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(5, "안녕하세요")


async def test_the_phone_shows_what_the_bot_sent(telegram: Telegram) -> None:
    await telegram.phone("start", bot=WATER[0])
    async with telegram.bot() as bot:
        await bot.send_message(
            VICTIM1,
            "오늘 물 <tg-spoiler>드셨어요</tg-spoiler>?",
            parse_mode="HTML",
            reply_markup=ANSWERS,
            protect_content=True,
            disable_notification=True,
        )
    shown = await telegram.last()
    assert shown["text"] == "오늘 물 드셨어요?"
    assert shown["entities"] == [{"type": "spoiler", "offset": 5, "length": 4}]
    assert shown["preview"] == "물 한 잔: 오늘 물 ▒▒▒▒?"
    assert shown["protect_content"] is True
    assert shown["silent"] is True
    assert shown["bot"] == WATER[0]
    assert shown["from"]["is_bot"] is True
    assert shown["reply_markup"] == ANSWERS.to_dict()


async def test_a_pressed_button_reaches_the_bot_and_its_answer_the_phone(
    telegram: Telegram,
) -> None:
    await telegram.phone("start", bot=WATER[0])
    async with telegram.bot() as bot:
        sent = await bot.send_message(VICTIM1, "물 드셨어요?", reply_markup=ANSWERS)
        pressed = await telegram.phone("press", message_id=sent.message_id, data="ok")
        query = (await all_updates(bot))[-1].callback_query
        assert query is not None
        assert (query.id, query.data) == (pressed["query_id"], "ok")
        await query.answer("잘했어요", show_alert=True)
        with pytest.raises(BadRequest, match="Query is too old"):
            await query.answer("또")
    (alert,) = (await telegram.screen())["alerts"]
    assert (alert["text"], alert["show_alert"]) == ("잘했어요", True)
    missing = await telegram.phone("press", message_id=sent.message_id, data="other")
    assert missing == {"ok": False, "error": "There is no such button under that message."}


async def test_a_keyboard_lies_under_the_input_field_until_it_is_removed(
    telegram: Telegram,
) -> None:
    await telegram.phone("start", bot=WATER[0])
    async with telegram.bot() as bot:
        await bot.send_message(
            VICTIM1, "골라요", reply_markup=ReplyKeyboardMarkup([["네", "아니요"]])
        )
        (chat,) = (await telegram.screen())["chats"]
    assert chat["keyboard"]["keyboard"] == [[{"text": "네"}, {"text": "아니요"}]]


async def test_a_blocked_bot_is_told_and_may_not_write(telegram: Telegram) -> None:
    await telegram.phone("start", bot=WATER[0])
    assert (await telegram.phone("block"))["blocked"] is True
    assert (await telegram.phone("block", blocked=True))["blocked"] is True
    async with telegram.bot() as bot:
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(VICTIM1, "물 드셨어요?")
        changes = [update.my_chat_member for update in await all_updates(bot)]
        assert [change.new_chat_member.status for change in changes if change] == ["kicked"]
        assert (await telegram.phone("say", text="안녕"))["ok"] is False
        await telegram.phone("start")
        changes = [update.my_chat_member for update in await all_updates(bot)]
        assert [c.new_chat_member.status for c in changes if c] == ["kicked", "member"]
        await bot.send_message(VICTIM1, "물 드셨어요?")


async def test_more_than_five_at_once_in_one_chat_is_too_many(telegram: Telegram) -> None:
    await telegram.phone("start", bot=WATER[0])
    async with telegram.bot() as bot:
        for number in range(5):
            await bot.send_message(VICTIM1, str(number))
        with pytest.raises(RetryAfter):
            await bot.send_message(VICTIM1, "6")
    refused = await telegram.call(WATER, "sendMessage", chat_id=VICTIM1, text="7")
    assert refused["error_code"] == 429
    assert refused["parameters"] == {"retry_after": 1}


async def test_bots_do_not_see_one_another(telegram: Telegram) -> None:
    await telegram.phone("start", bot=WATER[0])
    await telegram.phone("start", bot=WORDS[0])
    async with telegram.bot() as water, telegram.bot(WORDS) as words:
        await words.send_message(VICTIM1, "apple")
        assert len(await all_updates(water)) == 1
        assert (await telegram.phone("say", text="사과"))["bot"] == WORDS[0]
        assert [u.message.text for u in await all_updates(words) if u.message] == ["/start", "사과"]
