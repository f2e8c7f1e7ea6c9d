"""The chat.* methods of the Web API."""

from typing import Any

from practice.cast import TEAM_ID
from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.refusals import Refusal
from practice.slack.shown import shown_message
from practice.slack.talk import content_of, edit, metadata_of, post, remove, whisper
from practice.slack.tokens import Caller
from practice.slack.users import need_person, person
from practice.slack.workspace import Workspace


def _writable(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    reference = args.need("channel")
    one = person(reference)
    if one is not None and one.team == TEAM_ID and reference != caller.user:
        return desk.conversations.direct(reference)
    return desk.conversations.open_for(caller.user, reference)


def _own(desk: Workspace, caller: Caller, args: Arguments, error: str) -> Document:
    channel = desk.conversations.open_for(caller.user, args.need("channel"))
    message = desk.messages.public(channel["id"], args.need("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if message["user"] != caller.user:
        raise Refusal(error)
    return message


def _post_message(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = _writable(desk, caller, args)
    content = content_of(args)
    desk.paces.take(channel["id"])
    if args.text("thread_ts"):
        content["thread_ts"] = args.text("thread_ts")
        if args.flag("reply_broadcast"):
            content["subtype"] = "thread_broadcast"
    message = post(desk, channel["id"], caller.user, **content)
    shown = shown_message(desk, message)
    return {"channel": channel["id"], "ts": message["ts"], "message": shown}


def _update(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    message = _own(desk, caller, args, "cant_update_message")
    changes = _changes(args, message)
    if args.text("text"):
        changes["edited"] = {"user": caller.user, "ts": desk.messages.next_ts()}
    edited = edit(desk, message, **changes)
    return {
        "channel": message["channel"],
        "ts": message["ts"],
        "text": edited["text"],
        "message": shown_message(desk, edited),
    }


def _changes(args: Arguments, message: Document) -> dict[str, Any]:
    blocks = args.structure("blocks", "invalid_blocks_format")
    changes: dict[str, Any] = {}
    if args.text("text") or blocks:
        # Text without blocks takes the blocks away; blocks without text take the text away.
        content = content_of(args)
        changes = {"text": content["text"], "blocks": content["blocks"]}
    elif blocks is None and args.given.get("metadata") is None:
        raise Refusal("no_text")
    elif blocks is not None:
        changes["blocks"] = []
        if not message["text"]:
            raise Refusal("no_text")
    if args.given.get("metadata") is not None:
        changes["metadata"] = metadata_of(args)
    return changes


def _delete(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    message = _own(desk, caller, args, "cant_delete_message")
    remove(desk, message)
    return {"channel": message["channel"], "ts": message["ts"]}


def _post_ephemeral(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    user = need_person(args.need("user")).id
    channel = desk.conversations.open_for(caller.user, args.need("channel"))
    if user not in channel["members"]:
        raise Refusal("user_not_in_channel")
    content = content_of(args) | {"thread_ts": args.text("thread_ts") or None}
    message = whisper(desk, channel["id"], caller.user, user, **content)
    return {"message_ts": message["ts"]}


def _get_permalink(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.visible(caller.user, args.need("channel"))
    message = desk.messages.public(channel["id"], args.need("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    place = f"{channel['id']}/p{message['ts'].replace('.', '')}"
    return {"channel": channel["id"], "permalink": desk.address(f"archives/{place}")}


CALLS: dict[str, Call] = {
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _post_ephemeral,
    "chat.getPermalink": _get_permalink,
}
