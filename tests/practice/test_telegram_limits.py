"""Limits that run in real seconds, and calls that are malformed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from practice.shelf import Shelf
from practice.telegram.pace import Pace
from practice.telegram.queries import OPEN_S, Queries
from practice.telegram.refusals import Refusal
from tests.practice.telegram_world import VICTIM1, WATER, Telegram, running_telegram


class _Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    async with running_telegram(tmp_path) as running:
        await running.phone("start", bot=WATER[0])
        yield running


def test_a_bot_writes_thirty_messages_a_second_in_all() -> None:
    watch = _Stopwatch()
    pace = Pace(watch)
    for number in range(30):
        pace.take("bot", f"person{number}")
    with pytest.raises(Refusal, match="retry after 1"):
        pace.take("bot", "person30")
    pace.take("other bot", "person30")
    watch.seconds += 0.5
    for number in range(31, 46):
        pace.take("bot", f"person{number}")
    with pytest.raises(Refusal, match="retry after 1"):
        pace.take("bot", "person46")


def test_a_chat_takes_five_at_once_and_then_one_a_second() -> None:
    watch = _Stopwatch()
    pace = Pace(watch)
    for _ in range(5):
        pace.take("bot", "person")
    with pytest.raises(Refusal):
        pace.take("bot", "person")
    watch.seconds += 1.0
    pace.take("bot", "person")
    with pytest.raises(Refusal):
        pace.take("bot", "person")


def test_a_pressed_button_waits_only_so_long_for_an_answer(tmp_path: Path) -> None:
    watch = _Stopwatch()
    queries = Queries(Shelf(tmp_path), watch)
    early, late = (queries.open("bot", "person", number) for number in (1, 2))
    watch.seconds += OPEN_S
    assert queries.close("bot", early)["message_id"] == 1
    watch.seconds += 1
    with pytest.raises(Refusal, match="query is too old"):
        queries.close("bot", late)


def test_a_pressed_button_is_answered_by_its_own_bot(tmp_path: Path) -> None:
    queries = Queries(Shelf(tmp_path))
    key = queries.open("bot", "person", 1)
    with pytest.raises(Refusal, match="query is too old"):
        queries.close("other bot", key)
    assert queries.close("bot", key)["message_id"] == 1


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("sendMessage", {"text": "물"}),
        ("sendMessage", {"chat_id": "me", "text": "물"}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "\ud800"}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "reply_markup": "[1"}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "reply_markup": '"\\ud800"'}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "reply_markup": {"a": 1}}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "reply_parameters": [1]}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "entities": 5}),
        ("sendMessage", {"chat_id": VICTIM1, "text": "물", "entities": [5]}),
        ("sendPhoto", {"chat_id": VICTIM1}),
        ("sendPhoto", {"chat_id": VICTIM1, "photo": "https://example.org/a.jpg"}),
        ("sendDocument", {"chat_id": VICTIM1, "document": "unknown"}),
        ("sendLocation", {"chat_id": VICTIM1, "latitude": "NaN", "longitude": 0}),
        ("sendChatAction", {"chat_id": VICTIM1, "action": "dancing"}),
        ("deleteMessages", {"chat_id": VICTIM1, "message_ids": ["one"]}),
        ("deleteMessages", {"chat_id": VICTIM1}),
        ("editMessageText", {"text": "물"}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "가" * 201}),
        ("getFile", {}),
        ("setMyName", {"name": "가" * 65}),
        ("setMyName", {"name": "물", "language_code": "korean"}),
        ("setMyCommands", {"commands": {}, "scope": {"type": "nowhere"}}),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}),
        ("setMyProfilePhoto", {"photo": "[]"}),
    ],
)
async def test_a_malformed_call_is_a_bad_request_and_sends_nothing(
    telegram: Telegram, method: str, values: dict[str, Any]
) -> None:
    answer = await telegram.call(WATER, method, **values)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert answer["description"].startswith("Bad Request: ")
    assert len((await telegram.screen())["messages"]) == 1


async def test_an_answer_shows_though_its_message_was_deleted(telegram: Telegram) -> None:
    markup = {"inline_keyboard": [[{"text": "네", "callback_data": "y"}]]}
    await telegram.call(WATER, "sendMessage", chat_id=VICTIM1, text="물", reply_markup=markup)
    query = (await telegram.phone("press", message_id=2, data="y"))["query_id"]
    await telegram.call(WATER, "deleteMessage", chat_id=VICTIM1, message_id=2)
    await telegram.call(WATER, "answerCallbackQuery", callback_query_id=query, text="받았어요")
    shown = await telegram.screen(since=2)
    assert [alert["text"] for alert in shown["alerts"]] == ["받았어요"]
