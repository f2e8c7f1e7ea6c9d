"""The front desk keeps everything first, acts once, and says one clear sentence to whoever asks wrongly."""

from pathlib import Path

import pytest

from domain.cases import Harm, Intake
from domain.inbox import Letter
from practice.faults import Fault
from services import cases, inbox
from services.desk import Desk
from services.people import grant
from tests.bot.slack.desk_in_slack import staffed
from tests.conftest import OFFICER, SUPERVISOR
from tests.practice.slack_office import until


async def test_a_form_opens_a_case(desk: Desk, tmp_path: Path) -> None:
    async with staffed(desk, tmp_path) as place:
        await place.office.do("shortcut", user=OFFICER.id, callback_id="case_new")
        form = await place.open_form(OFFICER.id)
        values = {"alias": "하늘", "harm": "threat", "flags": ["minor"]}
        sent = await place.office.do(
            "submit", user=OFFICER.id, view_id=form["view_id"], values=values
        )
        assert sent == {"ok": True, "errors": {}}
        while not (opened := await cases.list_cases(desk, OFFICER)):
            pass
    assert [(c.number, c.alias, c.is_minor) for c in opened] == [("2026-0001", "하늘", True)]


async def test_what_is_wrong_shows_while_the_form_is_open(desk: Desk, tmp_path: Path) -> None:
    async with staffed(desk, tmp_path) as place:
        await place.office.do(
            "command", user=OFFICER.id, channel="C0GENERAL", command="/case", text="new"
        )
        form = await place.open_form(OFFICER.id)
        values = {"alias": "   ", "harm": "threat"}
        sent = await place.office.do(
            "submit", user=OFFICER.id, view_id=form["view_id"], values=values
        )
    assert "비어 있습니다" in sent["errors"]["alias"]
    assert await cases.list_cases(desk, OFFICER) == []


@pytest.mark.parametrize(
    ("user", "line", "says"),
    [
        (OFFICER.id, "/case fly", "없는 명령입니다"),
        (OFFICER.id, "/case", "없는 명령입니다"),
        (OFFICER.id, "/case show", "/case show 사례번호"),
        (OFFICER.id, "/case show 2026-9999", "찾을 수 없습니다"),
        (OFFICER.id, "/case note 2026-1", "찾을 수 없습니다"),
        (OFFICER.id, "/case new 하늘 nonsense", "빠진 말이 있습니다"),
        (OFFICER.id, "/case erase 2026-1", "맡은 역할로는 할 수 없습니다"),
        (OFFICER.id, '/case show "2026', "찾을 수 없습니다"),
        ("U0NOROLE", "/case list", "아직 역할이 없습니다"),
        ("U0GUEST", "/case list", "손님 계정"),
        ("U0STRANGER", "/case list", "다른 워크스페이스"),
        (SUPERVISOR.id, "/ansim role <@U0OFFICER1> king", "역할은 없습니다"),
        (SUPERVISOR.id, "/ansim role <@U0GUEST> supervisor", "역할을 줄 수 없습니다"),
        (SUPERVISOR.id, "/ansim role <@U0STRANGER> on_call", "역할을 줄 수 없습니다"),
        (SUPERVISOR.id, "/ansim role @bob on_call", "역할이 있는 직원이 아닙니다"),
        (OFFICER.id, "/case risk 2026-1 huge", "caution|crisis|critical"),
        (OFFICER.id, "/case consent 2026-1 give everything", "동의 항목이 아닙니다"),
        (OFFICER.id, "/case consent 2026-1 frob everything", "동의 항목이 아닙니다"),
        (SUPERVISOR.id, "/ansim role", "/ansim role"),
    ],
)
async def test_bad_input_gets_one_clear_sentence(
    desk: Desk, tmp_path: Path, user: str, line: str, says: str
) -> None:
    async with staffed(desk, tmp_path) as place:
        assert says in await place.type(user, line)
        await until(lambda: not place.front.in_hand)
        assert await inbox.unfinished(desk, "slack") == []


async def test_an_english_reader_is_told_in_english(desk: Desk, tmp_path: Path) -> None:
    async with staffed(desk, tmp_path) as place:
        await place.office.do(
            "command", user=OFFICER.id, channel="C0GENERAL", command="/ansim", text="language en"
        )
        await until(lambda: not place.front.in_hand)
        assert "There is no case" in await place.type(OFFICER.id, "/case show 2026-7")


async def test_the_same_envelope_twice_opens_one_case(desk: Desk, tmp_path: Path) -> None:
    async with staffed(desk, tmp_path) as place:
        place.office.world.faults.add(Fault("slack", "twice", count=1))
        await place.office.do(
            "command", user=OFFICER.id, channel="C0GENERAL", command="/case", text="new 하늘 threat"
        )
        await until(lambda: not place.front.in_hand)
        await place.type(OFFICER.id, "/case list")
    assert len(await cases.list_cases(desk, OFFICER)) == 1


async def test_what_was_kept_and_not_acted_on_is_done_after_a_restart(
    desk: Desk, tmp_path: Path
) -> None:
    async with staffed(desk, tmp_path) as place:
        payload = {
            "command": "/case", "text": "new 바다 other", "user_id": OFFICER.id,
            "team_id": "T0ANSIM", "channel_id": "C0GENERAL", "trigger_id": "t1",
            "response_url": f"{place.office.world.addresses.practice}/slack/respond/x",
        }  # fmt: skip
        await inbox.take_in(desk, [Letter("slack", "t1", payload, "C0GENERAL")])
        await place.front.replay()
        await until(lambda: not place.front.in_hand)
    assert [case.alias for case in await cases.list_cases(desk, OFFICER)] == ["바다"]
    assert await inbox.unfinished(desk, "slack") == []


async def test_a_handler_that_breaks_keeps_the_letter_for_later(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(cases, "list_cases", broken)
    async with staffed(desk, tmp_path) as place:
        assert "다시 시도합니다" in await place.type(OFFICER.id, "/case list")
        await until(lambda: not place.front.in_hand)
        assert len(await inbox.unfinished(desk, "slack")) == 1


async def test_markup_in_an_alias_stays_text(desk: Desk, tmp_path: Path) -> None:
    await cases.open_case(desk, OFFICER, Intake("<!channel> & <b>", Harm.OTHER))
    async with staffed(desk, tmp_path) as place:
        shown = await place.type(OFFICER.id, "/case show 2026-1")
    assert "&lt;!channel&gt; &amp; &lt;b&gt;" in shown


async def test_the_home_tab_has_its_two_buttons_and_what_waits(desk: Desk, tmp_path: Path) -> None:
    await cases.open_case(desk, OFFICER, Intake("하늘", Harm.OTHER))
    async with staffed(desk, tmp_path) as place:
        home = (await place.office.look(OFFICER.id))["home"]
    texts = str(home)
    assert [word for word in ("새 사례", "오늘 할 일", "2026-0001") if word not in texts] == []


async def test_a_role_given_counts_at_once(desk: Desk, tmp_path: Path) -> None:
    await grant(desk, SUPERVISOR, "U0NOROLE", ("counsellor",))
    async with staffed(desk, tmp_path) as place:
        assert "열려 있는 사례가 없습니다" in await place.type("U0NOROLE", "/case list")


async def test_whoever_has_no_role_reads_in_the_home_tab_what_to_do(
    desk: Desk, tmp_path: Path
) -> None:
    async with staffed(desk, tmp_path) as place:
        home = (await place.office.look("U0NOROLE"))["home"]
    assert "아직 역할이 없습니다" in str(home)
