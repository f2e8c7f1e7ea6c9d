"""The views.* methods of the Web API."""

from practice.cast import TEAM_ID
from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.refusals import Refusal, invalid
from practice.slack.tokens import Caller
from practice.slack.triggers import Trigger
from practice.slack.users import need_person
from practice.slack.view_shapes import check_view
from practice.slack.workspace import Workspace


def _content(args: Arguments, *kinds: str) -> Document:
    view = args.structure("view")
    if view is None:
        raise invalid("invalid_arguments", "missing required field: view")
    check_view(view, *kinds)
    return dict(view)


def _trigger(desk: Workspace, args: Arguments) -> Trigger:
    number = args.text("trigger_id") or args.need("interactivity_pointer")
    try:
        return desk.triggers.exchange(number)
    except Refusal as refusal:
        _tell_of_no_form(desk, desk.triggers.owner(number), refusal.error)
        raise


def _tell_of_no_form(desk: Workspace, user: str, error: str) -> None:
    """Slack says nothing to whoever waits for a form; whoever practises is told that none came."""
    is_there = error == "exchanged_trigger_id" and desk.views.open_of(user)
    if user and not is_there:
        desk.world.shelf.put("slack_no_form", user, {"user": user})


def _open(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    content = _content(args, "modal")
    trigger = _trigger(desk, args)
    return {"view": desk.views.open(trigger.user, content)}


def _push(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    content = _content(args, "modal")
    trigger = _trigger(desk, args)
    below = desk.views.get(trigger.view_id)
    if below is None or below["type"] != "modal":
        raise Refusal("not_found")
    return {"view": desk.views.push(trigger.user, content, below)}


def _update(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    content = _content(args, "modal", "home")
    view = (
        desk.views.by_external_id(args.text("external_id"))
        if args.text("external_id")
        else desk.views.get(args.need("view_id"))
    )
    if view is None or view["type"] != content["type"]:
        raise Refusal("not_found")
    _check_hash(args, view)
    return {"view": desk.views.change(view, content)}


def _publish(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    user = need_person(args.need("user_id"))
    if user.team != TEAM_ID:
        raise Refusal("not_enabled")
    content = _content(args, "home")
    home = desk.views.home_of(user.id)
    if home is not None:
        _check_hash(args, home)
    return {"view": desk.views.publish(user.id, content)}


def _check_hash(args: Arguments, view: Document) -> None:
    if args.text("hash") and args.text("hash") != view["hash"]:
        raise Refusal("hash_conflict")


CALLS: dict[str, Call] = {
    "views.open": _open,
    "views.push": _push,
    "views.update": _update,
    "views.publish": _publish,
}
