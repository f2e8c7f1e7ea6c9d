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


async def messages(desk: Workspace, request: web.Request) -> web.Response:
    """The messages of a channel (or all), with their past; `since` is a ts."""
    channel = request.query.get("channel", "")
    name = _channel(desk, channel) if channel else None
    since = _since(request.query.get("since", ""))
    found = [_shown(desk, one) for one in desk.messages.ever(name, since)]
    return web.json_response({"ok": True, "messages": found})


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


def _since(text: str) -> float:
    try:
        since = float(text or 0)
    except ValueError:
        since = math.nan
    if not math.isfinite(since):
        raise impossible("since is a ts.")
    return since


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
