"""A source that is silent too long raises one alert, and the morning line tells what was looked at."""

from datetime import UTC, datetime, timedelta

from domain.sources import Item, MalformedSource, Page, Trouble
from services import alerts, candidates, mornings, silences, sources, turn_ends, turns
from services.desk import Desk
from storage import sources as source_table
from tests.conftest import OFFICER, clock_of
from tests.post_office import PostOffice
from tests.square_sweeps import swept_desk

ITEM = Item("1", 0, "https://a.example/1.jpg", "https://a.example/1")


async def told(desk: Desk) -> list[tuple[str, str]]:
    found = await alerts.list_alerts(desk, OFFICER)
    return [(alert.severity, str(alert.facts["cause"])) for alert in found]


async def test_no_answer_for_half_an_hour_is_told_once(desk: Desk) -> None:
    ready = swept_desk(desk)
    await turns.begin_turn(ready, "square")
    await turn_ends.fail(ready, "square", MalformedSource(Trouble.TIMEOUT))
    clock_of(ready).advance(timedelta(minutes=30))
    assert await silences.look(ready) == []
    clock_of(ready).advance(timedelta(seconds=1))
    assert [await silences.look(ready), await silences.look(ready)] == [["square"], ["square"]]
    assert await told(ready) == [("B", "answer")]


async def test_a_new_silence_after_an_answer_is_told_anew(desk: Desk) -> None:
    ready = swept_desk(desk)
    for _ in range(2):
        await turns.begin_turn(ready, "square")
        await candidates.take_in(ready, "square", Page((), {}))
        clock_of(ready).advance(timedelta(hours=1))
        assert await silences.look(ready) == []  # It was not asked meanwhile.
        await turn_ends.fail(ready, "square", MalformedSource(Trouble.TIMEOUT))
        await silences.look(ready)
    assert await told(ready) == [("B", "answer"), ("B", "answer")]


async def test_a_source_that_answers_and_lists_nothing_new_for_days_is_told_of_in_the_morning(
    desk: Desk,
) -> None:
    ready = swept_desk(desk)
    await turns.begin_turn(ready, "square")
    await candidates.take_in(ready, "square", Page((ITEM,), {}))
    clock_of(ready).advance(timedelta(days=2, minutes=1))
    await candidates.take_in(ready, "square", Page((ITEM,), {}))
    await silences.look(ready)
    assert await told(ready) == [("C", "news")]


async def test_a_paused_source_may_be_silent(desk: Desk) -> None:
    ready = swept_desk(desk)
    await turns.begin_turn(ready, "square")
    await sources.set_paused(ready, OFFICER, "square", is_paused=True)
    clock_of(ready).advance(timedelta(days=9))
    assert await silences.look(ready) == []


async def test_the_morning_line_counts_what_came_since_the_last_one(desk: Desk) -> None:
    ready, clock = swept_desk(desk), clock_of(desk)
    await turns.begin_turn(ready, "square")
    async with ready.database.transaction() as tx:
        await source_table.count(tx, "square", fetched=120, matched=1)
    clock.move_to(datetime(2026, 11, 24, 0, 59, tzinfo=UTC))  # 09:59 in Seoul
    assert not await mornings.say_good_morning(ready)
    clock.advance(timedelta(minutes=1))
    assert [await mornings.say_good_morning(ready), await mornings.say_good_morning(ready)] == [
        True,
        False,
    ]
    [line] = await PostOffice().empty(ready)
    assert line.draft.facts == {"looked": 120, "matched": 1, "sources": 1}
    clock.advance(timedelta(days=1))
    await mornings.say_good_morning(ready)
    [line] = await PostOffice().empty(ready)
    assert line.draft.facts == {"looked": 0, "matched": 0, "sources": 1}


async def test_on_days_off_and_in_the_evening_nothing_is_said(desk: Desk) -> None:
    ready, clock = swept_desk(desk), clock_of(desk)
    for moment in (
        datetime(2026, 11, 28, 2, 0, tzinfo=UTC),  # Saturday
        datetime(2026, 11, 24, 9, 0, tzinfo=UTC),  # 18:00
    ):
        clock.move_to(moment)
        assert not await mornings.say_good_morning(ready)
