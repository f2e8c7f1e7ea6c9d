"""`/sweep` from a person's command to what stands in the practice Slack, through outbox and sender."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.senders.slack import SlackSender
from bot.slack import shadows, sources
from domain.outbox import Route
from domain.policy import SourcePolicy
from domain.sources import Item, MalformedSource, Page, Trouble
from jobs import trials
from jobs.candidates import examine_waiting
from jobs.delivery import deliver
from jobs.sweep import poll, run_once
from jobs.sweeper import Sweeper
from services import candidates, sweeps, turn_ends, turns
from services import sources as source_service
from services.desk import Desk
from storage import added_sources as added_table
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.bot.slack.test_monitoring import drafts
from tests.conftest import OFFICER, clock_of
from tests.practice.slack_office import Json
from tests.square_sweeps import (
    COPY,
    SOURCE,
    Shelf,
    listing,
    media,
    open_case,
    register,
    sweeper_at,
    swept_desk,
)

ME, BOSS = "U0OFFICER1", "U0SUPERVISOR"
REDDIT = SourcePolicy("reddit", "reddit", "https://oauth.example/r/one", timedelta(seconds=5))
BLOG = SourcePolicy("blog", "rss", "https://blog.example/feed", timedelta(minutes=1))


@dataclass
class Shop:
    """A place whose letters are carried, and the sweeper behind it."""

    place: Place
    sweeper: Sweeper

    async def type(self, user: str, line: str, kind: str) -> None:
        """Type a command, and carry everything once an answer of this kind is due."""
        command, _, text = line.partition(" ")
        before = len(await drafts(self.place.desk, kind))
        answer = await self.place.office.do(
            "command", user=user, channel="C0GENERAL", command=command, text=text
        )
        assert answer["ok"], answer
        for _ in range(500):
            if len(await drafts(self.place.desk, kind)) > before:
                return await self.carry()
        raise AssertionError(f"no {kind}")

    async def carry(self) -> None:
        sender = SlackSender(self.place.office.client)
        await deliver(self.place.desk, {Route.SLACK: sender})

    async def shown(self, words: str) -> list[Json]:
        """The messages in which these words stand now."""
        found = [{**each, "history": []} for each in await self.place.office.see("")]
        return [each for each in found if words in json.dumps(each, ensure_ascii=False)]


@pytest.fixture
async def shop(desk: Desk, tmp_path: Path) -> AsyncIterator[Shop]:
    ready = swept_desk(desk, SOURCE, REDDIT)
    await register(ready, await open_case(ready), 7)
    async with staffed(ready, tmp_path, (sources.TABLE, shadows.TABLE)) as place:
        yield Shop(place, sweeper_at(ready, listing(1), Shelf({media(1): COPY})))


async def test_the_message_of_a_sweep_is_edited_in_place_until_it_is_over(shop: Shop) -> None:
    await shop.type(ME, "/sweep now square", "sweep_progress")
    [first] = await shop.shown("모니터링 중: square")
    assert "0 %" in json.dumps(first)
    await poll(shop.sweeper, "square")
    await examine_waiting(shop.sweeper)
    assert await sweeps.tell_progress(shop.place.desk) == 0
    await shop.carry()
    [last] = await shop.shown("모니터링을 마쳤습니다: square")
    assert (last["ts"], await shop.shown("모니터링 중: square")) == (first["ts"], [])
    said = json.dumps(last, ensure_ascii=False)
    assert "100 %" in said
    assert "검출 1" in said


async def test_a_sweep_says_which_source_was_not_asked_and_why(shop: Shop) -> None:
    await shop.type(ME, "/sweep now", "sweep_progress")
    for name in ("square", "reddit"):
        await poll(shop.sweeper, name)
    await examine_waiting(shop.sweeper)
    await sweeps.tell_progress(shop.place.desk)
    await shop.carry()
    [last] = await shop.shown("묻지 못한 출처: reddit · 승인 기록이 없습니다.")
    assert "100 %" not in json.dumps(last)


async def test_a_source_is_tested_and_the_answer_is_for_whoever_asked(shop: Shop) -> None:
    await shop.type(ME, "/sweep sources test square", "source_trial_begun")
    await trials.run(shop.sweeper)
    await shop.carry()
    told = (await shop.shown("출처 square"))[-1]
    assert told["ephemeral_for"] == ME
    assert "1건" in json.dumps(told, ensure_ascii=False)


async def test_a_supervisor_approves_a_source_and_it_may_be_asked(shop: Shop) -> None:
    assert await turns.begin_turn(shop.place.desk, "reddit") is None
    line = "/sweep sources approve reddit 2026-17호 협약"
    await shop.type(BOSS, line, "source_approved")
    [told] = await shop.shown("2026-17호 협약")
    assert told["ephemeral_for"] == BOSS
    assert await turns.begin_turn(shop.place.desk, "reddit") is not None


async def test_a_source_that_a_form_added_is_forgotten(shop: Shop) -> None:
    async with shop.place.desk.database.transaction() as tx:
        await added_table.add(tx, BLOG, ME, shop.place.desk.clock.now())
    await shop.type(ME, "/sweep sources forget blog", "source_forgotten")
    [told] = await shop.shown("출처 blog")
    assert told["ephemeral_for"] == ME
    names = [each.name for each in await turns.every_source(shop.place.desk)]
    assert names == ["square", "reddit"]


async def test_status_shows_success_counts_quota_breaker_and_lag(shop: Shop) -> None:
    desk = shop.place.desk
    await run_once(shop.sweeper, "square")
    clock_of(desk).advance(timedelta(hours=3))
    late = "https://a.example/late"
    await candidates.take_in(desk, "square", Page((Item("late", 0, f"{late}.jpg", late),), None))
    clock_of(desk).advance(timedelta(minutes=14))
    for _ in range(5):
        await turn_ends.fail(desk, "square", MalformedSource(Trouble.STATUS, "503"))
    [square, _] = await source_service.list_sources(desk, OFFICER)
    assert (square.lag, square.waits) == (timedelta(hours=3, minutes=14), timedelta(minutes=14))
    await shop.place.type(ME, "/sweep status")
    [shown] = await shop.shown("모니터링 상태")
    said = json.dumps(shown, ensure_ascii=False)
    for part in (
        "마지막 성공 11-23 15:00 · 본 것 2 · 확인 1 · 검출 1",
        "가장 최근에 확인한 것: 3시간 전 · 기다리는 것 중 가장 오래된 것: 14분 전",
        "남은 호출 ",
        "잇따라 실패하여",
    ):
        assert part in said
