"""`/sweep` in the practice Slack: status, a sweep now, sources added by a form, pauses and shadow."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.render.kinds import slack_message
from bot.render.sweeps import bar
from bot.slack import shadows, sources
from domain.access import Actor, Role
from domain.refusals import Reason, Refusal
from domain.sources import MalformedSource, Page, Trouble
from jobs.sweep import run_once
from services import candidates, turn_ends, turns
from services import trials as trial_service
from services.desk import Desk
from storage.trials import Trial
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.bot.slack.test_monitoring import drafts
from tests.conftest import with_policy
from tests.square_sweeps import (
    COPY,
    SOURCE,
    Shelf,
    jpeg,
    listing,
    media,
    open_case,
    register,
    sweeper_at,
    swept_desk,
)

ME = "U0OFFICER1"
FORM = {
    "name": "site", "kind": "gallery", "url": "https://site.example/", "every": "60", "tags": "",
}  # fmt: skip


@pytest.fixture
async def place(desk: Desk, tmp_path: Path) -> AsyncIterator[Place]:
    async with staffed(swept_desk(desk), tmp_path, (sources.TABLE, shadows.TABLE)) as made:
        yield made


async def submit(place: Place, **changes: str) -> dict[str, object]:
    await place.office.do(
        "command", user=ME, channel="C0GENERAL", command="/sweep", text="sources add"
    )
    view = await place.open_form(ME)
    view_id = view.get("view_id") or view["id"]
    return await place.office.do("submit", user=ME, view_id=view_id, values=FORM | changes)


async def test_status_says_what_waits_for_its_full_look_and_why_looks_gave_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "CROWD", 2)
    numbers = range(1, 6)
    shelf = Shelf({media(number): jpeg(20 + number) for number in numbers if number < 5})
    await run_once(sweeper_at(place.desk, listing(*numbers), shelf), "square")
    await place.type(ME, "/sweep status")
    shown = json.dumps(await place.office.see(""), ensure_ascii=False)
    assert "4건은 밀린 것이 많아" in shown
    assert "1건 · 이미 없거나 막혔습니다." in shown


async def test_status_says_how_each_source_fares(place: Place) -> None:
    await turns.begin_turn(place.desk, "square")
    trouble = MalformedSource(Trouble.STATUS, "503")
    for _ in range(5):
        await turn_ends.fail(place.desk, "square", trouble)
    await place.type(ME, "/sweep status")
    messages = await place.office.see("")
    shown = json.dumps(messages, ensure_ascii=False)
    assert "출처 1곳의 모니터링 상태" in shown
    assert "남은 호출 300/300" in shown
    assert "잇따라 실패하여 11-23 12:01까지 쉬고" in shown
    assert "서버가 503(으)로 답했습니다." in shown


async def test_a_source_is_added_by_the_form_and_waits_to_be_let_begin(place: Place) -> None:
    assert (await submit(place))["ok"]
    for _ in range(500):
        found = await trial_service.waiting(place.desk)
        if found:
            break
    assert [(trial.source, source and source.url) for trial, source in found] == [
        ("site", "https://site.example/")
    ]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "My Site", "영어 소문자, 숫자, 붙임표만"),
        ("name", "square", "이미 있습니다"),
        ("url", "site", "공개 주소가 아닙니다"),
        ("every", "soon", "10초에서 86400초"),
    ],
)
async def test_what_is_wrong_stands_in_the_open_form(
    place: Place, field: str, value: str, said: str
) -> None:
    told = await submit(place, **{field: value})
    assert said in json.dumps(told, ensure_ascii=False)
    assert [each.name for each in await turns.every_source(place.desk)] == ["square"]


async def test_pause_resume_and_unknown_names_are_answered_in_one_sentence(place: Place) -> None:
    assert "멈추었습니다" in (
        await told_after(place, "/sweep sources pause square", "source_paused")
    )
    assert "모니터링을 시작합니다" in (
        await told_after(place, "/sweep sources resume square", "source_resumed")
    )
    assert "nowhere" in await place.type(ME, "/sweep sources pause nowhere")
    assert "/sweep sources" in await place.type(ME, "/sweep sources dance square")
    assert "시험 운용 중이 아닙니다" in await place.type(ME, "/sweep shadow square")


async def test_a_trial_of_a_resting_source_is_refused_with_the_time_in_one_sentence(
    place: Place,
) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
    await turn_ends.fail(place.desk, "square", busy)
    rest = timedelta(minutes=7, seconds=59)
    until = place.desk.policy.hours.wall_time(place.desk.clock.now() + rest)
    said = await place.type(ME, "/sweep sources test square")
    assert f"출처 square은(는) {until}까지 쉬는 중이어서 읽어 보지 않았습니다." in said


async def test_what_was_not_asked_when_its_trial_came_says_why(place: Place) -> None:
    refusal = Refusal(Reason.LACKS_APPROVAL, name="square")
    trial = Trial(1, "square", ME, "C0GENERAL", "en")
    await trial_service.try_source(place.desk, Actor(ME, frozenset({Role.SUPERVISOR})), "square")
    await trial_service.tell(place.desk, trial, trial_service.Tried(refusal=refusal))
    [draft] = await drafts(place.desk, "source_tried")
    said = json.dumps(slack_message(draft).blocks)
    assert "Source square was not read, for no approval is recorded." in said
    assert "could not be read" not in said


async def told_after(place: Place, line: str, kind: str) -> str:
    """Type a command and read the answer of this kind out of the outbox."""
    command, _, text = line.partition(" ")
    await place.office.do("command", user=ME, channel="C0GENERAL", command=command, text=text)
    for _ in range(500):
        found = await drafts(place.desk, kind)
        if found:
            return slack_message(found[-1]).text
    raise AssertionError(f"no {kind}")


async def test_a_shadow_report_says_what_would_have_been(desk: Desk, tmp_path: Path) -> None:
    ready = swept_desk(desk, replace(SOURCE, is_shadow=True))
    await register(ready, await open_case(ready), 7)
    await run_once(sweeper_at(ready, listing(1), Shelf({media(1): COPY})), "square")
    async with staffed(ready, tmp_path, (sources.TABLE, shadows.TABLE)) as place:
        await place.type(ME, "/sweep shadow square")
        shown = json.dumps(await place.office.see(""), ensure_ascii=False)
    assert "경보가 되었을 것: B 1 · 사례 1건" in shown
    assert "당직을 불렀을 것 1번" in shown


async def test_a_report_on_limits_says_what_they_would_have_changed_or_that_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    ready = swept_desk(desk)
    strict = replace(ready.policy.tiers, certain=0, strong=0, possible=0, confirmable=0)
    tried = with_policy(ready, trial_tiers=strict)
    async with staffed(tried, tmp_path, (sources.TABLE, shadows.TABLE)) as place:
        await place.type(ME, "/sweep shadow limits")
        assert "달라진 것이 없습니다" in json.dumps(await place.office.see(""), ensure_ascii=False)
        await register(tried, await open_case(tried), 7)
        await run_once(sweeper_at(tried, listing(1), Shelf({media(1): COPY})), "square")
        await place.type(ME, "/sweep shadow limits")
        shown = json.dumps(await place.office.see(""), ensure_ascii=False)
    assert "0번 더, 1번 덜 불렀을 것입니다." in shown
    assert "등급 A → 검출 없음: 1건" in shown


def test_the_bar_is_filled_by_share() -> None:
    assert [bar(share).count("█") for share in (0.0, 0.5, 1.0, 7.0)] == [0, 10, 20, 20]


async def test_status_says_what_is_out_of_the_ordinary(desk: Desk, tmp_path: Path) -> None:
    ready = swept_desk(desk)
    await register(ready, await open_case(ready), 7)
    await run_once(sweeper_at(ready, listing(1), Shelf({media(1): COPY})), "square")
    await candidates.take_in_stream(ready, "square", Page((), {}))
    async with staffed(ready, tmp_path, (sources.TABLE, shadows.TABLE)) as place:
        await place.type(ME, "/sweep status")
        shown = json.dumps(await place.office.see(""), ensure_ascii=False)
    assert "검출이 있어 더 자주 확인합니다." in shown
    assert "실시간 연결 · 마지막 소식 11-23 12:00" in shown
