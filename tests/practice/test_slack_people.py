"""What people do in the practice Slack: menus, shortcuts, closing, answering later, and mistakes."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from practice.slack import state
from tests.practice.slack_office import Office, bot, office, until

OFFICER = "U0OFFICER1"


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": words("하나"), "value": "1"}, {"text": words("둘"), "value": "2"}]
MENU = {"type": "static_select", "action_id": "menu", "options": OPTIONS}
ROWS = [{"type": "actions", "block_id": "row", "elements": [MENU]}]


async def answered(place: Office, secret: str, **body: Any) -> tuple[int, str]:
    async with place.session.post(f"/slack/respond/{secret}", json=body) as answer:
        return answer.status, await answer.text()


async def test_shortcuts_are_global_or_of_a_message(tmp_path: Path) -> None:
    heard: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.shortcut("today")
        async def today(ack: Any, body: Any) -> None:
            heard.append((body["type"], body.get("message", {}).get("text")))
            await ack()

    async with office(tmp_path) as place, bot(place, setup):
        said = await place.do("say", user=OFFICER, channel="C0DELETION", text="이것")
        await place.do("shortcut", user=OFFICER, callback_id="today")
        where = {"channel": "C0DELETION", "ts": said["ts"]}
        await place.do("shortcut", user=OFFICER, callback_id="today", **where)
    assert heard == [("shortcut", None), ("message_action", "이것")]


async def test_a_response_url_takes_five_answers_within_thirty_minutes(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        secret = place.desk.hooks.new(OFFICER, "C0ALERTS")
        await answered(place, secret, text="첫 답")
        await answered(place, secret, text="바꾼 답", replace_original=True)
        await answered(place, secret, text="모두에게", response_type="in_channel")
        await answered(place, secret, delete_original=True)
        empty = await answered(place, secret)
        sixth = await answered(place, secret, text="여섯")
        late = place.desk.hooks.new(OFFICER, "C0ALERTS")
        place.world.clock.advance(31 * 60)
        expired = await answered(place, late, text="늦음")
        seen = await place.see("C0ALERTS")
    assert [(one["text"], one["ephemeral_for"], one["deleted"]) for one in seen] == [
        ("바꾼 답", OFFICER, True),
        ("모두에게", None, False),
    ]
    assert empty == (400, '{"ok": false, "error": "no_text"}')
    assert sixth == (404, '{"ok": false, "error": "used_url"}')
    assert expired == (404, '{"ok": false, "error": "expired_url"}')


@pytest.mark.parametrize(
    ("deed", "body", "status", "sentence"),
    [
        ("say", {"user": "U0NOBODY", "text": "x"}, 404, "There is no person U0NOBODY."),
        ("say", {"text": "x"}, 400, "Say which user acts."),
        ("say", {"user": OFFICER}, 400, "A message needs a text."),
        (
            "say",
            {"user": "U0MANAGER1", "channel": "C0DELETION", "text": "x"},
            403,
            "U0MANAGER1 is not in C0DELETION.",
        ),
        (
            "say",
            {"user": OFFICER, "channel": "C0NOWHERE", "text": "x"},
            404,
            "There is no channel C0NOWHERE.",
        ),
        (
            "command",
            {"user": OFFICER, "command": "case"},
            400,
            "A command begins with / and has no space in it.",
        ),
        (
            "press",
            {"user": OFFICER, "channel": "C0ALERTS", "ts": "1.0", "action_id": "a"},
            404,
            "There is no message 1.0 in C0ALERTS for U0OFFICER1.",
        ),
        (
            "submit",
            {"user": OFFICER, "view_id": "V0NONE", "values": {}},
            404,
            "U0OFFICER1 has no view V0NONE open.",
        ),
        ("dance", {"user": OFFICER}, 404, "Nobody can dance here."),
    ],
)
async def test_what_nobody_could_do_is_refused_in_one_sentence(
    tmp_path: Path, deed: str, body: dict[str, Any], status: int, sentence: str
) -> None:
    async with office(tmp_path) as place:
        assert await place.refused(deed, **body) == (status, sentence)


async def test_the_state_names_people_and_channels_also_new_ones(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        await place.client.conversations_create(name="새-방")
        shown = state(place.world)
        messages = await place.session.get("/practice/slack/messages?channel=C0NOWHERE")
    named = {one["id"]: one for one in shown["channels"]}
    assert named["C0ELSEWHERE"]["has_bot"] is False
    assert "새-방" in [one["name"] for one in shown["channels"]]
    assert {"id": OFFICER, "name": "서다온", "role": "deletion_officer"}.items() <= {
        one["id"]: one for one in shown["people"]
    }[OFFICER].items()
    assert messages.status == 404


async def test_a_mention_and_an_ephemeral_button_are_told_as_slack_tells_them(
    tmp_path: Path,
) -> None:
    heard: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.event("app_mention")
        async def mentioned(event: Any) -> None:
            heard.append(event["text"])

        @app.action("menu")
        async def chosen(ack: Any, body: Any) -> None:
            heard.append((body["container"]["is_ephemeral"], "message" in body))
            await ack()

    async with office(tmp_path) as place, bot(place, setup):
        await place.do("say", user=OFFICER, channel="C0GENERAL", text="<@U0ANSIMBOT> 안녕")
        await until(lambda: len(heard) == 1)
        sent = await place.client.chat_postEphemeral(
            channel="C0ALERTS", user=OFFICER, text="x", blocks=ROWS
        )
        at = {"channel": "C0ALERTS", "ts": sent["message_ts"], "action_id": "menu", "value": "1"}
        other = await place.refused("press", user="U0OFFICER2", **at)
        await place.do("press", user=OFFICER, **at)
    assert heard == ["<@U0ANSIMBOT> 안녕", (True, False)]
    assert other[0] == 404


async def test_malformed_calls_are_refused_and_the_server_goes_on(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        as_json = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-practice"}
        told = []
        for path, data in (
            ("/slack/api/chat.postMessage", "{"),
            ("/slack/api/chat.postMessage", "[1]"),
            ("/practice/slack/say", "{"),
            ("/practice/slack/say", "[1]"),
        ):
            answer: aiohttp.ClientResponse
            async with place.session.post(path, data=data, headers=as_json) as answer:
                told.append((await answer.json())["error"])
        paging = {"channel": "C0ALERTS"}
        told += [
            await place.error_of("conversations.history", cursor="?", **paging),
            await place.error_of("conversations.history", limit="0", **paging),
            await place.error_of("conversations.replies", ts="1.0", **paging),
            await place.error_of("conversations.list", types="secret"),
        ]
    assert told == [
        "invalid_json",
        "json_not_object",
        "The body is not JSON.",
        "The body is not a JSON object.",
        "invalid_cursor",
        "invalid_limit",
        "thread_not_found",
        "invalid_types",
    ]


async def test_of_several_buttons_with_one_name_the_value_says_which(tmp_path: Path) -> None:
    heard: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.action("open")
        async def pressed(ack: Any, action: Any) -> None:
            heard.append(action["value"])
            await ack()

    rows = [
        {
            "type": "section",
            "text": words(number),
            "accessory": {
                "type": "button",
                "action_id": "open",
                "text": words("열기"),
                "value": number,
            },
        }
        for number in ("1", "2")
    ]
    async with office(tmp_path) as place, bot(place, setup):
        home = {"type": "home", "blocks": rows}
        view = (await place.client.views_publish(user_id=OFFICER, view=home))["view"]
        at = {"user": OFFICER, "view_id": view["id"], "action_id": "open"}
        await place.do("press", **at)
        await place.do("press", **at, value="2")
        missing = await place.refused("press", **at, value="3")
    assert heard == ["1", "2"]
    assert missing == (404, "No button open there has the value 3.")


async def test_a_person_sees_and_reaches_only_what_their_client_shows(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        sent = await place.client.chat_postMessage(channel="C0DELETION", text="x", blocks=ROWS)
        await place.client.chat_postMessage(channel=OFFICER, text="너에게만")
        at = {"channel": "C0DELETION", "ts": sent["ts"], "action_id": "menu", "value": "1"}
        outside = await place.refused("press", user="U0MANAGER1", **at)
        [direct] = await place.see(OFFICER)
        unbegun = await place.see("D0ONCALL2")
        link = await place.client.chat_getPermalink(channel="C0DELETION", message_ts=sent["ts"])
    assert outside == (403, "U0MANAGER1 is not in C0DELETION.")
    assert (direct["channel"], direct["text"], unbegun) == ("D0OFFICER1", "너에게만", [])
    assert link["permalink"].endswith(f"/C0DELETION/p{sent['ts'].replace('.', '')}")


async def test_the_people_of_the_workspace_are_listed_and_the_stranger_is_not(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        members = (await place.client.users_list())["members"]
        who = await place.client.auth_test()
        unknown = await place.error_of("users.info", user="U0NOBODY")
    known = {one["id"]: one for one in members}
    assert "U0STRANGER" not in known
    assert (known["U0GUEST"]["is_restricted"], known["U0ANSIMBOT"]["is_bot"]) == (True, True)
    assert (who["user_id"], who["bot_id"], unknown) == ("U0ANSIMBOT", "B0ANSIM", "user_not_found")
