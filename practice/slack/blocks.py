"""Whether blocks are such as Slack takes, and the ids that Slack gives to those without."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from practice.shelf import Document
from practice.slack.compositions import PICTURE, plain, rich
from practice.slack.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from practice.slack.refusals import Refusal, invalid
from practice.slack.rules import (
    BadShape,
    Check,
    anything,
    at_least_one,
    both,
    by_type,
    flag,
    several,
    shape,
    string,
)

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
_LONGEST_IN_MESSAGE = 12_000
_ID = {"block_id": string(255)}
_WORDS: dict[str, Check] = {"plain_text": rich(3000), "mrkdwn": rich(3000), "image": PICTURE}

_SECTION = both(
    shape(
        {},
        {
            **_ID,
            "text": rich(3000),
            "fields": several(rich(2000), 10),
            "accessory": by_type(IN_SECTION),
            "expand": flag,
        },
    ),
    at_least_one("text", "fields"),
)
_IMAGE = shape(
    {"alt_text": string(2000)},
    {
        **_ID,
        "image_url": string(3000),
        "slack_file": anything,
        "title": plain(2000),
    },
)


def _input(elements: dict[str, Check]) -> Check:
    return shape(
        {"label": plain(2000), "element": by_type(elements)},
        {**_ID, "dispatch_action": flag, "hint": plain(2000), "optional": flag},
    )


_EVERYWHERE: dict[str, Check] = {
    "section": _SECTION,
    "divider": shape({}, _ID),
    "header": shape({"text": plain(150)}, _ID),
    "context": shape({"elements": several(by_type(_WORDS), 10)}, _ID),
    "actions": shape({"elements": several(by_type(IN_ACTIONS), 25)}, _ID),
    "image": both(_IMAGE, at_least_one("image_url", "slack_file")),
    "rich_text": shape({"elements": several(anything, 1000, 0)}, _ID),
}
_WITHOUT_FILES = {name: check for name, check in IN_INPUT.items() if name != "file_input"}
_IN_MESSAGE = by_type(
    {
        **_EVERYWHERE,
        "markdown": shape({"text": string(12_000)}, _ID),
        "input": _input(_WITHOUT_FILES),
    }
)
_IN_HOME = by_type({**_EVERYWHERE, "input": _input(_WITHOUT_FILES)})
_IN_MODAL = by_type({**_EVERYWHERE, "input": _input(IN_INPUT)})


def check_view_blocks(blocks: Any, kind: str, at: str) -> None:
    """Refuse the blocks of a modal or a home. Raises BadShape."""
    several(_IN_MODAL if kind == "modal" else _IN_HOME, MOST_IN_VIEW, 0)(blocks, at)
    _check_ids(blocks, at)


def message_blocks(blocks: Any) -> list[Document]:
    """Blocks of a message, with all their ids. Raises `invalid_blocks`, `msg_blocks_too_long`."""
    try:
        several(_IN_MESSAGE, MOST_IN_MESSAGE, 0)(blocks, "/blocks")
        _check_ids(blocks, "/blocks")
    except BadShape as error:
        raise invalid("invalid_blocks", str(error)) from None
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > _LONGEST_IN_MESSAGE:
        raise Refusal("msg_blocks_too_long")
    return with_ids(blocks)


def elements_of(block: Document) -> Iterator[Document]:
    """Everything in a block that can be pressed or filled in."""
    if block["type"] == "actions":
        yield from block["elements"]
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict) and block[name]["type"] != "image":
            yield block[name]


def _check_ids(blocks: list[Document], at: str) -> None:
    named = [block["block_id"] for block in blocks if block.get("block_id")]
    _check_unique(named, "block_id", at)
    for place, block in enumerate(blocks):
        actions = [one["action_id"] for one in elements_of(block) if one.get("action_id")]
        _check_unique(actions, "action_id", f"{at}/{place}")


def _check_unique(names: list[str], what: str, at: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadShape(f'`{what}` "{name}" already exists', at)
        seen.add(name)


def with_ids(blocks: list[Document]) -> list[Document]:
    """The same blocks, each block and element with an id."""
    copied: list[Document] = json.loads(json.dumps(blocks))
    for block in copied:
        block.setdefault("block_id", secrets.token_hex(3))
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_hex(3))
    return copied
