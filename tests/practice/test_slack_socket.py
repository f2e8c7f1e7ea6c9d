"""Socket Mode when things go wrong: lost connections, repeats, restarts, renewals."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from practice.cast import SLACK_APP_TOKEN
from practice.faults import Fault
from tests.practice.slack_office import Office, bot, office, until

OFFICER = "U0OFFICER1"


def listening(heard: list[Any]) -> Any:
    def setup(app: AsyncApp) -> None:
        @app.event("message")
        async def said(event: Any) -> None:
            heard.append(event["text"])

        @app.command("/case")
        async def case(ack: Any, command: Any) -> None:
            heard.append(command["command"])
            await ack("받았습니다")

    return setup


async def connection(place: Office) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {SLACK_APP_TOKEN}"}
    async with place.session.post("/slack/api/apps.connections.open", headers=headers) as answer:
        address = (await answer.json())["url"]
    socket = await place.session.ws_connect(address)
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def say(place: Office, text: str) -> None:
    await place.do("say", user=OFFICER, channel="C0DELETION", text=text)


async def test_an_envelope_lost_with_its_connection_comes_again_on_the_next(tmp_path: Path) -> None:
    heard: list[Any] = []
    async with office(tmp_path) as place, bot(place, listening(heard)):
        place.world.faults.add(Fault("slack", "drop", count=1))
        await say(place, "하나")
        await until(lambda: heard == ["하나"])
        place.world.faults.add(Fault("slack", "drop", count=1))
        told = await place.do(
            "command", user=OFFICER, channel="C0DELETION", command="/case", text=""
        )
    assert (told["ok"], heard) == (True, ["하나", "/case"])


async def test_an_envelope_may_come_twice_and_out_of_order(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        socket = await connection(place)
        place.world.faults.add(Fault("slack", "twice", count=1))
        await say(place, "하나")
        place.world.faults.add(Fault("slack", "reorder", count=1))
        first, second = [await socket.receive_json() for _ in range(2)]
        await say(place, "둘")
        await say(place, "셋")
        later = [(await socket.receive_json())["payload"]["event"]["text"] for _ in range(2)]
        await socket.close()
    assert first == second
    assert later == ["셋", "둘"]


async def test_an_event_that_is_not_acknowledged_is_sent_again_with_its_count(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        place.desk.switchboard.patience_s = 0.05
        socket = await connection(place)
        await say(place, "하나")
        tries = [await socket.receive_json() for _ in range(2)]
        await socket.send_json({"envelope_id": tries[0]["envelope_id"]})
        await until(lambda: list(place.world.shelf.all("slack_event")) == [])
        await socket.close()
    assert [one["retry_attempt"] for one in tries] == [0, 1]
    assert tries[0]["payload"]["event_id"] == tries[1]["payload"]["event_id"]


async def test_events_go_round_the_connections_in_turn(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        sockets = [await connection(place) for _ in range(2)]
        for text in ("하나", "둘"):
            await say(place, text)
        texts = [(await one.receive_json())["payload"]["event"]["text"] for one in sockets]
        for one in sockets:
            await one.close()
    assert texts == ["하나", "둘"]


async def test_a_connection_is_renewed_when_slack_asks_for_it(tmp_path: Path) -> None:
    heard: list[Any] = []
    async with office(tmp_path) as place, bot(place, listening(heard)):
        await place.do("disconnect", reason="warning")
        await place.do("disconnect", reason="refresh_requested")
        await say(place, "하나")
        await until(lambda: heard == ["하나"])


async def test_a_ticket_opens_one_connection(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        ticket = place.desk.sockets.ticket()
        socket = await place.session.ws_connect(f"/slack/socket?ticket={ticket}")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await place.session.ws_connect(f"/slack/socket?ticket={ticket}")
        await socket.close()


async def test_everything_is_still_there_after_the_server_was_killed(tmp_path: Path) -> None:
    button = {
        "type": "button",
        "action_id": "claim",
        "text": {"type": "plain_text", "text": "맡기"},
    }
    view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    async with office(tmp_path) as place:
        sent = await place.client.chat_postMessage(channel="C0ALERTS", text="경보")
        made = await place.client.conversations_create(name="사건")
        await place.client.views_publish(user_id=OFFICER, view=view)
        await say(place, "아무도 못 들은 말")
    heard: list[Any] = []
    async with office(tmp_path) as place, bot(place, listening(heard)):
        await until(lambda: heard == ["아무도 못 들은 말"])
        [alert] = await place.see("C0ALERTS")
        home = (await place.look(OFFICER))["home"]
        found = await place.client.conversations_info(channel=made["channel"]["id"])
        later = await place.client.chat_postMessage(channel="C0ALERTS", text="다음")
    assert alert["ts"] == sent["ts"] < later["ts"]
    assert home["blocks"][0]["elements"][0]["action_id"] == "claim"
    assert found["channel"]["name"] == "사건"
