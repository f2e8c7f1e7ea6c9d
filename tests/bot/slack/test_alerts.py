"""From the raising to the last press, in the practice Slack: who is paged, takes it, and what others see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.render.refusals import refusal_text
from bot.senders.slack import SlackSender
from bot.slack import alerts, oncall
from bot.slack.calls import Call
from domain.alerts import AlertState, Severity
from domain.outbox import Route
from domain.refusals import Refusal
from jobs.delivery import deliver
from services.desk import Desk
from tests.bot.slack.desk_in_slack import Place, staffed
from tests.conftest import OFFICER, ON_CALL, SECOND, SUPERVISOR
from tests.post_office import an_alert, raised, seen, usual_rota
from tests.practice.slack_office import Json, until

TABLES = (alerts.TABLE, oncall.TABLE)


@asynccontextmanager
async def paging(desk: Desk, folder: Path) -> AsyncIterator[Place]:
    """A centre with somebody on call, whose Slack hears what the outbox sends."""
    await usual_rota(desk)
    async with staffed(desk, folder, TABLES) as place:
        yield place
        await until(lambda: not place.front.in_hand)


async def delivered(place: Place) -> None:
    await deliver(place.desk, {Route.SLACK: SlackSender(place.office.client)})


async def dm_of(place: Place, user: str) -> list[Json]:
    return await place.office.see(f"D{user[1:]}")


async def press(place: Place, user: str, message: Json, action: str) -> None:
    """Press a button; wait until the bot has put the press away."""
    before = len(place.desk.wake)  # type: ignore[arg-type]  # the tests' list of what was woken
    asked = await place.office.do(
        "press", user=user, channel=message["channel"], ts=message["ts"], action_id=action
    )
    assert asked["ok"], asked
    await until(lambda: len(place.desk.wake) > before or not place.front.in_hand)  # type: ignore[arg-type]
    await until(lambda: not place.front.in_hand)


def buttons(message: Json) -> list[str]:
    return [
        element["action_id"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "button"
    ]


async def test_claimed_in_a_direct_message_shows_in_the_channel(desk: Desk, tmp_path: Path) -> None:
    alert_id = await raised(desk)
    async with paging(desk, tmp_path) as place:
        await delivered(place)
        [channel] = await place.office.see("C0ALERTS")
        [page] = await dm_of(place, OFFICER.id)
        assert "사례 미지정 · 안부확인 응답 없음" in page["text"]
        assert buttons(page) == ["alert_claim"]
        await press(place, OFFICER.id, page, "alert_claim")
        await delivered(place)
        [channel] = [m for m in await place.office.see("C0ALERTS") if m["ts"] == channel["ts"]]
        shown = str(channel["blocks"])
        assert (f"담당 <@{OFFICER.id}>" in shown, buttons(channel)) == (
            True,
            ["alert_close", "alert_release"],
        )
        await press(place, OFFICER.id, page, "alert_close")
        await delivered(place)
        [page] = [m for m in await dm_of(place, OFFICER.id) if m["ts"] == page["ts"]]
        assert buttons(page) == []
    assert (await seen(desk, alert_id)).state is AlertState.CLOSED


async def test_a_second_press_gets_one_clear_sentence(desk: Desk, tmp_path: Path) -> None:
    async with paging(desk, tmp_path) as place:
        await raised(desk)
        await delivered(place)
        [channel] = await place.office.see("C0ALERTS")
        await press(place, ON_CALL.id, channel, "alert_claim")
        await delivered(place)
        for user, says in ((ON_CALL.id, "이미 맡고 계십니다"), (SECOND.id, f"<@{ON_CALL.id}>")):
            fresh = [m for m in await place.office.see("C0ALERTS") if m["ts"] == channel["ts"]]
            assert buttons(fresh[0]) == ["alert_close", "alert_release"]
            told = await _claim_again(place, user, fresh[0])
            assert says in told


async def _claim_again(place: Place, user: str, message: Json) -> str:
    """What somebody is told whose screen still showed the button, which is gone from the message."""
    actor = next(actor for actor in (ON_CALL, SECOND) if actor.id == user)
    call = Call(place.desk, actor, place.office.client, value="1")
    with pytest.raises(Refusal) as refused:
        await alerts.TABLE.actions["alert_claim"](call)
    return refusal_text("ko", refused.value)


@pytest.mark.parametrize(
    ("user", "line", "says"),
    [
        (SUPERVISOR.id, "/oncall set", "/oncall set @사람"),
        (SUPERVISOR.id, "/oncall set nobody", "/oncall set @사람"),
        (SUPERVISOR.id, "/oncall set <@U0COUNSEL1> boss", "당직 단계가 아닙니다"),
        (SUPERVISOR.id, "/oncall set <@U0COUNSEL1> lead tomorrow", "시각으로 읽을 수 없습니다"),
        (SUPERVISOR.id, "/oncall set <@U0COUNSEL1> lead 2026-99-01", "시각으로 읽을 수 없습니다"),
        (SUPERVISOR.id, "/oncall set <@U0NOROLE>", "역할이 있는 직원이 아닙니다"),
        (SUPERVISOR.id, "/oncall set <@U0ONCALL1>", "이미 당직이 있습니다"),
        (SUPERVISOR.id, "/oncall set <@U0ONCALL1> 2026-12-24 2026-12-01", "끝이 시작보다"),
        (OFFICER.id, "/oncall set <@U0OFFICER1>", "맡은 역할로는 할 수 없습니다"),
        (OFFICER.id, "/oncall swap 1 <@U0OFFICER1>", "본인 것이 아닙니다"),
        (ON_CALL.id, "/oncall swap 99 <@U0OFFICER1>", "찾을 수 없습니다"),
        (ON_CALL.id, "/oncall swap one two", "/oncall swap 당직번호"),
        (OFFICER.id, "/alert show", "/alert show 경보번호"),
        (OFFICER.id, "/alert show 77", "경보 77"),
        (OFFICER.id, "/alert show x", "찾을 수 없습니다"),
        (OFFICER.id, "/alert list", "열려 있는 경보가 없습니다"),
    ],
)
async def test_what_is_wrong_is_said_in_one_sentence(
    desk: Desk, tmp_path: Path, user: str, line: str, says: str
) -> None:
    async with paging(desk, tmp_path) as place:
        assert says in await place.type(user, line)


async def test_the_rota_shows_who_is_on_call_and_where_nobody_is(
    desk: Desk, tmp_path: Path
) -> None:
    async with paging(desk, tmp_path) as place:
        await place.type(OFFICER.id, "/oncall show")
        [message] = [m for m in await place.office.see("") if m.get("ephemeral_for") == OFFICER.id]
    shown = str(message["blocks"])
    assert f"지금 당직: <@{ON_CALL.id}>" in shown
    assert "지금 책임자: 없음" in shown


async def test_open_alerts_are_listed_gravest_first(desk: Desk, tmp_path: Path) -> None:
    await raised(desk, an_alert("b", severity=Severity.B))
    await raised(desk, an_alert("a", severity=Severity.A))
    async with paging(desk, tmp_path) as place:
        await place.type(OFFICER.id, "/alert list")
        [message] = [m for m in await place.office.see("") if m.get("ephemeral_for") == OFFICER.id]
    shown = str(message["blocks"])
    assert shown.index("경보 2") < shown.index("경보 1")
