"""The poll and its lanes: nothing is lost by a crash, done twice, or kept waiting behind another."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.telegram.front import Front, is_urgent
from bot.telegram.lanes import Lanes
from bot.telegram.poller import Poller
from bot.telegram.profiles import dress
from domain.alerts import AlertKind
from domain.inbox import InboxState, Letter, Received
from practice.faults import Fault
from services import alerts
from services.desk import Desk
from storage.inbox import InboxRow
from tests.conftest import ON_CALL, START
from tests.fixtures_phones import PHONES, enrolled, sent, with_phones
from tests.fixtures_telegram import Bots, bots_at_work
from tests.practice.telegram_world import WATER


@pytest.fixture
async def bots(desk: Desk, tmp_path: Path) -> AsyncIterator[Bots]:
    async with bots_at_work(with_phones(desk), tmp_path / "world") as made:
        yield made


def received(number: int, lane: str, text: str = "안녕") -> Received:
    letter = Letter("telegram:bot", str(number), {"message": {"text": text}}, lane)
    return Received(number, letter, START, 0)


async def states(desk: Desk) -> list[InboxState]:
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(InboxRow).order_by(InboxRow.id))).all()  # type: ignore[arg-type]
        return [row.state for row in rows]


async def restarted(bots: Bots) -> Front:
    """Another process of the same bot, over the same database."""
    address = f"{bots.telegram.address}/telegram"
    front = Front(bots.desk, WATER[1], PHONES[WATER[0]], address, poll_s=0)
    await front.prepare()
    return front


async def test_an_update_is_kept_before_its_offset_moves_and_replayed_after_a_crash(
    bots: Bots,
) -> None:
    await enrolled(bots.desk)
    await bots.telegram.phone("start", "victim1", bot=WATER[0])
    await bots.settle()
    await bots.telegram.phone("say", "victim1", text="도와주세요")
    lost: list[Received] = []
    crashed = Poller(bots.desk, bots.fronts[WATER[0]].bot, lost.append, poll_s=0)
    assert await crashed.poll_once() == 1
    assert await alerts.list_alerts(bots.desk, ON_CALL) == []
    front = await restarted(bots)
    assert front.poller is not None
    assert await front.poller.poll_once() == 0
    await front.poller.replay()
    await front.lanes.idle()
    assert [a.kind for a in await alerts.list_alerts(bots.desk, ON_CALL)] == [AlertKind.SOS]
    assert set(await states(bots.desk)) == {InboxState.DONE}
    await front.close()


async def test_the_same_update_twice_acts_once(bots: Bots) -> None:
    await enrolled(bots.desk)
    await bots.telegram.phone("start", "victim1", bot=WATER[0])
    await bots.settle()
    bots.telegram.world.faults.add(Fault("telegram", "twice", count=1))
    await bots.telegram.phone("say", "victim1", text="SOS")
    for _ in range(3):
        await bots.settle()
    assert len(await alerts.list_alerts(bots.desk, ON_CALL)) == 1
    assert len((await sent(bots.desk)).of("sos_received")) == 1


async def test_a_poll_survives_a_server_that_is_down(bots: Bots) -> None:
    arrived = asyncio.Event()
    bot = bots.fronts[WATER[0]].bot
    poller = Poller(bots.desk, bot, lambda _: arrived.set(), poll_s=0)
    bots.telegram.world.faults.add(Fault("telegram", "drop", count=1))
    await bots.telegram.phone("start", "victim1", bot=WATER[0])
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(arrived.wait(), 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await states(bots.desk) == [InboxState.RECEIVED]


async def test_one_chat_keeps_its_order_and_no_chat_waits_for_another() -> None:
    gate, acted, seen = asyncio.Event(), asyncio.Event(), []

    async def work(letter: Received) -> None:
        if letter.id == 1:
            await gate.wait()
        seen.append(letter.id)
        acted.set()

    lanes = Lanes(work, work, is_urgent)
    for number, lane in ((1, "a"), (2, "a"), (3, "b")):
        lanes.put(received(number, lane))
    await acted.wait()
    assert seen == [3]
    gate.set()
    await lanes.idle()
    assert seen == [3, 1, 2]


async def test_a_call_for_help_waits_behind_nothing_of_its_own_chat() -> None:
    gate, acted, seen = asyncio.Event(), asyncio.Event(), []

    async def work(letter: Received) -> None:
        if letter.id == 1:
            await gate.wait()
        seen.append(letter.id)
        acted.set()

    lanes = Lanes(work, work, is_urgent)
    lanes.put(received(1, "a"))
    lanes.put(received(2, "a", "도와주세요"))
    await acted.wait()
    assert seen == [2]
    gate.set()
    await lanes.idle()


async def test_what_fails_is_tried_again_then_given_up_and_the_lane_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.lanes.RETRY_AFTER_S", 0.0)
    tried, given_up = [], []

    async def work(letter: Received) -> None:
        tried.append(letter.id)
        if letter.id == 1:
            raise RuntimeError

    async def give_up(letter: Received) -> None:
        given_up.append(letter.id)

    lanes = Lanes(work, give_up, is_urgent)
    lanes.put(received(1, "a"))
    lanes.put(received(2, "a"))
    await lanes.idle()
    assert (tried, given_up) == ([1, 1, 1, 1, 2], [1])


async def test_a_bot_shows_the_personas_name_and_commands(bots: Bots) -> None:
    bot = bots.fronts[WATER[0]].bot
    await dress(bot, "water")
    assert (await bot.get_my_name()).name == "물 한 잔"
    assert [c.command for c in await bot.get_my_commands()] == ["tip", "clear"]
    assert (await bot.get_my_name(language_code="en")).name == "A glass of water"
