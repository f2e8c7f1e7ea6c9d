"""The Telegram sender against the practice Telegram, through the real python-telegram-bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TimedOut

from bot.render import kinds
from bot.render.message import Bubble, Button
from bot.senders.telegram import TelegramSender, outcome_of, text_of
from domain.outbox import Draft, Operation, Outcome, Parcel, Result, Route
from practice.faults import Fault
from practice.telegram import pace
from tests.practice.telegram_world import VICTIM1, WATER, Telegram, running_telegram
from tests.practice_world import whole_world

ADDRESS = f"{WATER[0]}:{VICTIM1}"


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    async with running_telegram(tmp_path) as running:
        await running.phone("start", bot=WATER[0])
        yield running


@pytest.fixture
async def sender(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TelegramSender]:
    monkeypatch.setitem(kinds.TELEGRAM, "bubble", lambda draft: Bubble(**draft.facts))
    async with telegram.bot() as bot:
        yield TelegramSender({WATER[0]: bot})


def parcel(operation: Operation = Operation.POST, address: str = ADDRESS, **facts: Any) -> Parcel:
    draft = Draft(Route.TELEGRAM, operation, "bubble", address, "k", facts)
    return Parcel(1, "a" * 32, draft, attempt=1, is_retry=False)


async def test_every_bubble_is_protected_and_shown_as_drawn(
    telegram: Telegram, sender: TelegramSender
) -> None:
    buttons = ((Button("마셨어요", "ok"), Button("이따가", "later")),)
    outcome = await sender.send(parcel(text="물 💧", hidden="112", is_silent=True, buttons=buttons))
    shown = await telegram.last()
    assert outcome == Outcome(Result.SENT, f"{ADDRESS}:{shown['message_id']}")
    assert (shown["text"], shown["protect_content"], shown["silent"]) == ("물 💧\n112", True, True)
    assert shown["entities"] == [{"type": "spoiler", "offset": 5, "length": 3}]
    row = shown["reply_markup"]["inline_keyboard"][0]
    assert [button["callback_data"] for button in row] == ["ok", "later"]


async def test_a_reply_keyboard_is_offered(telegram: Telegram, sender: TelegramSender) -> None:
    await sender.send(parcel(text="네?", keyboard=(("네", "아니요"),)))
    keyboard = (await telegram.last())["reply_markup"]["keyboard"]
    assert [button["text"] for button in keyboard[0]] == ["네", "아니요"]


async def test_an_edit_and_the_same_edit_again(telegram: Telegram, sender: TelegramSender) -> None:
    posted = await sender.send(parcel(text="물 드셨어요?"))
    edit = replace(parcel(Operation.EDIT, text="고마워요"), reference=posted.reference)
    assert (await sender.send(edit)).result is Result.SENT
    assert (await sender.send(edit)).result is Result.SENT
    assert (await telegram.last())["text"] == "고마워요"


async def test_a_deletion_and_the_same_deletion_again(
    telegram: Telegram, sender: TelegramSender
) -> None:
    posted = await sender.send(parcel(text="물"))
    delete = replace(parcel(Operation.DELETE), reference=posted.reference)
    assert (await sender.send(delete)).result is Result.SENT
    assert (await sender.send(delete)).result is Result.SENT
    assert (await telegram.last())["deleted"]


async def test_a_wipe_removes_the_named_messages(
    telegram: Telegram, sender: TelegramSender
) -> None:
    numbers = [
        int((await sender.send(parcel(text=text))).reference.split(":")[-1])
        for text in ("가", "나")
    ]
    assert (await sender.send(parcel(Operation.WIPE, messages=numbers))).result is Result.SENT
    shown = (await telegram.screen())["messages"]
    assert {m["message_id"] for m in shown if m.get("deleted")} == set(numbers)


@pytest.mark.parametrize(
    ("facts", "result"), [({}, Result.REFUSED), ({"is_sweep": True}, Result.SENT)]
)
async def test_a_wipe_deletes_the_newer_where_older_ones_are_past_deleting(
    telegram: Telegram,
    sender: TelegramSender,
    monkeypatch: pytest.MonkeyPatch,
    facts: dict[str, Any],
    result: Result,
) -> None:
    monkeypatch.setattr(pace, "_CHAT", (500.0, 500.0))
    old = [(await sender.send(parcel(text=str(n)))).reference for n in range(5)]
    telegram.world.clock.advance(48 * 3600)
    new = [(await sender.send(parcel(text=str(n)))).reference for n in range(3)]
    numbers = [int(reference.split(":")[-1]) for reference in (*old, *new)]
    outcome = await sender.send(parcel(Operation.WIPE, messages=numbers, **facts))
    shown = (await telegram.screen())["messages"]
    assert {m["message_id"] for m in shown if m.get("deleted")} == set(numbers[5:])
    assert (outcome.result, outcome.error) == (result, "too_old")


async def test_whoever_blocked_the_bot_is_refused(
    telegram: Telegram, sender: TelegramSender
) -> None:
    await telegram.phone("block", bot=WATER[0])
    assert await sender.send(parcel(text="물")) == Outcome(Result.REFUSED, error="blocked")


async def test_trouble_that_passes_is_tried_later(tmp_path: Path, sender: TelegramSender) -> None:
    async with (
        whole_world(tmp_path / "troubled") as world,
        Bot(WATER[1], base_url=f"{world.addresses.practice}/telegram/bot") as bot,
    ):
        world.faults.add(Fault("telegram", "status", count=1, status=502, on="call"))
        outcome = await TelegramSender({WATER[0]: bot}).send(parcel(text="물"))
    assert outcome.result is Result.TRY_LATER


async def test_what_will_never_work_is_refused(sender: TelegramSender) -> None:
    unknown = parcel(text="물")
    unknown = replace(unknown, draft=replace(unknown.draft, kind="nobody renders this"))
    outcomes = [
        await sender.send(parcel(address="no_such_bot:1", text="물")),
        await sender.send(parcel(text="")),
        await sender.send(unknown),
        await sender.send(parcel(Operation.HOME)),
    ]
    assert {outcome.result for outcome in outcomes} == {Result.REFUSED}
    assert sender.unknown_kinds == 1


def test_a_wait_that_telegram_asks_for_is_kept() -> None:
    asked = outcome_of(RetryAfter(timedelta(seconds=7)))
    assert asked == Outcome(Result.BUSY, error="retry_after", after=timedelta(seconds=7))
    assert outcome_of(TimedOut()).result is Result.TRY_LATER
    assert outcome_of(InvalidToken()).result is Result.TRY_LATER


def test_a_bubble_of_hidden_words_alone_is_all_spoiler() -> None:
    text, [spoiler] = text_of(Bubble("", hidden="112"))
    assert (text, spoiler.offset, spoiler.length) == ("112", 0, 3)
