"""Writes every call that a practice server answers into the call log, sizes only."""

import json
import re

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from practice.mishaps import LOGGED, server_of
from practice.world import World

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_LARGEST_READ = 100_000
_REFUSAL = re.compile(rb'\s*\{\s*"ok"\s*:\s*false')


def recording(world: World) -> Middleware:
    """The middleware that logs server, method, sizes of arguments and outcome."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        server = server_of(request.path)
        if server is None:
            return await handler(request)
        sizes = await _sizes(request)
        outcome: str | None = "failed"
        try:
            response = await handler(request)
            outcome = None if LOGGED in response else _outcome(response)
        except web.HTTPException as error:
            outcome = str(error.status)
            raise
        finally:
            if outcome is not None:
                world.log.add(server, _method(request), sizes, outcome)
        return response

    return around


def _method(request: web.Request) -> str:
    parts = request.path.strip("/").split("/")
    is_api = parts[:2] == ["slack", "api"] or (len(parts) == 3 and parts[1].startswith("bot"))
    if is_api and parts[0] in ("slack", "telegram"):
        return parts[-1]
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else 'unknown'}"


async def _sizes(request: web.Request) -> dict[str, int]:
    sizes = {name: len(value) for name, value in request.query.items()}
    length = request.content_length or 0
    if request.content_type == _FORM:
        return sizes | await _form_sizes(request, length)
    if request.content_type == _JSON and length <= _LARGEST_READ:
        return sizes | _json_sizes(await request.text())
    # Any other body is left for the handler, which may read it as a stream, once.
    return sizes | ({"body": length} if length else {})


async def _form_sizes(request: web.Request, length: int) -> dict[str, int]:
    try:
        return {name: len(str(value)) for name, value in (await request.post()).items()}
    except ValueError:
        # Not a form: some clients call the bytes of a file so where nobody says otherwise.
        return {"body": length}


def _json_sizes(text: str) -> dict[str, int]:
    try:
        body = json.loads(text)
    except ValueError:
        return {"body": len(text)}
    if not isinstance(body, dict):
        return {"body": len(text)}
    return {
        name: len(value if isinstance(value, str) else json.dumps(value))
        for name, value in body.items()
    }


def _outcome(response: web.StreamResponse) -> str:
    if response.status == 499:
        return "dropped"
    body = getattr(response, "body", None)
    is_refusal = isinstance(body, bytes) and _REFUSAL.match(body) is not None
    if is_refusal and response.content_type == _JSON and len(body or b"") <= _LARGEST_READ:
        answer = json.loads(body or b"{}")
        return f"{response.status} {answer.get('error') or answer.get('description') or ''}"
    return str(response.status)
