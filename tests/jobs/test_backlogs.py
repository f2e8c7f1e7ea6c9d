"""What is due and isn't looked at is told of once, whoever should have looked, and once that it is over."""

from datetime import timedelta

import pytest

from domain.sources import Item, Page
from jobs.backlogs import Backlogs
from services import alerts, candidates, leases
from services.desk import Desk
from storage.candidates import AGAIN, CandidateRow
from tests.conftest import OFFICER, clock_of
from tests.post_office import PostOffice
from tests.square_sweeps import swept_desk

MINUTE = timedelta(minutes=1)


async def listed(desk: Desk, count: int) -> Desk:
    ready = swept_desk(desk)
    places = [f"https://a.example/{number}" for number in range(count)]
    items = tuple(Item(place, 0, f"{place}.jpg", place) for place in places)
    await candidates.take_in(ready, "square", Page(items, {}))
    return ready


async def minutes(desk: Desk, count: int, watch: Backlogs | None = None) -> Backlogs:
    """So many minutes with a look in each."""
    looks = watch or Backlogs(desk)
    for _ in range(count):
        clock_of(desk).advance(MINUTE)
        await looks.look()
    return looks


async def told(desk: Desk) -> list[dict[str, object]]:
    found = await alerts.list_alerts(desk, OFFICER)
    return [alert.facts for alert in found if alert.kind == "backlog"]


async def settle(desk: Desk) -> None:
    """All of them were looked at."""
    for each in await candidates.lease(desk, "", "me", 100):
        await candidates.note_failure(desk, each, "not_media")


async def test_what_nobody_looks_at_is_told_of_once_and_once_that_it_is_over(
    any_desk: Desk,
) -> None:
    ready = await listed(any_desk, 3)
    looks = await minutes(ready, 11)
    assert await told(ready) == []
    await minutes(ready, 20, looks)
    assert await told(ready) == [{"count": 3, "minutes": 12, "since": "11-23 12:00"}]
    office = PostOffice()
    await office.empty(ready)
    await settle(ready)
    await minutes(ready, 3, looks)
    [over] = [p.draft for p in await office.empty(ready) if p.draft.kind == "backlog_over"]
    assert over.facts == {"since": "11-23 12:00", "until": "11-23 12:32"}


async def test_what_is_handed_out_to_workers_that_are_gone_waits_all_the_same(desk: Desk) -> None:
    ready, looks = await listed(desk, 2), Backlogs(desk)
    for _ in range(15):
        await leases.hand_out(ready, "", 10)
        await leases.take(ready, [1, 2], "a worker that dies")
        await minutes(ready, 1, looks)
    assert [facts["count"] for facts in await told(ready)] == [2]


async def test_a_clock_that_jumps_or_a_start_after_a_night_tells_nothing(desk: Desk) -> None:
    ready = await listed(desk, 2)
    clock_of(ready).advance(timedelta(hours=9))
    looks = Backlogs(ready)
    await looks.look()
    await settle(ready)
    await minutes(ready, 5, looks)
    assert await told(ready) == []


@pytest.mark.parametrize("is_again", [True, False])
async def test_what_was_glanced_at_may_wait_for_a_quiet_hour(desk: Desk, is_again: bool) -> None:
    ready = await listed(desk, 1)
    async with ready.database.transaction() as tx:
        row = await tx.get(CandidateRow, 1)
        assert row is not None
        row.priority = AGAIN if is_again else row.priority
        tx.add(row)
    await minutes(ready, 30)
    assert len(await told(ready)) == (0 if is_again else 1)
