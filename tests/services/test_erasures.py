"""An erased case leaves nothing of ours on a phone, says nothing there, and never gets its key back."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from domain.cases import Case, CaseState
from domain.checkins import CheckinState
from domain.conversations import Chat
from domain.outbox import DELETABLE, Outcome, Result, Route
from domain.refusals import Reason, Refusal
from jobs import deadlines
from jobs import retention as job
from jobs.delivery import Courier
from services import cases, conversations, enrolment, invites, outbox, plans, relays
from services.desk import Desk
from storage import conversations as table
from storage.sealed import case_key
from tests.conftest import MANAGER, SECOND, SUPERVISOR, clock_of
from tests.fixtures_phones import (
    ASKED,
    CHAT,
    PERSON,
    STRANGER,
    WISH,
    checkins_of,
    enrolled,
    open_case,
    planned,
    with_phones,
)
from tests.phone_in_hand import LATER, Held, Phone
from tests.post_office import usual_rota
from tests.services.test_relays import offer

# On SQLite always; on PostgreSQL where there are minutes.
pytestmark = pytest.mark.parametrize(
    "any_desk",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.verify)],
    indirect=True,
)


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def spoken_to(desk: Desk, phone: Phone, chat: Chat = CHAT) -> Case:
    """An enrolled phone on which bubbles lie."""
    case = await enrolled(desk, chat)
    await phone.deliver(desk)
    assert len(phone.lies[chat.address]) > 1
    return case


async def moved(desk: Desk, case: Case, chat: Chat) -> None:
    """A new link brings the case to another phone."""
    token = await invites.invite(desk, MANAGER, case.number, WISH)
    await enrolment.start(desk, PERSON, chat, token)


async def erased(desk: Desk, case: Case) -> None:
    await cases.erase(desk, SUPERVISOR, case.number)


async def test_every_bubble_goes_from_the_phone_and_nothing_is_said_there(
    phones_desk: Desk,
) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: set()}
    assert max(len(draft.facts["messages"]) for draft in phone.wiped) <= 100
    assert phone.of("case_erased")[0].facts["phones"] == 1


async def test_a_wipe_names_no_case_and_is_sealed_by_the_day(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert {draft.case_id for draft in phone.wiped} == {None}
    assert [draft for draft in phone.wiped if case.number in str(draft)] == []


async def test_an_earlier_phone_of_the_case_is_wiped_too(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    await moved(phones_desk, case, STRANGER)
    await phone.deliver(phones_desk)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: set(), STRANGER.address: set()}


async def test_what_another_case_says_on_the_same_phone_stays(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    before = set(phone.lies[CHAT.address])
    await moved(phones_desk, case, STRANGER)
    await spoken_to(phones_desk, phone)
    others = phone.lies[CHAT.address] - before
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: others, STRANGER.address: set()}


async def test_an_outage_of_telegram_only_delays_the_wipe(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    await erased(phones_desk, case)
    phone.refuses = LATER
    for _ in range(12):
        await phone.deliver(phones_desk)
        clock_of(phones_desk).advance(timedelta(minutes=1))
    phone.refuses = None
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: set()}
    assert phone.of("phone_not_wiped") == []


@pytest.mark.parametrize("error", ["blocked", "too_old"])
async def test_who_erased_hears_once_of_a_wipe_that_failed_for_good(
    phones_desk: Desk, error: str
) -> None:
    phone = Phone(refuses=Outcome(Result.REFUSED, error=error))
    case = await spoken_to(phones_desk, phone)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    [told] = phone.of("phone_not_wiped")
    assert (told.address, told.facts) == (SUPERVISOR.id, {"at": "11-23 12:00"})


async def test_a_wipe_is_given_up_only_when_telegram_deletes_no_more(phones_desk: Desk) -> None:
    phone = Phone(refuses=LATER)
    case = await spoken_to(phones_desk, phone)
    await erased(phones_desk, case)
    with patch("domain.outbox.WIPE_MOST_TRIES", 3):
        for _ in range(3):
            assert phone.of("phone_not_wiped") == []
            await phone.deliver(phones_desk)
            clock_of(phones_desk).advance(timedelta(minutes=1))
        await phone.deliver(phones_desk)
    assert len(phone.of("phone_not_wiped")) == 1


async def test_what_still_waited_never_leaves_not_even_before_the_key_goes(
    phones_desk: Desk,
) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    said = phone.newest
    await conversations.hear(phones_desk, PERSON, CHAT, "잘 있어요")
    with (
        patch.object(phones_desk.safe.keys, "erase", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert (phone.lies, phone.newest) == ({CHAT.address: set()}, said)


async def test_the_wipe_survives_a_crash_before_the_key_is_erased(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    with (
        patch.object(phones_desk.safe, "erase_case", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        await erased(phones_desk, case)
    assert case_key(case.id) in phones_desk.safe.keys.names()
    await job.run(phones_desk)
    assert case_key(case.id) not in phones_desk.safe.keys.names()
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: set()}


@pytest.mark.parametrize("ends", [None, LATER])
@pytest.mark.parametrize("is_crash", [False, True])
async def test_a_bubble_in_the_air_is_taken_back_however_its_sending_ends(
    phones_desk: Desk, ends: Outcome | None, is_crash: bool
) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    await conversations.hear(phones_desk, PERSON, CHAT, "잘 있어요")
    held = Held(phone, ends)
    courier = Courier(phones_desk, Route.TELEGRAM, held)
    await courier.run()
    await held.arrived.wait()
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert len(phone.lies[CHAT.address]) == 1
    if is_crash:
        await _die(courier)
        await outbox.free_leases(phones_desk)
    held.go_on.set()
    await courier.finish()
    clock_of(phones_desk).advance(timedelta(minutes=1))
    await phone.deliver(phones_desk)
    assert phone.lies == {CHAT.address: set()}
    assert courier.failures == 0
    assert case_key(case.id) not in phones_desk.safe.keys.names()


async def _die(courier: Courier) -> None:
    for task in courier.flying.values():
        task.cancel()
    await asyncio.gather(*courier.flying.values(), return_exceptions=True)


async def test_checkins_end_with_the_case(phones_desk: Desk) -> None:
    phone = Phone()
    case = await planned(phones_desk)
    await phone.deliver(phones_desk)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    told = len(phone.told)
    assert await plans.list_checkins(phones_desk, MANAGER) == []
    clock_of(phones_desk).move_to(ASKED + timedelta(days=2))
    await deadlines.run(phones_desk)
    await phone.deliver(phones_desk)
    assert (phone.lies, phone.told[told:]) == ({CHAT.address: set()}, [])
    assert await _states(phones_desk, case) == {CheckinState.DROPPED}


async def _states(desk: Desk, case: Case) -> set[Any]:
    return {checkin.state for checkin in await checkins_of(desk, case)}


async def test_words_on_their_way_and_links_end_with_the_case(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    relay = await offer(phones_desk, "네")
    token = await invites.invite(phones_desk, MANAGER, case.number, WISH)
    await erased(phones_desk, case)
    with pytest.raises(Refusal) as refused:
        await relays.send(phones_desk, MANAGER, relay)
    assert refused.value.reason is Reason.NO_SUCH_RELAY
    await enrolment.start(phones_desk, PERSON, STRANGER, token)
    async with phones_desk.database.reading() as tx:
        assert await table.at_chat(tx, phones_desk.safe, STRANGER) is None
        assert await table.at_chat(tx, phones_desk.safe, CHAT) is None


async def test_bubbles_older_than_telegram_deletes_are_not_asked_for(phones_desk: Desk) -> None:
    phone = Phone()
    case = await spoken_to(phones_desk, phone)
    clock_of(phones_desk).advance(DELETABLE + timedelta(seconds=1))
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert phone.wiped == []


async def test_a_case_without_a_phone_is_erased_as_ever(phones_desk: Desk) -> None:
    phone = Phone()
    case = await open_case(phones_desk)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    assert (phone.wiped, phone.of("case_erased")[0].facts["phones"]) == ([], 0)
    assert CaseState.ERASED not in {
        found.state for found in await cases.list_cases(phones_desk, MANAGER)
    }


@pytest.mark.parametrize("is_shown", [True, False])
async def test_a_call_for_help_goes_on_paging_after_the_erasure(
    phones_desk: Desk, is_shown: bool
) -> None:
    phone = Phone()
    await usual_rota(phones_desk)
    case = await spoken_to(phones_desk, phone)
    await conversations.hear(phones_desk, PERSON, CHAT, "도와주세요")
    if is_shown:
        await phone.deliver(phones_desk)
    await erased(phones_desk, case)
    await phone.deliver(phones_desk)
    clock_of(phones_desk).advance(timedelta(minutes=5))
    await deadlines.run(phones_desk)
    await phone.deliver(phones_desk)
    assert SECOND.id in {draft.address for draft in phone.of("alert")}
    assert phone.lies == {CHAT.address: set()}
    assert case_key(case.id) not in phones_desk.safe.keys.names()
