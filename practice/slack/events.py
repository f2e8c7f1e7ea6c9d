"""The events that the bot hears: messages, their changes, files, and who looks at their home."""

import uuid

from practice.cast import SLACK_APP_ID, SLACK_BOT_USER, TEAM_ID
from practice.shelf import Document
from practice.slack.shown import shown_message
from practice.slack.users import person
from practice.slack.workspace import Workspace

VERIFICATION = "practice-verification"


def tell(desk: Workspace, event: Document) -> None:
    """Send one event to the bot."""
    now = desk.world.clock.timestamp()
    teller = person(str(event.get("user", "")))
    payload: Document = {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "api_app_id": SLACK_APP_ID,
        "event": event | {"event_ts": event.get("event_ts") or f"{now:.6f}"},
        "type": "event_callback",
        "event_id": f"Ev{uuid.uuid4().hex[:12].upper()}",
        "event_time": int(now),
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": SLACK_BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }
    if teller is not None and teller.team != TEAM_ID:
        payload["event"]["user_team"] = teller.team
    desk.switchboard.emit(payload)


def tell_message(desk: Workspace, message: Document) -> None:
    """A new message, to the bot if it is in the channel; a mention of the bot is told twice."""
    address = _address(desk, message)
    if address is None:
        return
    shown = shown_message(desk, message)
    tell(desk, shown | address | {"event_ts": message["ts"]})
    is_said_to_bot = f"<@{SLACK_BOT_USER}>" in message["text"] and address["channel_type"] != "im"
    if is_said_to_bot and message["user"] != SLACK_BOT_USER:
        mention = {**shown, "type": "app_mention", "channel": message["channel"]}
        tell(desk, mention | {"event_ts": message["ts"]})


def tell_changed(desk: Workspace, message: Document, before: Document) -> None:
    """A message was edited; `before` is how it was shown."""
    address = _address(desk, message)
    if address is not None:
        change = {"message": shown_message(desk, message), "previous_message": before}
        tell(desk, _news("message_changed", message) | address | change)


def tell_deleted(desk: Workspace, message: Document, before: Document) -> None:
    """A message was deleted."""
    address = _address(desk, message)
    if address is not None:
        change = {"deleted_ts": message["ts"], "previous_message": before}
        tell(desk, _news("message_deleted", message) | address | change)


def tell_shared(desk: Workspace, file: Document, message: Document) -> None:
    """A file was shared in a channel."""
    if _address(desk, message) is not None:
        shared = {"type": "file_shared", "file_id": file["id"], "user_id": file["user"]}
        also = {"channel_id": message["channel"], "file": {"id": file["id"]}}
        tell(desk, shared | also | {"event_ts": message["ts"]})


def tell_home_opened(desk: Workspace, user: str) -> None:
    """Somebody looks at their home."""
    home = desk.views.home_of(user)
    event: Document = {
        "type": "app_home_opened",
        "user": user,
        "channel": desk.conversations.direct(user)["id"],
        "tab": "home",
    }
    tell(desk, event | ({"view": home} if home else {}))


def _news(subtype: str, message: Document) -> Document:
    shared = {"type": "message", "subtype": subtype, "hidden": True}
    return shared | {"ts": message["changed"], "event_ts": message["changed"]}


def _address(desk: Workspace, message: Document) -> Document | None:
    conversation = desk.conversations.find(message["channel"])
    if conversation is None or SLACK_BOT_USER not in conversation["members"]:
        return None
    return {"channel": message["channel"], "channel_type": conversation["kind"]}
