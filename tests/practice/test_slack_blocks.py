"""Which blocks a message may have."""

from typing import Any

import pytest

from practice.slack.blocks import message_blocks
from practice.slack.refusals import Refusal


def words(text: str, kind: str = "plain_text") -> dict[str, str]:
    return {"type": kind, "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": words("확인"), **more}


def row(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def menu(count: int, **more: Any) -> dict[str, Any]:
    options = [{"text": words(str(n)), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "options": options, **more}


GOOD = [
    [{"type": "section", "text": words("하나", "mrkdwn"), "accessory": button(value="1")}],
    [{"type": "section", "fields": [words("하나"), words("둘", "mrkdwn")]}],
    [{"type": "header", "text": words("제목")}, {"type": "divider"}],
    [{"type": "context", "elements": [words("작게", "mrkdwn")]}],
    row(button(action_id="a"), button(action_id="b", style="danger"), menu(3)),
    row({"type": "overflow", "options": menu(5)["options"]}),
    [{"type": "input", "label": words("이름"), "element": {"type": "plain_text_input"}}],
]
BAD = [
    ("no more than 50 items", [{"type": "divider"}] * 51),
    ("unsupported type: blink", [{"type": "blink"}]),
    ("must be less than 151", [{"type": "header", "text": words("가" * 151)}]),
    ("unsupported type: mrkdwn", [{"type": "header", "text": words("제목", "mrkdwn")}]),
    ("must define either text or fields", [{"type": "section"}]),
    ("must be more than 0", [{"type": "section", "text": words("")}]),
    ("must be less than 76", row(button() | {"text": words("가" * 76)})),
    ("must be less than 2001", row(button(value="x" * 2001))),
    ("must be less than 256", row(button(action_id="x" * 256))),
    ('`action_id` "a" already exists', row(button(action_id="a"), button(action_id="a"))),
    ("no more than 100 items", row(menu(101))),
    ("must define either options or option_groups", row({"type": "static_select"})),
    ("initial_option must be one", row(menu(2, initial_option=menu(3)["options"][2]))),
    ("no more than 5 items", row({"type": "overflow", "options": menu(6)["options"]})),
    ("unsupported type: plain_text_input", row({"type": "plain_text_input"})),
    ('`block_id` "b" already exists', [{"type": "divider", "block_id": "b"}] * 2),
    ("must be an array", {"type": "divider"}),
    ("must be an object", ["divider"]),
]


@pytest.mark.parametrize("blocks", GOOD)
def test_good_blocks_are_taken_and_get_the_ids_they_lack(blocks: list[dict[str, Any]]) -> None:
    taken = message_blocks(blocks)
    assert [one["type"] for one in taken] == [one["type"] for one in blocks]
    assert all(one["block_id"] for one in taken)


@pytest.mark.parametrize(("told", "blocks"), BAD)
def test_bad_blocks_are_refused_with_what_and_where(told: str, blocks: Any) -> None:
    with pytest.raises(Refusal) as refused:
        message_blocks(blocks)
    assert refused.value.error == "invalid_blocks"
    [message] = refused.value.extra["response_metadata"]["messages"]
    assert message.startswith("[ERROR] ")
    assert told in message
    assert "[json-pointer:/blocks" in message
