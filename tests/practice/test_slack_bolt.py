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
