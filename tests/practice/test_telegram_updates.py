"""Updates: offsets, one poller, a day's keeping, webhooks, faults, and a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, NetworkError

from practice.faults import Fault
from practice.telegram import state
from tests.practice.telegram_world import (
    VICTIM1,
    WATER,
    Telegram,
    all_updates,
    running_telegram,
)

SECRET = "practice-secret"


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Telegram]:
    async with running_telegram(tmp_path) as running:
        await running.phone("start", bot=WATER[0])
        yield running


async def _texts(telegram: Telegram, offset: int = 0) -> list[str]:
    answer = await telegram.call(WATER, "getUpdates", offset=offset)
    return [update["message"]["text"] for update in answer["result"]]


async def test_updates_stay_until_an_offset_confirms_them(telegram: Telegram) -> None:
    await telegram.phone("say", text="하나")
    assert await _texts(telegram) == ["/start", "하나"]
    assert await _texts(telegram, offset=2) == ["하나"]
    assert await _texts(telegram) == ["하나"]
    assert await _texts(telegram, offset=3) == []


async def test_a_limit_and_a_negative_offset_are_kept(telegram: Telegram) -> None:
    for text in ("하나", "둘"):
        await telegram.phone("say", text=text)
    limited = await telegram.call(WATER, "getUpdates", limit=1)
    assert len(limited["result"]) == 1
    assert await _texts(telegram, offset=-1) == ["둘"]
    assert await _texts(telegram) == ["둘"]


async def test_a_long_poll_answers_as_soon_as_something_is_said(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        poll = asyncio.create_task(bot.get_updates(offset=2, timeout=20))
        await telegram.phone("say", text="여기요")
        (update,) = await poll
    assert update.message is not None
    assert update.message.text == "여기요"


async def test_a_second_poller_ends_the_first(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        first = asyncio.create_task(bot.get_updates(offset=2, timeout=20))
        second = asyncio.create_task(bot.get_updates(offset=2, timeout=20))
        done, _ = await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
        (ended,) = done
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await ended
        await telegram.phone("say", text="여기요")
        (left,) = {first, second} - done
        assert len(await left) == 1


async def test_only_the_wanted_kinds_are_queued(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
        await telegram.phone("say", text="하나")
        assert len(await all_updates(bot)) == 1
        await bot.get_updates(timeout=0, allowed_updates=[])
        await telegram.phone("say", text="둘")
        assert len(await all_updates(bot)) == 2


async def test_updates_are_lost_after_a_day(telegram: Telegram) -> None:
    telegram.world.clock.advance(23 * 3600)
    await telegram.phone("say", text="아직")
    assert await _texts(telegram) == ["/start", "아직"]
    telegram.world.clock.advance(3600)
    assert await _texts(telegram) == ["아직"]


async def test_a_dropped_poll_loses_nothing(telegram: Telegram) -> None:
    telegram.world.faults.add(Fault("telegram", "drop", count=1))
    async with telegram.bot() as bot:
        with pytest.raises(NetworkError):
            await all_updates(bot)
        assert len(await all_updates(bot)) == 1


async def test_an_update_can_come_twice_though_confirmed(telegram: Telegram) -> None:
    telegram.world.faults.add(Fault("telegram", "twice", count=1))
    assert await _texts(telegram) == ["/start"]
    assert await _texts(telegram, offset=2) == ["/start"]
    assert await _texts(telegram, offset=2) == []


async def test_updates_can_come_in_the_wrong_order(telegram: Telegram) -> None:
    await telegram.phone("say", text="하나")
    telegram.world.faults.add(Fault("telegram", "reorder", count=1))
    assert await _texts(telegram) == ["하나", "/start"]
    assert await _texts(telegram) == ["/start", "하나"]


async def test_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    keyboard = InlineKeyboardMarkup.from_button(InlineKeyboardButton("네", callback_data="y"))
    async with running_telegram(tmp_path) as before, before.bot() as bot:
        await before.phone("start", bot=WATER[0])
        await bot.set_my_name("물")
        await bot.send_message(VICTIM1, "물 드셨어요?", reply_markup=keyboard)
        shown = (await before.screen())["messages"]
        pressed = await before.phone("press", message_id=2, data="y")
        kept = state(before.world)
    async with running_telegram(tmp_path) as after, after.bot() as bot:
        assert state(after.world) == kept
        assert (await after.screen())["messages"] == [
            {**message, "from": {**message["from"], "first_name": name}}
            for message, name in zip(shown, ("하나", "물"), strict=True)
        ]
        assert [update.update_id for update in await all_updates(bot)] == [1, 2]
        await bot.answer_callback_query(pressed["query_id"], "좋아요")
        said = await after.phone("say", text="더")
        assert said == {"ok": True, "message_id": 3, "bot": WATER[0]}
    assert [bot["pending_updates"] for bot in kept["bots"]] == [2, 0, 0]


class _Hook:
    """A web server of the bot's, which refuses what comes without the secret."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[str] = asyncio.Queue()
        self.refusals = 0

    async def take(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        self.got.put_nowait((await request.json())["message"]["text"])
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[tuple[_Hook, str]]:
    taker = _Hook()
    app = web.Application()
    app.router.add_post("/hook", taker.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield taker, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_a_webhook_gets_each_update_in_order_until_it_takes_it(
    telegram: Telegram, hook: tuple[_Hook, str]
) -> None:
    taker, url = hook
    taker.refusals = 1
    async with telegram.bot() as bot:
        await bot.set_webhook(url, secret_token=SECRET)
        await telegram.phone("say", text="하나")
        assert [await taker.got.get(), await taker.got.get()] == ["/start", "하나"]
        info = await bot.get_webhook_info()
        assert (info.url, info.last_error_message) == (
            url,
            "Wrong response from the webhook: 503 Service Unavailable",
        )
        with pytest.raises(Conflict, match="webhook is active"):
            await all_updates(bot)
        await bot.delete_webhook()
        await telegram.phone("say", text="둘")
        assert len(await bot.get_updates(offset=3, timeout=0)) == 1


async def test_a_webhook_elsewhere_than_on_this_machine_is_refused(telegram: Telegram) -> None:
    async with telegram.bot() as bot:
        for url in ("https://bot.example.org/hook", "http://127.0.0.1.example.org/", "ftp://::1/"):
            with pytest.raises(BadRequest, match="loopback addresses only"):
                await bot.set_webhook(url)
        with pytest.raises(BadRequest, match="unallowed characters"):
            await bot.set_webhook("http://127.0.0.1:1/", secret_token="no spaces")


async def test_arguments_come_as_query_form_json_or_parts(telegram: Telegram) -> None:
    url = f"{telegram.address}/telegram/bot{WATER[1]}/sendmessage"
    values = {"chat_id": str(VICTIM1), "text": "물"}
    parts = aiohttp.FormData(values, default_to_multipart=True)
    for sent in (
        telegram.session.get(url, params=values),
        telegram.session.post(url, data=values),
        telegram.session.post(url, json=values),
        telegram.session.post(url, data=parts),
    ):
        async with sent as answer:
            assert (await answer.json())["result"]["text"] == "물"


async def test_an_open_poll_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(running_telegram(tmp_path))
        async with telegram.bot() as bot:
            poll = asyncio.create_task(bot.get_updates(timeout=50))
            await bot.get_me()
            await stack.aclose()
            with pytest.raises(NetworkError):
                await poll
