"""What a person sees in the practice Slack: messages as they stand, open modals, the home."""

import asyncio
import math

from aiohttp import web

from practice.shelf import Document
from practice.slack.doorways import where, who_is
from practice.slack.events import tell_home_opened
from practice.slack.refusals import impossible
from practice.slack.shown import shown_file
from practice.slack.workspace import Workspace

_HOME_WAIT_S = 1.0
_LOOK_S = 0.02
_MOST = 10_000


async def messages(desk: Workspace, request: web.Request) -> web.Response:
    """The messages of a channel (or all), with their past; `since` and `before` are a ts.

    `limit` asks for so many of the newest.
    """
    channel = request.query.get("channel", "")
    name = _channel(desk, channel) if channel else None
    since = _moment(request, "since") or 0.0
    before, limit = _moment(request, "before"), _limit(request.query.get("limit", ""))
    found = desk.messages.ever(name, since)
    if before is not None:
        found = [one for one in found if float(one["ts"]) < before]
    shown = [_shown(desk, one) for one in found[-limit:]]
    return web.json_response({"ok": True, "messages": shown})


def _channel(desk: Workspace, reference: str) -> str:
    found = desk.conversations.find(reference)
    if found is not None:
        return str(found["id"])
    if reference.startswith("D0"):
        # A talk with the bot that hasn't begun is empty, not missing.
        return reference
    if reference.startswith("U0"):
        return str(where(desk, who_is({"user": reference}), "")["id"])
    raise impossible(f"There is no channel {reference}.", 404)


def _moment(request: web.Request, name: str) -> float | None:
    text = request.query.get(name, "")
    if not text:
        return None
    try:
        moment = float(text)
    except ValueError:
        moment = math.nan
    if not math.isfinite(moment):
        raise impossible(f"{name} is a ts.")
    return moment


def _limit(text: str) -> int:
    """How many of the newest; 0 for all of them."""
    if not text:
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise impossible(f"limit is a whole number from 1 to {_MOST}.")
    return int(text)


def _shown(desk: Workspace, message: Document) -> Document:
    files = (desk.files.find(number) for number in message["files"])
    return message | {"files": [shown_file(desk, one) for one in files if one is not None]}


async def views(desk: Workspace, request: web.Request) -> web.Response:
    """Somebody's open modals, the top one last, and their home.

    Looking at a home for the first time opens it, and gives the bot a second to publish it.
    """
    user = who_is(dict(request.query)).id
    if desk.views.home_of(user) is None and user not in desk.visitors:
        desk.visitors.add(user)
        tell_home_opened(desk, user)
        await _wait_for_home(desk, user)
    open_views = [view | {"view_id": view["id"]} for view in desk.views.open_of(user)]
    return web.json_response({"ok": True, "views": open_views, "home": _home(desk, user)})


def _home(desk: Workspace, user: str) -> Document | None:
    home = desk.views.home_of(user)
    return None if home is None else home | {"view_id": home["id"]}


async def _wait_for_home(desk: Workspace, user: str) -> None:
    for _ in range(int(_HOME_WAIT_S / _LOOK_S)):
        if desk.views.home_of(user) is not None or not desk.switchboard.connections:
            return
        await asyncio.sleep(_LOOK_S)
