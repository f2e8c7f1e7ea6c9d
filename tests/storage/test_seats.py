"""One process at a time: who has the seat, who waits, and what happens when the first is gone."""

import asyncio

import psycopg
import pytest

from storage import seats
from storage.database import Database, InUse
from storage.seats import Seat, seated


async def _waiting(url: str, *wanted: Seat) -> "asyncio.Task[seats.Seated]":
    """Somebody who has seen that the seat is taken."""
    seen = asyncio.Event()
    task = asyncio.create_task(seated(url, *wanted, meanwhile=seen.set))
    await seen.wait()
    return task


async def _end_session_of(url: str, seat: Seat) -> None:
    """As when its process is killed or its machine gone."""
    asked = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objid = %s AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as session:
        await session.execute(asked, (int(seat),))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "ASKED_EVERY_S", 0.01)


async def test_a_second_scheduler_takes_over_when_the_first_stands_up(pg_url: str) -> None:
    first = await seated(pg_url, Seat.SCHEDULER)
    second = await _waiting(pg_url, Seat.SCHEDULER)
    assert not second.done()
    await first.close()
    await (await second).close()


async def test_whoever_loses_the_connection_hears_of_it_and_the_next_takes_over(
    pg_url: str,
) -> None:
    first = await seated(pg_url, Seat.SCHEDULER)
    lost = asyncio.create_task(first.until_lost())
    second = await _waiting(pg_url, Seat.SCHEDULER)
    await _end_session_of(pg_url, Seat.SCHEDULER)
    await lost
    await (await second).close()
    await first.close()


async def test_a_bot_sits_where_a_scheduler_does_not_and_holds_the_sender_too(pg_url: str) -> None:
    scheduler = await seated(pg_url, Seat.SCHEDULER)
    bot = await seated(pg_url, Seat.BOT, Seat.SENDER)
    sender = await _waiting(pg_url, Seat.SENDER)
    await bot.close()
    await (await sender).close()
    await scheduler.close()


async def test_many_may_share_a_database_and_none_may_have_it_alone_meanwhile(pg_url: str) -> None:
    first, second, alone = Database(pg_url), Database(pg_url), Database(pg_url)
    first.take_for_this_process(is_shared=True)
    second.take_for_this_process(is_shared=True)
    with pytest.raises(InUse):
        alone.take_for_this_process()
    await first.close()
    await second.close()
    alone.take_for_this_process()
    with pytest.raises(InUse):
        second.take_for_this_process(is_shared=True)
    await alone.close()
