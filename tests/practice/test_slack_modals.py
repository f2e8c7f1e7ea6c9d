"""Modals with the real slack_bolt: errors, updates, stacks."""

from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from tests.practice.slack_office import bot, office

OFFICER = "U0OFFICER1"


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
            top = (await place.look(OFFICER))["views"][-1]
            await place.do("submit", user=OFFICER, view_id=top["id"], values={"text": action})
            titles.append([view["title"]["text"] for view in (await place.look(OFFICER))["views"]])
    assert titles == [["update"], ["update", "push"], []]
