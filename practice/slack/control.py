"""The controls of the practice Slack: what a person does and sees there, under /practice/slack."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from practice.shelf import Document
from practice.slack.commands import command, shortcut
from practice.slack.doorways import talk_with, where_to_write, who_is
from practice.slack.events import tell_home_opened
from practice.slack.pressing import press
from practice.slack.refusals import Refusal, impossible
from practice.slack.shown import shown_file, shown_message
from practice.slack.submitting import close, submit
from practice.slack.talk import post, typed
from practice.slack.uploading import upload
from practice.slack.workspace import Workspace

Deed = Callable[[Workspace, Document], Awaitable[Document]]


async def _command(desk: Workspace, body: Document) -> Document:
    try:
        response = await command(desk, who_is(body), body)
    except Refusal as refusal:
        return {"ok": False, "response": None, "error": refusal.error}
    return {"ok": True, "response": response, "error": None}


async def _press(desk: Workspace, body: Document) -> Document:
    await press(desk, who_is(body), body)
    return {"ok": True}


async def _submit(desk: Workspace, body: Document) -> Document:
    try:
        errors = await submit(desk, who_is(body), body)
    except Refusal as refusal:
        return {"ok": False, "errors": {}, "error": refusal.error}
    return {"ok": not errors, "errors": errors}


async def _shortcut(desk: Workspace, body: Document) -> Document:
    await shortcut(desk, who_is(body), body)
    return {"ok": True}


async def _close(desk: Workspace, body: Document) -> Document:
    await close(desk, who_is(body), body)
    return {"ok": True}


async def _home(desk: Workspace, body: Document) -> Document:
    user = who_is(body).id
    desk.visitors.add(user)
    tell_home_opened(desk, user)
    return {"ok": True, "home": desk.views.home_of(user)}


async def _say(desk: Workspace, body: Document) -> Document:
    who, text = who_is(body), str(body.get("text") or "")
    channel = where_to_write(desk, who, str(body.get("channel") or ""))
    if not text:
        raise impossible("A message needs a text.")
    thread = str(body.get("thread_ts") or "") or None
    if thread and desk.messages.public(channel["id"], thread) is None:
        raise impossible(f"There is no message {thread} in {channel['id']}.", 404)
    message = post(desk, channel["id"], who.id, typed(text), thread_ts=thread)
    shown = shown_message(desk, message)
    return {"ok": True, "channel": channel["id"], "ts": message["ts"], "message": shown}


async def _talk(desk: Workspace, body: Document) -> Document:
    channel = talk_with(desk, who_is(body), str(body.get("with") or ""))
    return {"ok": True, "channel": channel["id"]}


async def _disconnect(desk: Workspace, body: Document) -> Document:
    reason = str(body.get("reason") or "refresh_requested")
    if reason not in ("refresh_requested", "warning"):
        raise impossible("The reason is refresh_requested or warning.")
    return {"ok": True, "connections": await desk.sockets.dismiss_all(reason)}


DEEDS: dict[str, Deed] = {
    "command": _command,
    "press": _press,
    "submit": _submit,
    "shortcut": _shortcut,
    "close": _close,
    "home": _home,
    "say": _say,
    "talk": _talk,
    "disconnect": _disconnect,
}


async def act(desk: Workspace, request: web.Request) -> web.Response:
    """One thing that a person does."""
    deed = DEEDS.get(request.match_info["deed"])
    if deed is None:
        raise impossible(f"Nobody can {request.match_info['deed']} here.", 404)
    try:
        return web.json_response(await deed(desk, await _body(request)))
    except Refusal as refusal:
        return web.json_response(refusal.as_json())


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise impossible("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise impossible("The body is not a JSON object.")
    return body


async def take_upload(desk: Workspace, request: web.Request) -> web.Response:
    """A person gives a file: into a channel, or to be chosen in a modal."""
    if not request.content_type.startswith("multipart/"):
        raise impossible("An upload is multipart: user, channel, file.")
    file, message = upload(desk, dict(await request.post()))
    shown = shown_file(desk, file)
    return web.json_response(
        {"ok": True, "file": shown, "file_id": file["id"], "ts": message and message["ts"]}
    )
