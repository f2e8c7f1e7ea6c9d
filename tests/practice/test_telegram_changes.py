"""Edits, deletions, files and the bot's face, through the real python-telegram-bot."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputProfilePhotoStatic,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest

from tests.practice.telegram_world import (
    VICTIM1,
    WATER,
    WORDS,
    Telegram,
    all_updates,
    running_telegram,
)

DAY_S = 24 * 3600
KEYBOARD = InlineKeyboardMarkup.from_button(InlineKeyboardButton("네", callback_data="y"))


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    async with running_telegram(tmp_path) as running:
        await running.phone("start", bot=WATER[0])
        yield running


def _picture(width: int = 1000, height: int = 500) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, "PNG")
    return out.getvalue()


async def test_an_edit_keeps_its_history_and_the_same_again_is_refused(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        sent = await bot.send_message(VICTIM1, "물 드셨어요?", reply_markup=KEYBOARD)
        edited = await bot.edit_message_text("고마워요", VICTIM1, sent.message_id)
        assert isinstance(edited, Message)
        assert edited.edit_date is not None
        assert edited.reply_markup is None
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_text("고마워요", VICTIM1, sent.message_id)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_reply_markup(VICTIM1, sent.message_id)
        await bot.edit_message_reply_markup(VICTIM1, sent.message_id, reply_markup=KEYBOARD)
    shown = await telegram.last()
    assert (shown["text"], shown["reply_markup"]) == ("고마워요", KEYBOARD.to_dict())
    assert [old["text"] for old in shown["history"]] == ["물 드셨어요?", "고마워요"]


async def test_what_cannot_be_edited(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("물", VICTIM1, 99)
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("물", VICTIM1, 1)
        keyboard = ReplyKeyboardMarkup([["네"]])
        sent = await bot.send_message(VICTIM1, "골라요", reply_markup=keyboard)
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("물", VICTIM1, sent.message_id)
        photo = await bot.send_photo(VICTIM1, _picture(), caption="산")
        with pytest.raises(BadRequest, match="There is no text in the message to edit"):
            await bot.edit_message_text("물", VICTIM1, photo.message_id)
        await bot.edit_message_caption(VICTIM1, photo.message_id, caption="바다")
    assert (await telegram.last())["caption"] == "바다"


async def test_both_sides_messages_can_be_deleted_for_two_days(telegram: Telegram) -> None:
    telegram.world.clock.advance(DAY_S)
    async with telegram.bot() as bot:
        young = await bot.send_message(VICTIM1, "물")
        telegram.world.clock.advance(DAY_S)
        with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
            await bot.delete_message(VICTIM1, 1)
        assert await bot.delete_message(VICTIM1, young.message_id)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(VICTIM1, young.message_id)
        said = await telegram.phone("say", text="지워 주세요")
        assert await bot.delete_messages(VICTIM1, [said["message_id"], 98, 99])
        with pytest.raises(BadRequest, match="Too many message identifiers"):
            await bot.delete_messages(VICTIM1, list(range(1, 102)))
    messages = (await telegram.screen())["messages"]
    assert [message["deleted"] for message in messages] == [False, True, True]


async def test_what_the_phone_deleted_is_gone_for_the_bot(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        sent = await bot.send_message(VICTIM1, "물")
        assert (await telegram.phone("delete", message_id=sent.message_id))["ok"]
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("차", VICTIM1, sent.message_id)
    assert (await telegram.last())["deleted_by"] == "person"
    assert (await telegram.phone("delete", message_id=sent.message_id))["ok"] is False


async def test_a_reply_quotes_its_message_if_that_is_there(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        sent = await bot.send_message(VICTIM1, "네", reply_parameters=ReplyParameters(1))
        assert sent.reply_to_message is not None
        assert sent.reply_to_message.text == "/start"
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(VICTIM1, "네", reply_parameters=ReplyParameters(99))
        lenient = ReplyParameters(99, allow_sending_without_reply=True)
        sent = await bot.send_message(VICTIM1, "네", reply_parameters=lenient)
        assert sent.reply_to_message is None


async def test_a_photo_from_the_phone_can_be_fetched_as_jpeg(telegram: Telegram) -> None:
    await telegram.upload("photo", _picture(), "scenery.png", caption="/note 산")
    async with telegram.bot() as bot:
        message = (await all_updates(bot))[-1].message
        assert message is not None
        assert message.caption == "/note 산"
        assert [(size.width, size.height) for size in message.photo] == [
            (90, 45),
            (320, 160),
            (800, 400),
            (1000, 500),
        ]
        file = await message.photo[-1].get_file()
        data = bytes(await file.download_as_bytearray())
        again = await bot.send_photo(VICTIM1, message.photo[0].file_id)
        assert again.photo == message.photo
    with Image.open(io.BytesIO(data)) as fetched:
        assert (fetched.format, fetched.size) == ("JPEG", (1000, 500))
    assert len(data) == message.photo[-1].file_size
    other = await telegram.call(WORDS, "getFile", file_id=message.photo[-1].file_id)
    assert other["error_code"] == 400


async def test_no_picture_is_no_photo(telegram: Telegram) -> None:
    refused = await telegram.upload("photo", b"no picture", "a.png")
    assert refused == {"ok": False, "error": "Bad Request: IMAGE_PROCESS_FAILED"}
    async with telegram.bot() as bot:
        with pytest.raises(BadRequest, match="Image_process_failed"):
            await bot.send_photo(VICTIM1, b"no picture")


async def test_a_document_goes_both_ways_byte_for_byte_but_not_past_20_mb(
    telegram: Telegram,
) -> None:
    await telegram.upload("document", bytes(20 * 1024 * 1024 + 1), "large.bin")
    await telegram.upload("document", b"a,b", "list.csv")
    async with telegram.bot() as bot:
        large, small = [u.message.document for u in await all_updates(bot) if u.message][1:]
        assert large is not None
        assert small is not None
        with pytest.raises(BadRequest, match="File is too big"):
            await large.get_file()
        file = await small.get_file()
        assert bytes(await file.download_as_bytearray()) == b"a,b"
        await bot.send_document(VICTIM1, b"c", filename="out.txt")
    shown = await telegram.last()
    assert (shown["document"]["file_name"], shown["preview"]) == ("out.txt", "물 한 잔: 파일")


async def test_a_place_is_shared_only_if_it_is_on_earth(telegram: Telegram) -> None:
    await telegram.phone("location", lat=37.5665, lon=126.978)
    assert (await telegram.phone("location", lat=91, lon=0))["ok"] is False
    async with telegram.bot() as bot:
        message = (await all_updates(bot))[-1].message
        assert message is not None
        assert message.location is not None
        assert (message.location.latitude, message.location.longitude) == (37.5665, 126.978)
        await bot.send_location(VICTIM1, 37.0, 127.0)
    assert (await telegram.last())["location"] == {"latitude": 37.0, "longitude": 127.0}


async def test_the_phone_shows_the_face_the_bot_gave_itself(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        await bot.set_my_name("물 마시기")
        await bot.set_my_name("Water", language_code="en")
        await bot.set_my_description("물 마시는 습관")
        await bot.set_my_short_description("물")
        await bot.set_my_profile_photo(InputProfilePhotoStatic(_picture(400, 400)))
        await bot.set_my_commands([BotCommand("water", "마신 물 적기")])
        scope = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("drink", "물 마시기")], scope, "ko")
        await bot.send_chat_action(VICTIM1, "typing")
        assert (await bot.get_my_name("en")).name == "Water"
        assert (await bot.get_my_description()).description == "물 마시는 습관"
        assert (await bot.get_my_short_description()).short_description == "물"
        assert await bot.get_my_commands() == (BotCommand("water", "마신 물 적기"),)
        assert (await bot.get_chat(VICTIM1)).first_name == "하나"
        assert await bot.log_out()
        with pytest.raises(BadRequest, match="Bot_command_invalid"):
            await bot.set_my_commands([BotCommand("물", "한글")])
    (chat,) = (await telegram.screen())["chats"]
    assert chat == {
        "bot": WATER[0],
        "name": "물 마시기",
        "description": "물 마시는 습관",
        "short_description": "물",
        "commands": [{"command": "drink", "description": "물 마시기"}],
        "picture": True,
        "blocked": False,
        "keyboard": None,
        "action": "typing",
    }


async def test_the_screen_can_be_read_from_a_message_or_a_time_on(telegram: Telegram) -> None:
    await telegram.phone("say", text="하나")
    telegram.world.clock.advance(60)
    then = telegram.world.clock.timestamp()
    await telegram.phone("delete", message_id=1)
    assert [m["text"] for m in (await telegram.screen(since=1))["messages"]] == ["하나"]
    assert [m["text"] for m in (await telegram.screen(since=then))["messages"]] == ["/start"]


async def test_an_unknown_phone_or_bot_is_one_clear_sentence(telegram: Telegram) -> None:
    assert await telegram.phone("say", "nobody", text="물") == {
        "ok": False,
        "error": "There is no phone with that id.",
    }
    assert await telegram.phone("say", text="물", bot="nobody_bot") == {
        "ok": False,
        "error": "There is no bot with that name.",
    }
