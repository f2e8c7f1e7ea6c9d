"""Keywords and leads as staff meet them in the practice Slack."""

import json
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from bot.render.kinds import slack_message
from bot.slack import alerts, keywords, leads
from bot.slack.calls import Call
from domain.cases import Case
from domain.keywords import KeywordKind
from domain.refusals import Reason, Refusal
from domain.sources import Page, Post
from services import alerts as alert_service
from services import candidates, cases, turns
from services import keywords as keyword_service
from services.desk import Desk
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.bot.slack.test_monitoring import drafts, until_sent
from tests.conftest import OFFICER, START, SUPERVISOR
from tests.practice.slack_office import Json
from tests.scripted_web import SQUARE
from tests.square_sweeps import open_case, swept_desk

ME, BOSS = OFFICER.id, SUPERVISOR.id
NAME = KeywordKind.REAL_NAME


@pytest.fixture
async def place(desk: Desk, tmp_path: Path) -> AsyncIterator[Place]:
    tables = alerts.TABLE, keywords.TABLE, leads.TABLE
    async with staffed(swept_desk(desk), tmp_path, tables) as made:
        yield made


async def opened(place: Place, user: str, text: str) -> Json:
    """The form that a command opens."""
    typed = {"channel": "C0GENERAL", "command": "/keyword", "text": text}
    await place.office.do("command", user=user, **typed)
    return await place.open_form(user)


async def sent_in(place: Place, user: str, view: Json, **values: str) -> Json:
    view_id = view.get("view_id") or view["id"]
    return await place.office.do("submit", user=user, view_id=view_id, values=values)


def shown(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


async def added(place: Place, case: Case, **values: str) -> str:
    """Send words in by the form; all that the answer says."""
    view = await opened(place, ME, f"add {case.number}")
    assert (await sent_in(place, ME, view, **values))["ok"]
    await until_sent(place, "keywords_added")
    [told] = await drafts(place.desk, "keywords_added")
    return shown(slack_message(told).blocks)


async def test_the_form_has_a_box_for_each_kind_and_says_where_words_go(place: Place) -> None:
    case = await open_case(place.desk)
    view = await opened(place, ME, f"add {case.number}")
    boxes = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert boxes == [kind.value for kind in KeywordKind]
    assert "보내는 곳: square" in shown(view)
    assert "승인되기 전에는 어디에도 보내지 않고" in shown(view)


async def test_the_answer_tells_each_spelling_and_where_it_is_sent(place: Place) -> None:
    case = await open_case(place.desk)
    told = await added(
        place, case, real_name="김민지", handle="@minji_98, minji.k", excluded="가수"
    )
    assert "김 민지 · ㄱㅣㅁㅁㅣㄴㅈㅣ · ㄱㅁㅈ · 민지 · Kim Min Ji" in told
    assert "square에 보냄: minji_98" in told
    assert "square에 보냄: minji.k" in told
    assert "*김민지* (실명) · 승인 전이라 보내지 않고" in told
    assert "*가수* (제외할 말) · 보내지 않습니다" in told
    assert f"/keyword approve {case.number}" in told


async def test_what_is_wrong_is_told_in_its_box_while_the_form_is_open(place: Place) -> None:
    case = await open_case(place.desk)
    view = await opened(place, ME, f"add {case.number}")
    wrong = await sent_in(place, ME, view, other="x" * 61, handle="@@")
    assert sorted(wrong["errors"]) == ["handle", "other"]
    many = await sent_in(place, ME, view, other=",".join(f"w{n}" for n in range(200)), handle="")
    assert "최대 40개" in shown(many["errors"])
    empty = await sent_in(place, ME, view, other="", handle="")
    assert "내용이 비어 있습니다" in shown(empty["errors"])
    assert (await keyword_service.list_keywords(place.desk, OFFICER, case.number))[1] == []


async def test_a_case_closed_while_the_form_is_open_is_told_there(place: Place) -> None:
    case = await open_case(place.desk)
    view = await opened(place, ME, f"add {case.number}")
    await cases.close(place.desk, OFFICER, case.number, "끝")
    answered = await sent_in(place, ME, view, other="물결사진")
    assert "종결되었습니다" in shown(answered["errors"])


async def test_no_form_opens_for_a_case_that_may_have_no_words(place: Place) -> None:
    bare = await open_case(place.desk, consented=False)
    assert "동의" in await place.type(ME, f"/keyword add {bare.number}")
    assert "찾을 수 없습니다" in await place.type(ME, "/keyword add 2026-9999")
    assert "/keyword add" in await place.type(ME, "/keyword add")


async def test_a_supervisor_sees_where_a_name_goes_and_lets_it(place: Place) -> None:
    case = await open_case(place.desk)
    await added(place, case, real_name="김민지")
    assert "역할" in await place.type(ME, f"/keyword approve {case.number}")
    view = await opened(place, BOSS, f"approve {case.number}")
    assert "김민지, Kim Min Ji" in shown(view)
    assert "보내는 곳: square" in shown(view)
    assert (await sent_in(place, BOSS, view))["ok"]
    await until_sent(place, "keywords_approved")
    listed = await place.type(ME, f"/keyword list {case.number}")
    assert listed == f"사례 {case.number} · 검색어 1건"
    assert "없습니다" in await place.type(BOSS, f"/keyword approve {case.number}")
    turn = await turns.begin_turn(place.desk, "square")
    assert turn is not None
    assert sorted(term.text for term in turn.terms) == ["kimminji", "김민지", "풍경"]


async def test_a_name_that_came_while_the_window_was_open_still_waits(place: Place) -> None:
    case = await open_case(place.desk)
    await added(place, case, real_name="김민지")
    view = await opened(place, BOSS, f"approve {case.number}")
    await keyword_service.add_keywords(place.desk, OFFICER, case.number, {NAME: ["박영수"]})
    await sent_in(place, BOSS, view)
    await until_sent(place, "keywords_approved")
    _, waiting = await keyword_service.waiting_names(place.desk, SUPERVISOR, case.number)
    assert [view_.keyword.text for view_ in waiting] == ["박영수"]


async def one_lead(place: Place) -> int:
    """A post that names the person of a case; the number of its alert."""
    case = await open_case(place.desk)
    await keyword_service.add_keywords(place.desk, OFFICER, case.number, {NAME: ["김민지"]})
    await turns.begin_turn(place.desk, "square")
    said = Post("1", f"{SQUARE}/@a/1", "심은글 김민지", START)
    await candidates.take_in(place.desk, "square", Page((), None, posts=(said,)))
    [alert] = await alert_service.list_alerts(place.desk, OFFICER)
    return alert.id


async def press(place: Place, action: str, alert: int) -> None:
    await leads.TABLE.actions[action](Call(place.desk, OFFICER, None, value=str(alert)))


async def refused(doing: Awaitable[Any]) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def test_whoever_takes_a_lead_reads_its_link_as_text_and_answers_once(place: Place) -> None:
    alert = await one_lead(place)
    assert await place.type(ME, "/lead list") == "단서 1건"
    await alert_service.claim(place.desk, OFFICER, alert)
    [review] = await drafts(place.desk, "lead_review")
    text = shown(slack_message(review).blocks)
    assert (review.address, "hxxps://square[.]example/@a/1" in text) == (ME, True)
    assert [word for word in ("https://", "심은글", "김민지") if word in text] == []
    await press(place, "lead_confirm", alert)
    assert await refused(press(place, "lead_confirm", alert)) is Reason.ALERT_OVER
    [told] = await drafts(place.desk, "lead_decided")
    assert slack_message(told).text.endswith("단서 #1 · 삭제요청 대상으로 기록했습니다.")


async def test_its_two_answers_do_not_stand_side_by_side(place: Place) -> None:
    await alert_service.claim(place.desk, OFFICER, await one_lead(place))
    [review] = await drafts(place.desk, "lead_review")
    rows = [block for block in slack_message(review).blocks if block["type"] == "actions"]
    named = [[element["action_id"] for element in row["elements"]] for row in rows]
    assert named == [["lead_confirm"], ["lead_dismiss"]]


async def test_the_link_is_for_whoever_took_it_alone(place: Place) -> None:
    alert = await one_lead(place)
    await place.type(ME, "/lead show 1")
    await alert_service.claim(place.desk, OFFICER, alert)
    await place.type(ME, "/lead show #1")
    await place.type(BOSS, "/lead show 1")
    told = [each for each in await place.office.see("") if each.get("ephemeral_for") in (ME, BOSS)]
    assert ["square[.]example" in shown(each) for each in told] == [False, True, False]


async def test_unknown_leads_get_one_sentence(place: Place) -> None:
    for line in ("/lead show 99", "/lead show x"):
        assert "바뀐 것은 없습니다" in await place.type(ME, line)
    assert await place.type(ME, "/lead list") == "찾은 단서가 없습니다."
