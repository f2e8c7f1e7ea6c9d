"""The Slack sender against the practice Slack: what is seen, once, and what each refusal means."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.senders.slack import SlackSender, web_client
from domain.access import SYSTEM, Action
from domain.outbox import Draft, Operation, Outcome, Parcel, Result, Route
from jobs.delivery import deliver
from practice.cast import SLACK_BOT_TOKEN, SLACK_USER_TOKEN
from practice.faults import Fault
from practice.world import World
from services.desk import Desk
from services.outbox import claim_parcels, free_leases
from tests.practice_world import whole_world

OPAQUE = "a" * 32


@dataclass
class Place:
    """The practice world and a browser for its people."""

    world: World
    browser: aiohttp.ClientSession

    async def see(self, channel: str) -> list[dict[str, Any]]:
        """The messages of a channel as they stand."""
        query = {"channel": channel}
        async with self.browser.get("/practice/slack/messages", params=query) as answer:
            return list((await answer.json())["messages"])

    async def home_of(self, user: str) -> dict[str, Any]:
        """Somebody's home view."""
        query = {"user": user}
        async with self.browser.get("/practice/slack/views", params=query) as answer:
            return dict((await answer.json())["home"])

    async def upload(self, user: str) -> str:
        """Put a file into the alert channel; its id."""
        form = aiohttp.FormData({"user": user, "channel": "C0ALERTS"})
        form.add_field("file", b"not a picture", filename="x.bin")
        async with self.browser.post("/practice/slack/upload", data=form) as answer:
            told = await answer.json()
        return str((told.get("file") or told)["id"])


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with (
        whole_world(tmp_path) as world,
        aiohttp.ClientSession(world.addresses.practice) as browser,
    ):
        yield Place(world, browser)


@pytest.fixture
def sender(place: Place) -> SlackSender:
    return SlackSender(web_client(SLACK_BOT_TOKEN, place.world.addresses.slack_api))


def parcel(operation: Operation = Operation.POST, **changes: Any) -> Parcel:
    """A line that needs no facts, to the alert channel."""
    values: dict[str, Any] = {
        "route": Route.SLACK,
        "operation": operation,
        "kind": "file_still_there",
        "address": "C0ALERTS",
        "dedup_key": "k",
    }
    return Parcel(1, OPAQUE, Draft(**(values | changes)), attempt=1, is_retry=False)


async def test_a_post_carries_its_opaque_id_and_is_found_again(
    place: Place, sender: SlackSender
) -> None:
    first = await sender.send(parcel())
    again = await sender.send(replace(parcel(), is_retry=True, attempt=2))
    [message] = await place.see("C0ALERTS")
    assert message["metadata"]["event_payload"] == {"id": OPAQUE}
    assert first == again == Outcome(Result.SENT, f"C0ALERTS:{message['ts']}")


async def test_a_second_try_looks_back_no_further_than_its_own_writing(
    place: Place, sender: SlackSender
) -> None:
    now = datetime.now(UTC)
    first = await sender.send(parcel())
    again = replace(parcel(), is_retry=True, attempt=2)
    for clocks_apart in (timedelta(minutes=9), timedelta(minutes=-9)):
        assert await sender.send(replace(again, written_at=now + clocks_apart)) == first
    assert await sender.send(replace(again, written_at=now + timedelta(minutes=11))) != first
    assert len(await place.see("C0ALERTS")) == 2


async def test_a_post_whose_answer_was_lost_is_seen_once(place: Place, sender: SlackSender) -> None:
    place.world.faults.add(Fault("slack", "drop", count=1, is_handled=True, on="call"))
    lost = await sender.send(parcel())
    assert lost.result is Result.TRY_LATER
    again = await sender.send(replace(parcel(), is_retry=True, attempt=2))
    assert again.result is Result.SENT
    assert len(await place.see("C0ALERTS")) == 1


async def test_a_crash_between_sending_and_settling_shows_one_message(
    place: Place, sender: SlackSender, desk: Desk
) -> None:
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await deed.send(parcel().draft)
    [in_hand] = await claim_parcels(desk, Route.SLACK)
    await sender.send(in_hand)  # Here the process dies: nothing is settled.
    await free_leases(desk)
    await deliver(desk, {Route.SLACK: sender})
    assert len(await place.see("C0ALERTS")) == 1


async def test_an_edit_changes_the_message(place: Place, sender: SlackSender) -> None:
    posted = await sender.send(parcel())
    edit = replace(parcel(Operation.EDIT, language="en"), reference=posted.reference)
    assert (await sender.send(edit)).result is Result.SENT
    [message] = await place.see("C0ALERTS")
    assert message["text"].startswith("The file that you uploaded")
    gone = replace(edit, reference="C0ALERTS:1.000001")
    assert await sender.send(gone) == Outcome(Result.REFUSED, error="message_not_found")


async def test_a_direct_message_is_opened_once(place: Place, sender: SlackSender) -> None:
    outcome = await sender.send(parcel(address="U0ONCALL1"))
    await sender.send(parcel(address="U0ONCALL1"))
    channel = outcome.reference.split(":")[0]
    assert channel.startswith("D")
    assert len(await place.see(channel)) == 2
    methods = [call["method"] for call in place.world.log.since(0)]
    assert sum("conversations.open" in method for method in methods) == 1


async def test_a_whisper_is_for_one_person(place: Place, sender: SlackSender) -> None:
    await sender.send(parcel(Operation.EPHEMERAL, facts={"user": "U0OFFICER1"}))
    [message] = await place.see("C0ALERTS")
    assert message["ephemeral_for"] == "U0OFFICER1"


async def test_a_whisper_where_the_bot_may_not_speak_becomes_a_direct_message(
    place: Place, sender: SlackSender
) -> None:
    whisper = parcel(Operation.EPHEMERAL, address="C0ELSEWHERE", facts={"user": "U0OFFICER1"})
    outcome = await sender.send(whisper)
    assert outcome.reference.startswith("D")


async def test_a_message_is_deleted(place: Place, sender: SlackSender) -> None:
    posted = await sender.send(parcel())
    delete = replace(parcel(Operation.DELETE), reference=posted.reference)
    assert (await sender.send(delete)).result is Result.SENT
    assert [m["deleted"] for m in await place.see("C0ALERTS")] == [True]


async def test_the_home_view_is_published(place: Place, sender: SlackSender) -> None:
    await sender.send(parcel(Operation.HOME, address="U0OFFICER1"))
    home = await place.home_of("U0OFFICER1")
    assert home["blocks"][0]["type"] == "section"


async def test_only_a_persons_own_token_removes_their_file(
    place: Place, sender: SlackSender
) -> None:
    file = await place.upload("U0OFFICER1")
    deletion = parcel(Operation.DELETE_FILE, facts={"file": file, "user": "U0OFFICER1"})
    assert await sender.send(deletion) == Outcome(Result.REFUSED, error="cant_delete_file")
    sender.user_client = web_client(SLACK_USER_TOKEN, place.world.addresses.slack_api)
    assert (await sender.send(deletion)).result is Result.SENT
    assert (await sender.send(deletion)).result is Result.SENT  # Gone is what was asked for.


async def test_trouble_that_passes_is_tried_later(place: Place, sender: SlackSender) -> None:
    place.world.faults.add(Fault("slack", "status", count=1, status=503, on="call"))
    assert (await sender.send(parcel())).result is Result.TRY_LATER
    wrong = SlackSender(web_client("xoxb-wrong", place.world.addresses.slack_api))
    assert await wrong.send(parcel()) == Outcome(Result.TRY_LATER, error="invalid_auth")
    nobody = SlackSender(web_client(SLACK_BOT_TOKEN, "http://127.0.0.1:9/api/"))
    assert (await nobody.send(parcel())).result is Result.TRY_LATER


async def test_too_many_messages_wait_as_long_as_slack_asks(
    place: Place, sender: SlackSender
) -> None:
    outcomes = [await sender.send(replace(parcel(), id=n)) for n in range(15)]
    busy = [outcome for outcome in outcomes if outcome.result is Result.BUSY]
    assert {outcome.error for outcome in busy} == {"ratelimited"}
    waits = [outcome.after.total_seconds() for outcome in busy if outcome.after]
    assert len(waits) == len(busy) >= 3
    assert waits[0] >= 0.9
    assert all(0.9 < later - sooner < 1.1 for sooner, later in pairwise(waits))


async def test_in_a_busy_channel_what_is_urgent_goes_first(
    place: Place, sender: SlackSender
) -> None:
    many = [await sender.send(replace(parcel(), id=n)) for n in range(15)]
    urgent = replace(parcel(), id=99, draft=replace(parcel().draft, is_urgent=True))
    told = await sender.send(urgent)
    last = many[-1].after
    assert told.after is not None
    assert last is not None
    assert told.after < last


async def test_what_will_never_work_is_refused(sender: SlackSender) -> None:
    assert [
        (await sender.send(parcel(address="C0NOWHERE"))).error,
        (await sender.send(parcel(address="C0ELSEWHERE"))).error,
        (await sender.send(parcel(kind="nobody renders this"))).error,
        (await sender.send(parcel(kind="alert"))).error,
        (await sender.send(parcel(Operation.WIPE))).error,
    ] == [
        "channel_not_found",
        "not_in_channel",
        "unknown_kind nobody renders this",
        "KeyError",
        "no_such_way wipe",
    ]
    assert sender.unknown_kinds == 1
