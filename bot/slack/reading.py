"""Turning Slack's payloads into calls: commands, actions, forms, shortcuts, messages."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.render.message import Form, Message
from bot.slack.calls import Call, Handler
from bot.slack.letters import INBOX_ID
from domain.access import Actor
from domain.refusals import Reason, Refusal
from services.desk import Desk

Body = dict[str, Any]

NOBODY = Actor(id="", roles=frozenset())
_MENTION = re.compile(r"^<([@#])([A-Z0-9]+)(?:\|[^>]*)?>$")


def unescaped(text: str) -> str:
    """What a person typed: Slack hands over `&`, `<` and `>` escaped; mentions stay as they are."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def speaker(body: Body) -> tuple[str, str]:
    """Who speaks, and from which workspace: user id and team id."""
    if "event" in body:
        event = body["event"]
        return event["user"], event.get("user_team") or event.get("team") or body["team_id"]
    if "command" in body:
        return body["user_id"], body["team_id"]
    user = body["user"]
    return user["id"], user.get("team_id") or body["team"]["id"]


def placed(actor: Actor, body: Body) -> Actor:
    """The actor, with the inbox row that brought the words and the channel for answers."""
    channel = channel_of(body)
    return replace(actor, inbox_id=body.get(INBOX_ID), channel=channel)


def channel_of(body: Body) -> str:
    """The channel that somebody spoke in, or opened a form from; empty in the home tab."""
    if "command" in body:
        return str(body["channel_id"])
    if "view" in body:
        return str(_carried(body["view"]).get("channel", ""))
    if "event" in body:
        return str(body["event"].get("channel", ""))
    return str(body.get("channel", {}).get("id", ""))


def command(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """A typed command; quotes hold words together, mentions become ids."""
    text = unescaped(body.get("text", ""))
    return Call(desk, actor, client, channel=body["channel_id"], words=_words(text), text=text)


async def sub_command(
    name: str, handlers: Mapping[str, Handler], call: Call, body: Body
) -> Message | Form | None:
    """Hand a command to the handler of its first word; refuses a word that no handler has."""
    word = call.words[0].lower() if call.words else ""
    handler = handlers.get(word)
    if handler is None:
        known = ", ".join(sorted(filter(None, handlers)))
        raise Refusal(Reason.UNKNOWN_COMMAND, command=name, word=word or "—", known=known)
    return await handler(replace(call, words=call.words[1:]))


def action(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """A pressed button or a chosen entry."""
    pressed = body["actions"][0]
    chosen = pressed.get("selected_option") or {}
    value = pressed.get("value") or chosen.get("value") or pressed.get("selected_user") or ""
    message = body.get("message", {})
    return Call(
        desk, actor, client, channel=actor.channel, value=str(value), ts=str(message.get("ts", ""))
    )


def shortcut(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """A shortcut; a message shortcut brings the message's text."""
    message = body.get("message", {})
    return Call(
        desk, actor, client, channel=actor.channel,
        ts=str(message.get("ts", "")), text=unescaped(str(message.get("text", ""))),
    )  # fmt: skip


def home(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """The home tab was opened."""
    return Call(desk, actor, client)


def message(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """A message that a person wrote."""
    event = body["event"]
    return Call(
        desk,
        actor,
        client,
        channel=event["channel"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts", ""),
        text=unescaped(event.get("text", "")),
        files=tuple(event.get("files", ())),
    )


def form(desk: Desk, client: Any, actor: Actor, body: Body) -> Call:
    """A form that was sent: its inputs by action id, and what it carried."""
    view = body["view"]
    values = {
        action_id: _input(given)
        for block in view["state"]["values"].values()
        for action_id, given in block.items()
    }
    carried = _carried(view)
    return Call(
        desk, actor, client, channel=str(carried.get("channel", "")),
        values=values, private=str(carried.get("private", "")),
    )  # fmt: skip


def first_block(body: Body) -> str:
    """The block under which a form shows what isn't about one input."""
    blocks = body["view"]["blocks"]
    found = next((b for b in blocks if b["type"] == "input"), blocks[0])
    return str(found["block_id"])


def carry(form_: Form, channel: str) -> str:
    """What a form takes along: its own words and the channel it was opened from."""
    return json.dumps({"channel": channel, "private": form_.private}, ensure_ascii=False)


def _carried(view: Body) -> dict[str, Any]:
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _input(given: Mapping[str, Any]) -> Any:
    """What a person put into one input, whatever its kind."""
    if "selected_option" in given:
        return (given["selected_option"] or {}).get("value", "")
    if "selected_options" in given:
        return [option["value"] for option in given["selected_options"]]
    for name in ("selected_user", "selected_users", "selected_date", "selected_time", "files"):
        if name in given:
            return given[name]
    return given.get("value") or ""


def _words(text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text)
    except ValueError:  # An apostrophe or an open quote: then spaces alone divide words.
        words = text.split()
    return tuple(_MENTION.sub(r"\2", word) for word in words)
