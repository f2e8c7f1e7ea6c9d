"""Which Slack envelopes change something, and by which key the same one is known again."""

from typing import Any

from domain.inbox import Letter

ORIGIN = "slack"
INBOX_ID = "ansim_inbox_id"

_MESSAGES_OF_PEOPLE = (None, "file_share", "thread_broadcast")


def letter_of(kind: str, payload: dict[str, Any]) -> Letter | None:
    """The letter to keep, or none for what changes nothing (a home being opened, our own words)."""
    if kind == "events_api":
        return _event(payload)
    if kind == "slash_commands":
        return Letter(ORIGIN, payload["trigger_id"], payload, payload["channel_id"])
    if payload.get("type") == "view_closed":
        return None
    return Letter(ORIGIN, payload["trigger_id"], payload, payload["user"]["id"])


def _event(payload: dict[str, Any]) -> Letter | None:
    event = payload["event"]
    is_message = event["type"] == "message" and event.get("subtype") in _MESSAGES_OF_PEOPLE
    if not is_message or event.get("bot_id"):
        return None
    return Letter(ORIGIN, payload["event_id"], payload, event["channel"])
