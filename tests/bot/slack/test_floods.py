"""A flood and a false alarm as an officer meets them in the practice Slack."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.render.kinds import slack_message
from bot.slack import alerts, fingerprints, matches
from bot.slack.calls import Call
from domain.alerts import AlertKind
from domain.matches import MatchState
from services import alerts as alert_service
from services.desk import Desk
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.bot.slack.test_monitoring import ME, drafts
from tests.conftest import OFFICER
from tests.scripted_web import Script
from tests.services.found_copies import found, raised, registered, sweep
from tests.square_sweeps import COPY, Shelf, sweeper_at, swept_desk


@pytest.fixture
async def place(desk: Desk, tmp_path: Path) -> AsyncIterator[Place]:
    ready = swept_desk(desk)
    examiner = sweeper_at(ready, Script(), Shelf()).examiner
    tables = (alerts.TABLE, fingerprints.table_with(examiner), matches.TABLE)
    async with staffed(ready, tmp_path, tables) as made:
        yield made


async def answered(place: Place, line: str, kind: str) -> str:
    """What the outbox answers to a command that changes something."""
    command, _, text = line.partition(" ")
    before = len(await drafts(place.desk, kind))
    await place.office.do("command", user=ME, channel="C0GENERAL", command=command, text=text)
    for _ in range(400):
        told = await drafts(place.desk, kind)
        if len(told) > before:
            return slack_message(told[-1]).text
    raise AssertionError(f"no {kind}")


async def press(place: Place, action: str, value: str) -> None:
    """The officer presses a button that carries this."""
    await matches.TABLE.actions[action](Call(place.desk, OFFICER, None, value=value))


async def listed(place: Place, line: str) -> str:
    """All of what a command answers, blocks and all."""
    await place.type(ME, line)
    told = [each for each in await place.office.see("") if each.get("ephemeral_for") == ME]
    return json.dumps(told[-1], ensure_ascii=False)


async def flooded(place: Place) -> int:
    """25 posts of one fingerprint within a minute; the fingerprint."""
    _, fingerprint = await registered(place.desk)
    sweeper = sweeper_at(place.desk, Script(), Shelf())
    assert await sweep(sweeper, dict.fromkeys(range(1, 26), COPY)) == 25
    return fingerprint


async def test_twenty_five_posts_are_twenty_alerts_and_one_notice(place: Place) -> None:
    fingerprint = await flooded(place)
    kinds = [alert.kind for alert in await raised(place.desk)]
    assert (kinds.count(AlertKind.MATCH), kinds.count(AlertKind.FLOOD)) == (20, 1)
    [notice] = [alert for alert in await raised(place.desk) if alert.kind is AlertKind.FLOOD]
    told = [each for each in await drafts(place.desk, "alert") if each.facts["alert"] == notice.id]
    text = json.dumps(slack_message(told[0]).blocks, ensure_ascii=False)
    assert f"`/fingerprint release {fingerprint}`" in text
    assert "24시간 동안 확인 전이거나 오탐인 검출이 21건" in text
    assert await place.type(ME, f"/match list {fingerprint}") == "검출 25건"
    number = notice.case_number
    assert "경보 모아 두는 중" in await listed(place, f"/fingerprint list {number}")


async def test_released_what_waited_comes_as_one_alert_and_is_answered_one_by_one(
    place: Place,
) -> None:
    fingerprint = await flooded(place)
    before = {alert.id for alert in await raised(place.desk)}
    told = await answered(place, f"/fingerprint release {fingerprint}", "fingerprint_released")
    assert told.endswith("모아 둔 검출 5건은 경보 하나로 알립니다")
    [alert] = [each for each in await raised(place.desk) if each.id not in before]
    assert (alert.kind, alert.facts["count"]) == (AlertKind.FLOOD, 5)
    await alert_service.claim(place.desk, OFFICER, alert.id)
    held = [match for match in await found(place.desk) if match.is_held]
    assert f"match:{held[0].id}" in await listed(place, f"/match show {held[0].id}")
    for match in held:
        await press(place, "match_confirm", f"match:{match.id}")
    states = {match.state for match in await found(place.desk) if match.is_held}
    assert (len(held), states) == (5, {MatchState.CONFIRMED})
    await alert_service.close(place.desk, OFFICER, alert.id)


async def test_a_false_alarm_is_taken_back_by_a_command(place: Place) -> None:
    number, _ = await registered(place.desk)
    sweeper = sweeper_at(place.desk, Script(), Shelf())
    await sweep(sweeper, {1: COPY})
    [alert] = await raised(place.desk)
    await alert_service.claim(place.desk, OFFICER, alert.id)
    await press(place, "match_dismiss", str(alert.id))
    [told] = await drafts(place.desk, "match_decided")
    assert slack_message(told).text.endswith("거두려면 `/match reopen 1`.")
    await sweep(sweeper, {2: COPY})
    assert "알리지 않은 게시물 1건" in await listed(place, f"/fingerprint list {number}")
    assert "/match reopen 1" in await listed(place, "/match show 1")
    assert "오탐을 거두었습니다" in await answered(place, "/match reopen 1", "match_decided")


async def test_wrong_numbers_get_one_sentence(place: Place) -> None:
    for line in ("/match reopen x", "/match reopen 99", "/fingerprint release x", "/match list x"):
        assert "바뀐 것은 없습니다" in await place.type(ME, line)
