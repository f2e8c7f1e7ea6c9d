"""The methods of the Web API about channels and who is in them."""

import re

from practice.cast import TEAM_ID
from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.conversations import as_slack
from practice.slack.pages import page_of
from practice.slack.refusals import Refusal, invalid
from practice.slack.tokens import Caller
from practice.slack.users import need_person
from practice.slack.workspace import Workspace

_NAME = re.compile(r"[^\W_A-Z][\w-]*|_[\w-]*")
_TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}
_MOST_NAME = 80


def _open(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    users = args.names("users")
    if not users:
        channel = desk.conversations.inside(caller.user, args.need("channel"))
        return {"channel": {"id": channel["id"]}, "already_open": True, "no_op": True}
    if set(users) <= {caller.user}:
        raise Refusal("cannot_dm_bot")
    for user in users:
        if need_person(user).team != TEAM_ID:
            raise Refusal("user_not_found")
    channel = desk.conversations.between(caller.user, *users)
    return {
        "channel": as_slack(channel, caller.user)
        if args.flag("return_im")
        else {"id": channel["id"]}
    }


def _list(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    wanted = set(args.names("types") or ["public_channel"])
    if not wanted <= set(_TYPES.values()):
        raise Refusal("invalid_types")
    found = [
        as_slack(one, caller.user)
        for one in desk.conversations.all()
        if _TYPES[one["kind"]] in wanted
        and (one["kind"] == "channel" or caller.user in one["members"])
        and not (one["is_archived"] and args.flag("exclude_archived"))
    ]
    page, after = page_of(found, args, 100)
    return {"channels": page, "response_metadata": {"next_cursor": after}}


def _info(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.visible(caller.user, args.need("channel"))
    shown = as_slack(channel, caller.user)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def _members(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.visible(caller.user, args.need("channel"))
    page, after = page_of(channel["members"], args, 100)
    return {"members": page, "response_metadata": {"next_cursor": after}}


def _create(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    name = args.text("name")
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > _MOST_NAME:
        raise Refusal("invalid_name_maxlength")
    if name != name.lower() or not _NAME.fullmatch(name):
        raise Refusal("invalid_name_specials")
    channel = desk.conversations.create(name, args.flag("is_private"), caller.user)
    return {"channel": as_slack(channel, caller.user)}


def _invite(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.open_for(caller.user, args.need("channel"))
    users = args.names("users")
    if not users:
        raise invalid("invalid_arguments", "missing required field: users")
    errors = [error for user in users if (error := _why_not(channel, caller, user))]
    if errors:
        raise Refusal(errors[0])
    desk.conversations.invite(channel, users)
    return {
        "channel": as_slack(desk.conversations.visible(caller.user, channel["id"]), caller.user)
    }


def _why_not(channel: Document, caller: Caller, user: str) -> str:
    if user == caller.user:
        return "cant_invite_self"
    if user in channel["members"]:
        return "already_in_channel"
    return "" if need_person(user).team == TEAM_ID else "user_not_found"


def _archive(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.inside(caller.user, args.need("channel"))
    if channel["is_archived"]:
        raise Refusal("already_archived")
    if channel["kind"] in ("im", "mpim"):
        raise Refusal("method_not_supported_for_channel_type")
    desk.conversations.archive(channel)
    return {}


def _join(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.visible(caller.user, args.need("channel"))
    if channel["is_archived"]:
        raise Refusal("is_archived")
    if channel["kind"] != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if caller.user not in channel["members"]:
        desk.conversations.invite(channel, [caller.user])
    return {
        "channel": as_slack(desk.conversations.visible(caller.user, channel["id"]), caller.user)
    }


CALLS: dict[str, Call] = {
    "conversations.open": _open,
    "conversations.list": _list,
    "conversations.info": _info,
    "conversations.members": _members,
    "conversations.create": _create,
    "conversations.invite": _invite,
    "conversations.archive": _archive,
    "conversations.join": _join,
}
