"""auth.test, users.* and apps.connections.open."""

from practice.cast import OTHER_TEAM_ID, SLACK_APP_ID, TEAM_ID
from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.pages import page_of
from practice.slack.tokens import BOT_ID, Caller
from practice.slack.users import TEAM_NAME, everyone, handle, need_person, user_object
from practice.slack.workspace import Workspace


def _auth_test(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    answer = {
        "url": desk.address(""),
        "team": TEAM_NAME,
        "user": handle(need_person(caller.user)),
        "team_id": TEAM_ID,
        "user_id": caller.user,
        "is_enterprise_install": False,
    }
    return answer | ({"bot_id": BOT_ID} if caller.kind == "bot" else {})


def _info(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    return {"user": user_object(need_person(args.need("user")))}


def _list(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    page, after = page_of([user_object(one) for one in everyone()], args, 1000)
    now = int(desk.world.clock.timestamp())
    return {"members": page, "cache_ts": now, "response_metadata": {"next_cursor": after}}


def _team_info(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    team = args.text("team", TEAM_ID)
    name = {TEAM_ID: TEAM_NAME, OTHER_TEAM_ID: "다른 기관"}.get(team, "")
    return {"team": {"id": team, "name": name, "domain": team.lower()}}


def _connections_open(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    address = desk.address("socket").replace("http://", "ws://", 1)
    return {"url": f"{address}?ticket={desk.sockets.ticket()}&app_id={SLACK_APP_ID}"}


CALLS: dict[str, Call] = {
    "auth.test": _auth_test,
    "users.info": _info,
    "users.list": _list,
    "team.info": _team_info,
    "apps.connections.open": _connections_open,
}
