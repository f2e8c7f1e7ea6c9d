"""Response addresses: what the bot answers later to something that a person did."""

import json

from aiohttp import web

from practice.cast import SLACK_BOT_USER
from practice.shelf import Document
from practice.slack.arguments import Arguments, read_arguments
from practice.slack.refusals import Refusal
from practice.slack.talk import content_of, edit, post, remove, whisper
from practice.slack.workspace import Workspace


def say(desk: Workspace, hook: Document, args: Arguments) -> Document:
    """Show an answer where the person acted: for them alone, unless `in_channel`."""
    content = content_of(args) | {"thread_ts": args.text("thread_ts") or None}
    if args.text("response_type") == "in_channel":
        return post(desk, hook["channel"], SLACK_BOT_USER, **content)
    return whisper(desk, hook["channel"], SLACK_BOT_USER, hook["user"], **content)


def answer(desk: Workspace, secret: str, args: Arguments) -> None:
    """Carry one answer out. Raises a Refusal."""
    hook = desk.hooks.use(secret)
    original = desk.messages.get(hook["channel"], hook["ts"]) if hook["ts"] else None
    if original is not None and original["user"] != SLACK_BOT_USER:
        original = None
    if args.flag("delete_original"):
        if original is None:
            raise Refusal("message_not_found", status=404)
        remove(desk, original)
    elif args.flag("replace_original") and original is not None:
        content = content_of(args)
        edit(desk, original, text=content["text"], blocks=content["blocks"])
    else:
        said = say(desk, hook, args)
        if not hook["ts"]:
            desk.hooks.point(secret, said["ts"])


async def respond(desk: Workspace, request: web.Request) -> web.Response:
    """The route of every response address."""
    try:
        args = await read_arguments(request)
        if "payload" in args.given:
            args = Arguments(json.loads(args.text("payload")))
        answer(desk, request.match_info["secret"], args)
    except Refusal as refusal:
        status = 400 if refusal.status == 200 else refusal.status
        return web.json_response(refusal.as_json(), status=status)
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    return web.Response(text="ok")
