"""The manifest that a centre pastes into Slack names exactly what we answer to."""

import json
from pathlib import Path

from bot.__main__ import NOUNS
from bot.slack import fingerprints
from bot.slack.calls import Table
from matching.children import Children
from matching.video_children import VideoChildren
from services.examiner import Examiner
from services.policy import load_policy

MANIFEST = json.loads(Path("docs/slack-manifest.json").read_text(encoding="utf-8"))


def tables() -> list[Table]:
    children = Children(1)
    try:
        own = fingerprints.table_with(Examiner(children, VideoChildren(1), load_policy().tiers))
    finally:
        children.close()
    return [*(noun.TABLE for noun in NOUNS), own]


def test_every_command_and_every_word_after_it_is_told_to_slack() -> None:
    told = {
        entry["command"].lstrip("/"): set(entry["usage_hint"].split("|"))
        for entry in MANIFEST["features"]["slash_commands"]
    }
    known: dict[str, set[str]] = {}
    for table in tables():
        for command, words in table.commands.items():
            known.setdefault(command, set()).update(filter(None, words))
    assert told == known


def test_every_shortcut_is_told_to_slack() -> None:
    told = {entry["callback_id"] for entry in MANIFEST["features"]["shortcuts"]}
    known = {name for table in tables() for name in table.shortcuts}
    assert told == known - {"home"}  # The home tab comes by an event.


def test_mentions_arrive_with_ids() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    assert [entry["command"] for entry in commands if not entry["should_escape"]] == []
