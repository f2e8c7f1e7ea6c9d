"""Menus and forms: what people choose and type, as the bot is told of it."""

from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from practice.slack.filling import filled, held
from tests.practice.slack_office import Office, bot, office

OFFICER = "U0OFFICER1"


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": words("하나"), "value": "1"}, {"text": words("둘"), "value": "2"}]


MENU = {"type": "static_select", "action_id": "menu", "options": OPTIONS}


ROWS = [{"type": "actions", "block_id": "row", "elements": [MENU]}]


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "callback_id": "m", "title": words("창"), "blocks": ROWS, **more}


async def opened(place: Office, **more: Any) -> dict[str, Any]:
    trigger = place.desk.triggers.new(OFFICER)
    return dict((await place.client.views_open(trigger_id=trigger, view=modal(**more)))["view"])


async def test_a_menu_in_a_message_tells_what_was_chosen(tmp_path: Path) -> None:
    heard: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.action("menu")
        async def chosen(ack: Any, body: Any) -> None:
            heard.append((body["actions"][0], body["state"]["values"]))
            await ack()

    async with office(tmp_path) as place, bot(place, setup):
        sent = await place.client.chat_postMessage(channel="C0ALERTS", text="x", blocks=ROWS)
        at = {"user": OFFICER, "channel": "C0ALERTS", "ts": sent["ts"]}
        await place.do("press", **at, action_id="menu", value="2")
        none = await place.refused("press", **at, action_id="menu", value="3")
        missing = await place.refused("press", **at, action_id="other")
    [(action, values)] = heard
    assert action["selected_option"] == OPTIONS[1]
    assert values == {"row": {"menu": {"type": "static_select", "selected_option": OPTIONS[1]}}}
    assert none == (400, "There is no option 3 in menu.")
    assert missing == (404, "There is nothing called other to press there.")


async def test_a_menu_in_a_modal_can_push_another_and_is_remembered(tmp_path: Path) -> None:
    closed: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.action("menu")
        async def chosen(ack: Any, body: Any, client: Any) -> None:
            await client.views_push(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))
            await ack()

        @app.view_closed("m")
        async def gone(ack: Any, view: Any) -> None:
            closed.append(view["id"])
            await ack()

    async with office(tmp_path) as place, bot(place, setup):
        first = await opened(place)
        at = {"user": OFFICER, "view_id": first["id"]}
        await place.do("press", **at, action_id="menu", value="1")
        below, above = (await place.look(OFFICER))["views"]
        await place.do("close", user=OFFICER, view_id=above["id"])
        left = [view["id"] for view in (await place.look(OFFICER))["views"]]
    assert below["state"]["values"]["row"]["menu"]["selected_option"] == OPTIONS[0]
    assert (above["previous_view_id"], closed, left) == (first["id"], [above["id"]], [first["id"]])


@pytest.mark.parametrize(
    ("element", "value", "expected"),
    [
        ({"type": "plain_text_input"}, "글", "글"),
        ({"type": "number_input"}, 7, "7"),
        ({"type": "checkboxes", "action_id": "c", "options": OPTIONS}, ["둘"], [OPTIONS[1]]),
        ({"type": "multi_static_select", "options": OPTIONS}, "1,2", OPTIONS),
        ({"type": "radio_buttons", "options": OPTIONS}, "1", OPTIONS[0]),
        ({"type": "users_select"}, OFFICER, OFFICER),
        ({"type": "multi_users_select"}, [OFFICER], [OFFICER]),
        ({"type": "conversations_select"}, "#경보", "C0ALERTS"),
        ({"type": "datepicker"}, "2026-11-23", "2026-11-23"),
        ({"type": "datetimepicker"}, "1800000000", 1_800_000_000),
        ({"type": "timepicker"}, None, None),
    ],
)
async def test_every_kind_of_element_holds_its_value_as_slack_words_it(
    tmp_path: Path, element: dict[str, Any], value: Any, expected: Any
) -> None:
    async with office(tmp_path) as place:
        assert held(filled(place.desk, element, value)) == expected


async def test_the_bot_is_told_of_a_form_only_once_the_client_is_content(tmp_path: Path) -> None:
    elements = {
        "mail": {"type": "email_text_input", "action_id": "v"},
        "link": {"type": "url_text_input", "action_id": "v"},
        "count": {
            "type": "number_input",
            "action_id": "v",
            "is_decimal_allowed": False,
            "min_value": "1",
            "max_value": "9",
        },
        "day": {"type": "datepicker", "action_id": "v"},
    }
    blocks = [
        {"type": "input", "block_id": name, "label": words(name), "element": element}
        for name, element in elements.items()
    ]
    async with office(tmp_path) as place:
        view = await opened(place, blocks=blocks, submit=words("저장"))
        form = {"user": OFFICER, "view_id": view["id"]}
        wrong = {"mail": "a@b", "link": "example", "count": "1.5", "day": "2026-13-01"}
        first = await place.do("submit", **form, values=wrong)
        bounds = await place.do("submit", **form, values=wrong | {"count": "10"})
        unknown = await place.refused("submit", **form, values={"colour": "red"})
    assert first["errors"] == {
        "mail": "Please enter a valid email address.",
        "link": "Please enter a valid URL.",
        "count": "Please enter a valid number.",
        "day": "Please enter a valid date.",
    }
    assert bounds["errors"]["count"] == "Please enter a number of at most 9."
    assert unknown == (404, "There is nothing called colour to fill in there.")


async def test_an_answer_to_a_form_that_makes_no_sense_is_shown_as_a_failure(
    tmp_path: Path,
) -> None:
    def setup(app: AsyncApp) -> None:
        @app.view("m")
        async def submitted(ack: Any) -> None:
            await ack(response_action="errors", errors={"nowhere": "?"})

    async with office(tmp_path) as place, bot(place, setup):
        view = await opened(place, submit=words("저장"))
        told = await place.do("submit", user=OFFICER, view_id=view["id"], values={})
    assert told == {"ok": False, "errors": {}, "error": "invalid_errors_in_response"}
