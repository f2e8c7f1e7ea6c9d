"""What has served its time goes: keys, letters, messages on phones; and our own standstills are told."""

from datetime import timedelta

from domain.access import SYSTEM, Action
from domain.inbox import Letter
from domain.outbox import Operation, Outcome, Result, Route
from jobs import retention as job
from services import health, inbox, retention
from services.alerts import list_alerts
from services.desk import Desk
from storage.sealed import day_key
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


async def test_one_standstill_raises_one_alert(desk: Desk) -> None:
    stood = {"poll-bot": (START, timedelta(minutes=2))}
    assert await health.watch(desk, stood) == []
    clock_of(desk).advance(timedelta(minutes=3))
    assert await health.watch(desk, stood) == ["poll-bot"]
    await health.watch(desk, stood)
    assert [alert.subject for alert in await list_alerts(desk, SUPERVISOR)] == ["health:poll-bot"]


async def test_an_outbox_that_doesnt_empty_is_told_of(desk: Desk) -> None:
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await deed.send(a_draft("1"))
    clock_of(desk).advance(timedelta(minutes=11))
    assert await health.watch(desk, {}) == ["outbox"]
    office = PostOffice(lambda parcel: Outcome(Result.SENT, "x:1"))
    await office.empty(desk)
