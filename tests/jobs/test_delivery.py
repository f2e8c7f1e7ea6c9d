"""What leaves leaves once, in its order, and nothing waits behind somebody else's trouble."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.access import SYSTEM, Action
from domain.outbox import Draft, Operation, Outcome, Parcel, Result, Route
from jobs.delivery import Courier, deliver
from services import outbox
from services.desk import Desk
from tests.conftest import PLACES, SUPERVISOR, clock_of
from tests.post_office import PostOffice

LATER = Outcome(Result.TRY_LATER, error="down")
BUSY = Outcome(Result.BUSY, error="ratelimited", after=timedelta(seconds=5))


def a_draft(key: str, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "route": Route.SLACK,
        "operation": Operation.POST,
        "kind": "alert",
        "address": "C1",
        "dedup_key": key,
    }
    return Draft(**(values | changes))


async def sent(desk: Desk, *drafts: Draft) -> None:
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        for draft in drafts:
            await deed.send(draft)


def keys(parcels: list[Parcel]) -> list[str]:
    return [parcel.draft.dedup_key for parcel in parcels]


async def test_one_conversation_keeps_its_order_even_when_the_first_must_wait(desk: Desk) -> None:
    office = PostOffice(lambda parcel: LATER)
    await sent(desk, a_draft("1"), a_draft("2"), a_draft("other", address="C2"))
    assert keys(await office.empty(desk)) == ["1", "other"]
    office = PostOffice()
    assert await office.empty(desk) == []
    clock_of(desk).advance(timedelta(seconds=2))
    assert keys(await office.empty(desk)) == ["1", "other", "2"]


async def test_edits_of_one_message_coalesce(desk: Desk) -> None:
    office = PostOffice()
    edits = [
        a_draft(f"e{n}", operation=Operation.EDIT, target="1", facts={"n": n}) for n in range(3)
    ]
    await sent(desk, a_draft("1"), *edits)
    assert keys(await office.empty(desk)) == ["1", "e2"]


async def test_an_edit_of_what_never_left_is_put_away_without_sending(desk: Desk) -> None:
    office = PostOffice(lambda parcel: Outcome(Result.REFUSED, error="channel_not_found"))
    await sent(desk, a_draft("1"), a_draft("e", operation=Operation.EDIT, target="1"))
    assert keys(await office.empty(desk)) == ["1"]


async def test_a_page_is_tried_every_15_seconds_three_times_then_the_channel_hears_of_it(
    desk: Desk,
) -> None:
    office = PostOffice(
        lambda parcel: LATER if parcel.draft.address == "U1" else Outcome(Result.SENT, "C:1")
    )
    page = a_draft("page", address="U1", is_urgent=True, facts={"alert": 1})
    await sent(desk, page)
    for attempt in range(1, 3):
        assert [parcel.attempt for parcel in await office.empty(desk)] == [attempt]
        clock_of(desk).advance(timedelta(seconds=15))
    last, fallback = await office.empty(desk)
    assert (last.attempt, fallback.draft.kind) == (3, "alert_undelivered")
    assert (fallback.draft.address, fallback.draft.facts["person"]) == (PLACES.alerts, "U1")
    clock_of(desk).advance(timedelta(hours=1))
    assert await office.empty(desk) == []


async def test_a_refused_page_takes_the_next_road_at_once(desk: Desk) -> None:
    office = PostOffice(lambda parcel: Outcome(Result.REFUSED, error="user_not_found"))
    await sent(desk, a_draft("page", address=PLACES.alerts, is_urgent=True))
    given = await office.empty(desk)
    assert [parcel.draft.address for parcel in given] == [PLACES.alerts, SUPERVISOR.id]


async def test_a_file_that_stays_is_told_of_to_who_put_it_there(desk: Desk) -> None:
    office = PostOffice(
        lambda parcel: (
            Outcome(Result.REFUSED, error="cant_delete_file")
            if parcel.draft.operation is Operation.DELETE_FILE
            else Outcome(Result.SENT)
        )
    )
    facts = {"file": "F1", "user": "U1"}
    await sent(desk, a_draft("del", operation=Operation.DELETE_FILE, address="U1", facts=facts))
    told = (await office.empty(desk))[-1].draft
    assert (told.kind, told.address, told.operation) == ("file_still_there", "U1", Operation.POST)


async def test_a_phone_that_blocked_us_is_refused_once_and_written_down(desk: Desk) -> None:
    office = PostOffice(lambda parcel: Outcome(Result.REFUSED, error="blocked"))
    await sent(desk, a_draft("t", route=Route.TELEGRAM, address="bot:7"))
    assert keys(await office.empty(desk)) == ["t"]
    clock_of(desk).advance(timedelta(hours=1))
    assert await office.empty(desk) == []


async def test_after_a_crash_between_sending_and_settling_the_row_comes_back_as_a_retry(
    desk: Desk,
) -> None:
    await sent(desk, a_draft("1"))
    [lost] = await outbox.claim_parcels(desk, Route.SLACK)
    assert await PostOffice().empty(desk) == []
    assert await outbox.free_leases(desk) == 1
    [again] = await PostOffice().empty(desk)
    assert (again.opaque_id, again.is_retry) == (lost.opaque_id, True)


async def test_a_page_that_many_processes_died_with_is_not_given_up_sooner(desk: Desk) -> None:
    await sent(desk, a_draft("page", address=PLACES.alerts, is_urgent=True))
    for _ in range(5):
        assert len(await outbox.claim_parcels(desk, Route.SLACK)) == 1
        await outbox.free_leases(desk)
    office = PostOffice(lambda parcel: Outcome(Result.TRY_LATER, error="timeout"))
    assert [parcel.draft.address for parcel in await office.empty(desk)] == [PLACES.alerts]
    clock_of(desk).advance(timedelta(hours=1))
    assert [parcel.draft.address for parcel in await PostOffice().empty(desk)] == [PLACES.alerts]


async def test_waiting_for_a_turn_costs_no_try_and_lasts_as_long_as_was_said(desk: Desk) -> None:
    await sent(desk, a_draft("page", address=PLACES.alerts, is_urgent=True))
    for _ in range(8):
        assert keys(await PostOffice(lambda parcel: BUSY).empty(desk)) == ["page"]
        assert await PostOffice().empty(desk) == []
        clock_of(desk).advance(timedelta(seconds=5))
    [parcel] = await PostOffice().empty(desk)
    assert (parcel.attempt, parcel.is_retry) == (1, False)


async def test_a_page_that_waits_too_long_for_its_turn_takes_the_next_road(desk: Desk) -> None:
    await sent(desk, a_draft("page", address=PLACES.alerts, is_urgent=True))
    addresses = set[str]()
    for _ in range(12):
        told = await PostOffice(lambda parcel: BUSY).empty(desk)
        addresses |= {parcel.draft.address for parcel in told}
        clock_of(desk).advance(timedelta(seconds=15))
    assert addresses > {PLACES.alerts}


async def test_an_expired_lease_is_taken_again_but_not_what_is_in_hand(desk: Desk) -> None:
    await sent(desk, a_draft("1"))
    [held] = await outbox.claim_parcels(desk, Route.SLACK)
    clock_of(desk).advance(timedelta(minutes=5))
    assert await outbox.claim_parcels(desk, Route.SLACK, flying=[held.id]) == []
    [again] = await outbox.claim_parcels(desk, Route.SLACK)
    assert again.id == held.id


@dataclass
class SlowFor:
    """A sender that holds one address's parcels until it is told to go on."""

    address: str
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    first_done: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[str] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Outcome:
        if parcel.draft.address == self.address:
            await self.go_on.wait()
        self.done.append(parcel.draft.address)
        self.first_done.set()
        return Outcome(Result.SENT, "x:1")


async def test_nothing_waits_for_a_slow_recipient(desk: Desk) -> None:
    sender = SlowFor("C-slow")
    courier = Courier(desk, Route.SLACK, sender)
    await sent(desk, a_draft("slow", address="C-slow"))
    await courier.run()
    await sent(desk, a_draft("sos", address="C-quick"))
    await courier.run()
    async with asyncio.timeout(5):
        await sender.first_done.wait()
    assert sender.done == ["C-quick"]
    sender.go_on.set()
    await courier.finish()
    assert sender.done == ["C-quick", "C-slow"]


class Exploding:
    async def send(self, parcel: Parcel) -> Outcome:
        raise RuntimeError("a sender that breaks its promise")


async def test_a_sender_that_raises_costs_one_attempt_and_not_the_loop(desk: Desk) -> None:
    await sent(desk, a_draft("1"))
    courier = Courier(desk, Route.SLACK, Exploding())
    await courier.run()
    await courier.finish()
    assert courier.failures == 1
    clock_of(desk).advance(timedelta(seconds=31))
    assert keys(await PostOffice().empty(desk)) == ["1"]


async def test_both_roads_are_emptied(desk: Desk) -> None:
    office = PostOffice()
    await sent(desk, a_draft("s"), a_draft("t", route=Route.TELEGRAM, address="bot:7"))
    await deliver(desk, {Route.SLACK: office, Route.TELEGRAM: office})
    assert sorted(keys(office.parcels)) == ["s", "t"]
