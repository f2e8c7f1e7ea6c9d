"""The practice world's Slack: Socket Mode, the Web API, files, and what a person does there."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiohttp import web

from practice.cast import SLACK_BOT_USER, STAFF
from practice.shelf import Document
from practice.slack import api, control, manifest, respond, windows
from practice.slack.conversations import Conversations
from practice.slack.file_routes import FileRoutes
from practice.slack.running import running
from practice.slack.workspace import Workspace
from practice.world import World

WORKSPACE = web.AppKey("slack_workspace", Workspace)
_Answer = Callable[[Workspace, web.Request], Awaitable[web.Response]]


def mount(app: web.Application, world: World) -> None:
    """Add its routes: the wire protocol under /slack, the controls under /practice/slack."""
    desk = Workspace(world)
    app[WORKSPACE] = desk
    world.is_socket_open = lambda: desk.switchboard.connections > 0
    files = FileRoutes(desk)
    app.router.add_route("*", "/slack/api/{method}", _with(desk, api.answer))
    app.router.add_get("/slack/socket", desk.sockets.serve)
    app.router.add_post("/slack/respond/{secret}", _with(desk, respond.respond))
    app.router.add_post("/slack/files/upload/{ticket}", files.upload)
    app.router.add_get("/slack/files/{address}/download/{name}", files.download)
    app.router.add_get("/slack/files/{address}/{name}", files.download)
    app.router.add_get("/slack/login", files.login)
    app.router.add_get("/practice/slack/file/{number}", files.hand_over)
    app.router.add_get("/practice/slack/messages", _with(desk, windows.messages))
    app.router.add_get("/practice/slack/views", _with(desk, windows.views))
    app.router.add_post("/practice/slack/upload", _with(desk, control.take_upload))
    app.router.add_post("/practice/slack/{deed}", _with(desk, control.act))
    app.cleanup_ctx.append(running(desk))
    app.on_shutdown.append(_hang_up)


def _with(desk: Workspace, answer: _Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return await answer(desk, request)

    return handle


async def _hang_up(app: web.Application) -> None:
    await app[WORKSPACE].sockets.close_all()


def state(world: World) -> Document:
    """The people and the channels as they are now, and what the installed app offers."""
    channels = Conversations(world.shelf, world.clock).all()
    return {
        "people": [asdict(one) for one in STAFF],
        "channels": [
            {
                "id": one["id"],
                "name": one["name"],
                "members": [member for member in one["members"] if member != SLACK_BOT_USER],
                "is_private": one["kind"] != "channel",
                "has_bot": SLACK_BOT_USER in one["members"],
            }
            for one in channels
        ],
        "app": manifest.offered(),
    }
