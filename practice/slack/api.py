"""The Web API's door: reads the arguments, knows the caller, calls the method, words the answer."""

from aiohttp import web

from practice.slack import (
    chat_calls,
    conversation_calls,
    file_calls,
    history_calls,
    user_calls,
    view_calls,
)
from practice.slack.arguments import read_arguments
from practice.slack.calls import Call
from practice.slack.refusals import Refusal
from practice.slack.tokens import caller_of
from practice.slack.workspace import Workspace

CALLS: dict[str, Call] = {
    **chat_calls.CALLS,
    **conversation_calls.CALLS,
    **file_calls.CALLS,
    **history_calls.CALLS,
    **user_calls.CALLS,
    **view_calls.CALLS,
}
_FOR_THE_APP = "apps.connections.open"


async def answer(desk: Workspace, request: web.Request) -> web.Response:
    """One call of the Web API."""
    method = request.match_info["method"]
    try:
        args = await read_arguments(request)
        if method == "api.test":
            return web.json_response({"ok": True, "args": args.given})
        call = CALLS.get(method)
        if call is None:
            raise Refusal("unknown_method", req_method=method)
        caller = caller_of(args.token, wants_app=method == _FOR_THE_APP)
        return web.json_response({"ok": True, **call(desk, caller, args)})
    except Refusal as refusal:
        return _refused(refusal)


def _refused(refusal: Refusal) -> web.Response:
    wait = refusal.extra.pop("retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return web.json_response(refusal.as_json(), status=refusal.status, headers=headers)
