"""Posting, editing and deleting, so that the bot hears of it; and what a message may hold."""

import json
import re
from typing import Any

from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.blocks import message_blocks
from practice.slack.events import tell_changed, tell_deleted, tell_message, tell_shared
from practice.slack.refusals import Refusal, invalid
from practice.slack.shown import shown_message
from practice.slack.workspace import Workspace

_TOKEN = re.compile(r"(<(?:[@#!]|https?:|mailto:)[^<>]*>)")
_LONGEST_TEXT = 40_000
_LONGEST_METADATA = 16_000


def post(desk: Workspace, channel: str, user: str, text: str, **more: Any) -> Document:
    """A message that everybody in the channel sees; its files are shared with it."""
    message = desk.messages.add(channel, user, text, **more)
    files = [desk.files.get(number) for number in message["files"]]
    shared = [desk.files.share(file, channel, message["ts"]) for file in files]
    tell_message(desk, message)
    for file in shared:
        tell_shared(desk, file, message)
    return message


def whisper(desk: Workspace, channel: str, sender: str, user: str, **content: Any) -> Document:
    """A message that one person sees."""
    return desk.messages.add(channel, sender, ephemeral_for=user, **content)


def edit(desk: Workspace, message: Document, **changes: Any) -> Document:
    """Change a message; only what everybody sees is told to the bot."""
    before = shown_message(desk, message)
    edited = desk.messages.edit(message, **changes)
    if not message["ephemeral_for"]:
        tell_changed(desk, edited, before)
    return edited


def remove(desk: Workspace, message: Document) -> None:
    """Delete a message; only what everybody saw is told to the bot."""
    before = shown_message(desk, message)
    desk.messages.remove(message)
    if not message["ephemeral_for"]:
        tell_deleted(desk, message, before)


def typed(text: str) -> str:
    """What somebody types as Slack passes it on: & < > escaped, but for <@…>, <#…>, <http…>."""
    parts = _TOKEN.split(text)
    return "".join(part if _TOKEN.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def content_of(args: Arguments) -> Document:
    """Text, blocks and metadata of a message that is to be posted.

    Raises `no_text`, `msg_too_long`, `invalid_blocks_format`, `invalid_blocks`,
    `msg_blocks_too_long`, `invalid_metadata_format`, `metadata_too_large`.
    """
    text = args.text("text")
    blocks = args.structure("blocks", "invalid_blocks_format")
    if len(text) > _LONGEST_TEXT:
        raise Refusal("msg_too_long")
    if not text and not blocks:
        raise Refusal("no_text")
    checked = message_blocks(blocks) if blocks else []
    return {"text": text, "blocks": checked, "metadata": metadata_of(args)}


def metadata_of(args: Arguments) -> Document | None:
    """The metadata that goes with a message; none if not given or empty."""
    metadata = args.structure("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    is_right = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not is_right or not isinstance(metadata.get("event_payload"), dict):
        raise invalid("invalid_metadata_format", "metadata needs event_type and event_payload")
    if len(json.dumps(metadata, ensure_ascii=False)) > _LONGEST_METADATA:
        raise Refusal("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}
