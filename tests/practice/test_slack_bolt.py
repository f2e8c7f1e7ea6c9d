"""The real slack_bolt against the practice Slack: commands, buttons, modals, home, events."""

import asyncio
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from tests.practice.slack_office import bot, office, until

OFFICER = "U0OFFICER1"
BUTTON = {
    "type": "button",
    "action_id": "claim",
    "value": "7",
    "text": {"type": "plain_text", "text": "제가 맡을게요"},
}
MODAL = {
    "type": "modal",
    "callback_id": "new_case",
    "title": {"type": "plain_text", "text": "새 사례"},
    "submit": {"type": "plain_text", "text": "저장"},
    "blocks": [
        {
            "type": "input",
            "block_id": "alias",
            "label": {"type": "plain_text", "text": "별칭"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10},
        },
        {
            "type": "input",
            "block_id": "age",
            "optional": True,
            "label": {"type": "plain_text", "text": "나이"},
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "options": [
                    {"text": {"type": "plain_text", "text": "미성년"}, "value": "minor"},
                    {"text": {"type": "plain_text", "text": "성년"}, "value": "adult"},
                ],
            },
        },
    ],
}


# Workspace, whether a guest, whether a stranger.
KNOWN = {"U0STRANGER": ("T0OTHER", False, True), "U0GUEST": ("T0ANSIM", True, False)}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


async def test_a_command_shows_what_the_bot_acknowledges_it_with(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    def setup(app: AsyncApp) -> None:
        @app.command("/case")
        async def case(ack: Any, command: Any) -> None:
            heard.append(command)
            await ack(f"받았습니다: {command['text']}")

    async with office(tmp_path) as place, bot(place, setup):
        told = await place.do(
            "command", user=OFFICER, channel="C0DELETION", command="/case", text="list"
        )
        seen = await place.see("C0DELETION")
    assert told == {"ok": True, "response": {"text": "받았습니다: list"}, "error": None}
    assert [(one["text"], one["ephemeral_for"]) for one in seen] == [("받았습니다: list", OFFICER)]
    assert (heard[0]["team_id"], heard[0]["user_id"]) == ("T0ANSIM", OFFICER)


async def test_people_of_another_workspace_and_guests_are_known_by_what_they_bring(
    tmp_path: Path,
) -> None:
    heard: list[tuple[str, bool, bool]] = []

    def setup(app: AsyncApp) -> None:
        @app.command("/case")
        async def case(ack: Any, command: Any, client: Any) -> None:
            await ack("받았습니다")
            user = (await client.users_info(user=command["user_id"]))["user"]
            heard.append((command["team_id"], user["is_restricted"], user["is_stranger"]))

    async with office(tmp_path) as place, bot(place, setup):
        for user in KNOWN:
            await place.do("command", user=user, channel="C0ALERTS", command="/case", text="")
        await until(lambda: len(heard) == len(KNOWN))
    assert sorted(heard) == sorted(KNOWN.values())


async def test_a_command_that_nobody_answers_times_out_after_three_seconds(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with office(tmp_path) as place:
        begun = loop.time()
        told = await place.do(
            "command", user=OFFICER, channel="C0DELETION", command="/case", text=""
        )
        assert told == {"ok": False, "response": None, "error": "operation_timeout"}
        assert 2.9 < loop.time() - begun < 4


async def test_a_modal_shows_the_errors_that_the_bot_finds_and_closes_when_it_finds_none(
    tmp_path: Path,
) -> None:
    got: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.command("/case")
        async def case(ack: Any, command: Any, client: Any) -> None:
            await client.views_open(trigger_id=command["trigger_id"], view=MODAL)
            await ack()

        @app.view("new_case")
        async def submitted(ack: Any, view: Any) -> None:
            values = view["state"]["values"]
            got.append(values)
            if values["alias"]["text"]["value"] == "나쁨":
                await ack(response_action="errors", errors={"alias": "다른 별칭을 쓰세요"})
            else:
                await ack()

    async with office(tmp_path) as place, bot(place, setup):
        await place.do("command", user=OFFICER, channel="C0DELETION", command="/case", text="new")
        [view] = (await place.look(OFFICER))["views"]
        form = {"user": OFFICER, "view_id": view["view_id"]}
        unfilled = await place.do("submit", **form, values={})
        too_long = await place.do("submit", **form, values={"text": "가" * 11})
        bad = await place.do("submit", **form, values={"alias": {"text": "나쁨"}})
        good = await place.do(
            "submit", **form, values={"alias": {"text": "좋음"}, "choice": "minor"}
        )
        left = (await place.look(OFFICER))["views"]
    assert unfilled["errors"] == {"alias": "Please complete this required field."}
    assert too_long["errors"] == {"alias": "Please enter no more than 10 characters."}
    assert bad == {"ok": False, "errors": {"alias": "다른 별칭을 쓰세요"}}
    assert (good, left) == ({"ok": True, "errors": {}}, [])
    assert len(got) == 2
    assert got[1]["age"]["choice"]["selected_option"]["value"] == "minor"


async def test_an_answer_may_update_push_or_clear_the_modal(tmp_path: Path) -> None:
    def setup(app: AsyncApp) -> None:
        @app.shortcut("new_case")
        async def opened(ack: Any, shortcut: Any, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

        @app.view("new_case")
        async def submitted(ack: Any, view: Any) -> None:
            action = view["state"]["values"]["alias"]["text"]["value"]
            if action == "clear":
                await ack(response_action="clear")
            else:
                title = {"type": "plain_text", "text": action}
                await ack(response_action=action, view=MODAL | {"title": title})

    async with office(tmp_path) as place, bot(place, setup):
        await place.do("shortcut", user=OFFICER, callback_id="new_case")
        titles = []
        for action in ("update", "push", "clear"):
            top = (await open_views(place))[-1]
            await place.do("submit", user=OFFICER, view_id=top["id"], values={"text": action})
            titles.append([view["title"]["text"] for view in await open_views(place)])
    assert titles == [["update"], ["update", "push"], []]


async def open_views(place: Any) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        while True:
            seen: list[dict[str, Any]] = (await place.look(OFFICER))["views"]
            if seen or place.desk.messages.ever(None, 0) == []:
                return seen


async def test_a_pressed_button_can_replace_its_message_through_the_response_url(
    tmp_path: Path,
) -> None:
    pressed: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.action("claim")
        async def claim(ack: Any, body: Any, respond: Any) -> None:
            await ack()
            pressed.append(body)
            await respond(text="맡음", replace_original=True)
            await respond(text="링크")
            pressed.append("done")

    async with office(tmp_path) as place, bot(place, setup):
        posted = await place.client.chat_postMessage(
            channel="C0ALERTS", text="경보", blocks=actions(BUTTON)
        )
        told = await place.do(
            "press", user=OFFICER, channel="C0ALERTS", ts=posted["ts"], action_id="claim"
        )
        await until(lambda: len(pressed) == 2)
        seen = await place.see("C0ALERTS")
    assert told == {"ok": True}
    assert [(one["text"], one["ephemeral_for"]) for one in seen] == [
        ("맡음", None),
        ("링크", OFFICER),
    ]
    assert [(past["change"], past["text"]) for past in seen[0]["history"]] == [("edit", "경보")]
    assert pressed[0]["actions"][0]["value"] == "7"
    assert pressed[0]["container"]["message_ts"] == posted["ts"]


async def test_the_home_is_published_when_somebody_looks_and_its_buttons_work(
    tmp_path: Path,
) -> None:
    pressed: list[str] = []

    def setup(app: AsyncApp) -> None:
        @app.event("app_home_opened")
        async def opened(event: Any, client: Any) -> None:
            view = {"type": "home", "blocks": actions(BUTTON)}
            await client.views_publish(user_id=event["user"], view=view)

        @app.action("claim")
        async def claim(ack: Any, body: Any) -> None:
            pressed.append(body["view"]["type"])
            await ack()

    async with office(tmp_path) as place, bot(place, setup):
        home = (await place.look(OFFICER))["home"]
        await place.do("press", user=OFFICER, view_id=home["view_id"], action_id="claim")
    assert pressed == ["home"]


async def test_what_people_say_in_channels_threads_and_directly_reaches_the_bot_once(
    tmp_path: Path,
) -> None:
    heard: list[tuple[str, str, str | None]] = []

    def setup(app: AsyncApp) -> None:
        @app.event("message")
        async def said(event: Any) -> None:
            heard.append((event["channel_type"], event["text"], event.get("thread_ts")))

    async with office(tmp_path) as place, bot(place, setup):
        first = await place.do("say", user=OFFICER, channel="C0DELETION", text="하나")
        await place.do("say", user=OFFICER, channel="C0DELETION", text="둘", thread_ts=first["ts"])
        await place.do("say", user=OFFICER, channel="C0GENERAL", text="셋")
        await place.do("say", user=OFFICER, channel="U0ANSIMBOT", text="넷")
        await place.do("say", user=OFFICER, channel="C0ELSEWHERE", text="봇이 없는 곳")
        await until(lambda: len(heard) == 4)
    assert sorted(heard, key=lambda one: one[1]) == [
        ("im", "넷", None),
        ("group", "둘", first["ts"]),
        ("channel", "셋", None),
        ("group", "하나", None),
    ]
