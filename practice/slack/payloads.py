"""What a person did, as the bot is told of it."""

from practice.cast import SLACK_APP_ID, Staff
from practice.shelf import Document
from practice.slack.conversations import name_in_payload
from practice.slack.events import VERIFICATION
from practice.slack.shown import shown_message
from practice.slack.users import actor, handle, team_of
from practice.slack.workspace import Workspace


def command(desk: Workspace, who: Staff, channel: Document, name: str, text: str) -> Document:
    """A slash command."""
    secret = desk.hooks.new(who.id, channel["id"])
    return {
        "token": VERIFICATION,
        "team_id": who.team,
        "team_domain": team_of(who)["domain"],
        "channel_id": channel["id"],
        "channel_name": name_in_payload(channel),
        "user_id": who.id,
        "user_name": handle(who),
        "command": name,
        "text": text,
        "api_app_id": SLACK_APP_ID,
        "is_enterprise_install": "false",
        "response_url": desk.address(f"respond/{secret}"),
        "trigger_id": desk.triggers.new(who.id),
    }


def deed(desk: Workspace, who: Staff, kind: str, view_id: str = "") -> Document:
    """What every interaction says: who, of which workspace, and a fresh trigger."""
    return {
        "type": kind,
        "user": actor(who),
        "api_app_id": SLACK_APP_ID,
        "token": VERIFICATION,
        "trigger_id": desk.triggers.new(who.id, view_id),
        "team": team_of(who),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(desk: Workspace, who: Staff, message: Document) -> Document:
    """Where an interaction with a message took place, and how to answer there."""
    channel = desk.conversations.find(message["channel"])
    secret = desk.hooks.new(who.id, message["channel"], message["ts"])
    name = name_in_payload(channel) if channel else ""
    return {
        "channel": {"id": message["channel"], "name": name},
        "message": shown_message(desk, message),
        "response_url": desk.address(f"respond/{secret}"),
    }


def container(message: Document) -> Document:
    """The message that a pressed element stands in."""
    inside: Document = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": message["channel"],
        "is_ephemeral": bool(message["ephemeral_for"]),
    }
    return inside | ({"thread_ts": message["thread_ts"]} if message["thread_ts"] else {})
