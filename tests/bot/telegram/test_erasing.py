"""What is left on a real chat when its case is erased: nothing that Telegram lets a bot delete."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.slack import cases
from bot.slack.calls import Call
from services.desk import Desk
from tests.bot.telegram.test_talking import enrol
from tests.conftest import SUPERVISOR, clock_of
from tests.fixtures_phones import with_phones
from tests.fixtures_telegram import Bots, bots_at_work

# On SQLite always; on PostgreSQL where there are minutes.
pytestmark = pytest.mark.parametrize(
    "any_desk",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.verify)],
    indirect=True,
)


@pytest.fixture
async def bots(any_desk: Desk, tmp_path: Path) -> AsyncIterator[Bots]:
    async with bots_at_work(with_phones(any_desk), tmp_path / "world") as made:
        yield made


async def case_erase(bots: Bots, number: str) -> None:
    """`/case erase NUMBER`, typed by the supervisor."""
    await cases.erase(Call(bots.desk, SUPERVISOR, client=None, words=(number,)))


async def left(bots: Bots) -> list[dict[str, Any]]:
    """What the phone still shows, whoever wrote it."""
    shown = (await bots.telegram.screen("victim1"))["messages"]
    return [message for message in shown if not message["deleted"]]


async def advance(bots: Bots, by: timedelta) -> None:
    """Time passes for the centre and for Telegram."""
    clock_of(bots.desk).advance(by)
    bots.telegram.world.clock.advance(by.total_seconds())


async def test_after_the_erasure_the_phone_shows_no_message_of_ours_nor_an_answer_to_us(
    bots: Bots,
) -> None:
    number = await enrol(bots)
    await bots.say("오늘은 괜찮아요")
    assert len(await bots.texts()) > 7
    await case_erase(bots, number)
    await bots.deliver()
    assert await left(bots) == []
    assert bots.slack.kinds()[-1] == "case_erased"


async def test_what_still_waited_does_not_come_to_the_phone_afterwards(bots: Bots) -> None:
    number = await enrol(bots)
    await bots.telegram.phone("say", "victim1", text="지금 도와주세요")
    for front in bots.fronts.values():
        assert front.poller is not None
        await front.poller.poll_once()
        await front.lanes.idle()
    await case_erase(bots, number)
    await bots.deliver()
    assert [message["text"] for message in await left(bots) if message["is_from_bot"]] == []


async def test_only_what_telegram_lets_nobody_delete_stays(bots: Bots) -> None:
    number = await enrol(bots)
    old = [message["message_id"] for message in await left(bots)]
    await advance(bots, timedelta(hours=47))
    await bots.say("오늘은 괜찮아요")
    await advance(bots, timedelta(hours=1, minutes=1))
    await case_erase(bots, number)
    await bots.deliver()
    assert [message["message_id"] for message in await left(bots)] == old
    assert "phone_not_wiped" not in bots.slack.kinds()
