"""Slash commands and shortcuts."""

from practice.cast import Staff
from practice.shelf import Document
from practice.slack import payloads
from practice.slack.arguments import Arguments
from practice.slack.doorways import message_at, where_to_command
from practice.slack.refusals import impossible
from practice.slack.respond import say
from practice.slack.talk import typed
from practice.slack.workspace import Workspace


async def command(desk: Workspace, who: Staff, body: Document) -> Document | None:
    """Type a slash command; what the bot answers at once, if it does.

    Raises HTTPBadRequest for what is no command, and a Refusal if the bot doesn't answer.
    """
    name = str(body.get("command") or "")
    if not name.startswith("/") or len(name) < 2 or " " in name:
        raise impossible("A command begins with / and has no space in it.")
    channel = where_to_command(desk, who, str(body.get("channel") or ""))
    payload = payloads.command(desk, who, channel, name, typed(str(body.get("text") or "")))
    answer = await desk.switchboard.ask("slash_commands", payload)
    if answer is None or not (answer.get("text") or answer.get("blocks")):
        return None
    said = say(desk, {"user": who.id, "channel": channel["id"]}, Arguments(answer))
    desk.hooks.point(payload["response_url"].rpartition("/")[2], said["ts"])
    return answer


async def shortcut(desk: Workspace, who: Staff, body: Document) -> None:
    """Use a shortcut; with `ts` the one of that message."""
    name = str(body.get("callback_id") or "")
    if not name:
        raise impossible("Say which shortcut by its callback_id.")
    now = f"{desk.world.clock.timestamp():.6f}"
    payload = {"callback_id": name, "action_ts": now}
    if body.get("ts"):
        ts = str(body["ts"])
        message = message_at(desk, who, str(body.get("channel") or ""), ts)
        payload |= payloads.on_message(desk, who, message) | {"message_ts": ts}
        payload |= payloads.deed(desk, who, "message_action")
    else:
        payload |= payloads.deed(desk, who, "shortcut")
    await desk.switchboard.ask("interactive", payload)
