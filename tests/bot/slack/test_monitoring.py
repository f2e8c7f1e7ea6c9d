"""Fingerprints, keywords, sweeps and matches as an officer meets them in the practice Slack."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot.render.kinds import slack_message
from bot.slack import alerts, fingerprints, keywords, matches, sources
from domain.cases import Case
from domain.consents import ConsentPart
from domain.outbox import Draft, Operation, Route
from jobs.sweep import run_once
from services import alerts as alert_service
from services import consents
from services.desk import Desk
from services.examiner import Examiner
from services.fingerprints import list_fingerprints
from services.hashfile import public_key
from storage import outbox
from storage.outbox import OutboxRow
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.conftest import OFFICER
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import (
    PUBLIC,
    TAGGED,
    InProcess,
    Shelf,
    hash_file,
    jpeg,
    open_case,
    post,
    print_of,
    register,
    sweeper_at,
    swept_desk,
)

ME = "U0OFFICER1"


@pytest.fixture
async def place(desk: Desk, tmp_path: Path) -> AsyncIterator[Place]:
    ready = swept_desk(desk)
    examiner = Examiner(InProcess(), InProcess(), ready.policy.tiers)
    tables = (
        alerts.TABLE,
        fingerprints.table_with(examiner),
        keywords.TABLE,
        matches.TABLE,
        sources.TABLE,
    )
    async with staffed(ready, tmp_path, tables) as made:
        yield made


async def upload(place: Place, name: str, data: bytes) -> str:
    """A file that the officer put into Slack; its id."""
    form = aiohttp.FormData({"user": ME})
    form.add_field("file", data, filename=name)
    async with place.office.session.post("/practice/slack/upload", data=form) as got:
        return str((await got.json())["file"]["id"])


async def send_in(place: Place, case: Case, name: str, data: bytes) -> dict[str, Any]:
    """Open the form for a case and send this file in it."""
    file_id = await upload(place, name, data)
    typed = f"add {case.number}"
    await place.office.do(
        "command", user=ME, channel="C0GENERAL", command="/fingerprint", text=typed
    )
    view = await place.open_form(ME)
    view_id = view.get("view_id") or view["id"]
    return await place.office.do("submit", user=ME, view_id=view_id, values={"file": [file_id]})


async def drafts(desk: Desk, kind: str) -> list[Draft]:
    """What waits in the outbox of this kind, opened."""
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(OutboxRow).where(OutboxRow.kind == kind))).all()
        return [outbox._draft(row, desk.safe) for row in rows]


async def test_a_hash_file_becomes_fingerprints_and_leaves_slack(place: Place) -> None:
    case = await open_case(place.desk, is_minor=True)
    assert (await send_in(place, case, "prints.json", hash_file(1, 2)))["ok"]
    await until_sent(place, "fingerprints_registered")
    [told] = await drafts(place.desk, "fingerprints_registered")
    assert slack_message(told).text == (
        f"사례 {case.number} · 디지털 지문 2건 등록 · 원본은 남기지 않았습니다"
    )
    [gone] = await drafts(place.desk, "uploaded_file")
    assert gone.operation is Operation.DELETE_FILE


async def test_the_key_for_sealing_is_shown_to_whoever_asks_alone(place: Place) -> None:
    shown = await place.type(ME, "/fingerprint key")
    key = public_key(place.desk.safe.keys)
    assert f"```ansim hash 사진.jpg --for {key} --out prints.json```" in shown


async def until_sent(place: Place, kind: str) -> None:
    """Until a row of this kind stands in the outbox."""
    for _ in range(400):
        if await drafts(place.desk, kind):
            return
    raise AssertionError(f"no {kind}")


async def test_a_minors_picture_is_refused_while_the_form_is_open(place: Place) -> None:
    case = await open_case(place.desk, is_minor=True)
    told = await send_in(place, case, "picture.jpg", jpeg(1))
    assert "파일 자체를 Slack으로 올릴 수 없습니다" in json.dumps(told, ensure_ascii=False)
    calls = [call["method"] for call in place.office.world.log.since(0)]
    assert not any("files-pri" in method or "download" in method for method in calls)
    assert (await list_fingerprints(place.desk, OFFICER, case.number))[1] == []


async def test_a_broken_hash_file_is_told_in_one_sentence_and_deleted(place: Place) -> None:
    case = await open_case(place.desk)
    before = len(await place.told(ME))
    await send_in(place, case, "prints.json", b"{not json")
    await until_sent(place, "uploaded_file")
    assert (await place._next(ME, before)).startswith("prints.json: ")
    assert (await list_fingerprints(place.desk, OFFICER, case.number))[1] == []


async def test_keywords_are_set_and_listed(place: Place) -> None:
    case = await open_case(place.desk)
    await place.office.do(
        "command", user=ME, channel="C0GENERAL", command="/keyword",
        text=f"set {case.number} planted 풍경사진",
    )  # fmt: skip
    await until_sent(place, "keywords_set")
    told = await place.type(ME, f"/keyword list {case.number}")
    assert told == f"사례 {case.number} · 검색어 2건"


async def test_sweeps_tell_how_they_fare(place: Place) -> None:
    assert await place.type(ME, "/sweep status") == "출처 1곳의 모니터링 상태"
    assert await place.type(ME, "/sweep sources") == "모니터링 출처 1곳"
    assert "nowhere" in await place.type(ME, "/sweep now nowhere")


async def test_unknown_numbers_get_one_sentence(place: Place) -> None:
    for line in ("/match show 99", "/match show x", "/fingerprint withdraw 99"):
        assert "바뀐 것은 없습니다" in await place.type(ME, line)


async def test_whoever_takes_a_match_reads_its_link_as_text_and_answers(place: Place) -> None:
    desk = place.desk
    await register(desk, await open_case(desk), 7)
    timeline = Script({PUBLIC: answer(json.dumps([post(1)])), TAGGED: answer("[]")})
    shelf = Shelf({f"{SQUARE}/media/1.jpg": jpeg(7)})
    await run_once(sweeper_at(desk, timeline, shelf), "square")
    assert await place.type(ME, "/match list") == "검출 1건"
    [alert] = await alert_service.list_alerts(desk, OFFICER)
    await alert_service.claim(desk, OFFICER, alert.id)
    [review] = await drafts(desk, "match_review")
    shown = json.dumps(slack_message(review).blocks, ensure_ascii=False)
    assert (review.address, "hxxps://square[.]example/@a/1" in shown) == (ME, True)
    assert "https://" not in shown


def test_confirming_and_rejecting_do_not_stand_side_by_side() -> None:
    facts = {"match": 1, "alert": 2, "number": "2026-0001", "link": "https://a.example/b"}
    verdict = {"tier": "A", "reason": "pdq", "distance": 3, "form": 5, "quality": 90}
    draft = Draft(
        Route.SLACK, Operation.POST, "match_review", ME, "k",
        facts | verdict | {"source": "square", "posted_at": ""},
    )  # fmt: skip
    rows = [block for block in slack_message(draft).blocks if block["type"] == "actions"]
    named = [[element["action_id"] for element in row["elements"]] for row in rows]
    assert named == [["match_confirm", "match_second_look"], ["match_dismiss"]]


async def test_another_centres_list_is_taken_in_by_the_same_form(place: Place) -> None:
    case = await open_case(place.desk)
    lines = ["hash,quality", *(f"{number:064x},80" for number in (1, 2, 2))]
    assert (await send_in(place, case, "list.csv", "\n".join(lines).encode()))["ok"]
    await until_sent(place, "fingerprints_registered")
    [told] = await drafts(place.desk, "fingerprints_registered")
    assert slack_message(told).text == (
        f"사례 {case.number} · 디지털 지문 2건 등록 · 원본은 남기지 않았습니다"
        " · 목록에 두 번 적힌 1건은 한 번만"
    )


async def test_hashes_are_given_out_in_a_window_alone(place: Place) -> None:
    case = await open_case(place.desk)
    await register(place.desk, case, 1)
    part = ConsentPart.PASSING_ON
    await consents.give(place.desk, OFFICER, case.number, (part,), recipient="센터")
    before = len(await place.told(ME))
    typed = {"command": "/fingerprint", "text": f"export {case.number}"}
    await place.office.do("command", user=ME, channel="C0GENERAL", **typed)
    shown = json.dumps(await place.open_form(ME), ensure_ascii=False)
    assert f"{print_of(1).pdq.hex},{print_of(1).pdq.quality}" in shown
    assert len(await place.told(ME)) == before
    assert "xml" in await place.type(ME, f"/fingerprint export {case.number} XML")
