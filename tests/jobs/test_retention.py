"""What has served its time goes: keys, letters, messages on phones."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from domain.cases import Harm, Intake
from domain.inbox import Letter
from domain.outbox import Operation, Route
from jobs import retention as job
from services import cases, inbox, retention
from services.desk import Desk
from storage.sealed import case_key, day_key
from tests.conftest import START, SUPERVISOR, clock_of
from tests.jobs.test_delivery import a_draft, keys, sent
from tests.post_office import PostOffice


async def test_day_keys_go_after_their_time_and_case_keys_stay(desk: Desk) -> None:
    desk.safe.seal(day_key(START.date()), "x")
    desk.safe.seal("case-1", "x")
    clock_of(desk).advance(desk.policy.retention.inbox_keys)
    assert await retention.erase_day_keys(desk) == []
    clock_of(desk).advance(timedelta(days=1))
    assert await retention.erase_day_keys(desk) == [START.date()]
    assert day_key(START.date()) not in desk.safe.keys.names()
    assert "case-1" in desk.safe.keys.names()


async def test_an_erasure_that_a_crash_interrupted_is_finished(desk: Desk) -> None:
    case = await cases.open_case(desk, SUPERVISOR, Intake("하늘", Harm.STALKING))
    await cases.note(desk, SUPERVISOR, case.number, "메모")
    with (
        patch.object(desk.safe.keys, "erase", side_effect=TimeoutError),
        pytest.raises(TimeoutError),
    ):
        await cases.erase(desk, SUPERVISOR, case.number)
    assert case_key(case.id) in desk.safe.keys.names()
    await job.run(desk)
    assert case_key(case.id) not in desk.safe.keys.names()


async def test_letters_acted_on_are_forgotten_and_those_not_acted_on_are_kept(desk: Desk) -> None:
    done, _ = await inbox.take_in(desk, [Letter("slack", "1", {}), Letter("slack", "2", {})])
    await inbox.done(desk, done.id)
    clock_of(desk).advance(desk.policy.retention.inbox_keys + timedelta(seconds=1))
    assert await retention.forget_letters(desk) == 1
    assert [kept.letter.key for kept in await inbox.unfinished(desk, "slack", set())] == ["2"]


async def test_bot_messages_are_taken_back_once_before_telegram_refuses(desk: Desk) -> None:
    office = PostOffice()
    await sent(desk, a_draft("m", route=Route.TELEGRAM, address="bot:7", case_id=1))
    await office.empty(desk)
    clock_of(desk).advance(desk.policy.retention.telegram_messages + timedelta(seconds=1))
    await job.run(desk)
    [deletion] = await office.empty(desk)
    assert (deletion.draft.operation, deletion.reference) == (Operation.DELETE, "bot:7:1.0")
    await job.run(desk)
    assert await office.empty(desk) == []


async def test_messages_of_an_erased_case_hold_nothing_up(desk: Desk) -> None:
    office = PostOffice()
    gone = a_draft("gone", route=Route.TELEGRAM, address="bot:7", case_id=1)
    here = a_draft("here", route=Route.TELEGRAM, address="bot:8", case_id=2)
    await sent(desk, gone, here)
    await office.empty(desk)
    desk.safe.keys.erase("case-1")
    clock_of(desk).advance(desk.policy.retention.telegram_messages + timedelta(seconds=1))
    assert await retention.take_back_messages(desk) == 1
    assert keys(await office.empty(desk)) == ["take-back:here"]
