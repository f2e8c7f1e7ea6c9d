"""Carries out the faults in force on whole calls: lost, twice, slow, refused, down."""

import asyncio

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from practice.faults import Fault
from practice.guard import is_control, own_address
from practice.world import World

_REPEATED = "X-Practice-Repeated"
# On an answer whose calls are in the log already.
LOGGED = web.ResponseKey("practice-logged", bool)
_HOP_HEADERS = (
    "Connection",
    "Keep-Alive",
    "Transfer-Encoding",
    "Content-Length",
    "Content-Encoding",
)
_KINDS = ("down", "drop", "status", "slow", "twice")


def server_of(path: str) -> str | None:
    """Which server of the practice world answers a path; the controls are none of them."""
    for server in ("slack", "telegram"):
        if path.startswith(f"/{server}/"):
            return server
    return None if is_control(path) else "square"


def mishaps(world: World) -> Middleware:
    """The middleware that lets a call go wrong if a fault is in force for its server."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        server = server_of(request.path)
        if server is None or _REPEATED in request.headers:
            return await handler(request)
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        kinds = _KINDS[:-1] if is_socket else _KINDS
        fault = world.faults.take(server, *kinds, on="call", path=request.path)
        if fault is None:
            return await handler(request)
        return await _with_fault(fault, request, handler)

    return around


async def _with_fault(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    if fault.kind == "status":
        return _refusal(fault)
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
        return await handler(request)
    if fault.kind == "twice":
        return await _twice(request)
    if fault.kind == "drop" and fault.is_handled:
        await handler(request)
    return _hang_up(request)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499, reason="dropped")


def _refusal(fault: Fault) -> web.Response:
    is_limit = fault.status == 429
    body: dict[str, object] = {"error": "practice fault"}
    if fault.server == "slack":
        body = {"ok": False, "error": "ratelimited" if is_limit else "internal_error"}
    if fault.server == "telegram":
        body = {"ok": False, "error_code": fault.status, "description": "practice fault"}
        body |= {"parameters": {"retry_after": 1}} if is_limit else {}
    headers = {"Retry-After": "1"} if is_limit else {}
    return web.json_response(body, status=fault.status, headers=headers)


async def _twice(request: web.Request) -> web.Response:
    """Send the same call to this server two times over, and answer with the second answer."""
    host, port = own_address(request)
    address = f"http://{host}:{port}{request.raw_path}"
    body = await request.read()
    headers = request.headers.copy()
    headers[_REPEATED] = "1"
    for name in _HOP_HEADERS:
        headers.popall(name, None)
    async with aiohttp.ClientSession(auto_decompress=True) as session:
        for _ in range(2):
            async with session.request(
                request.method,
                URL(address, encoded=True),
                data=body,
                headers=headers,
            ) as answer:
                answered = await answer.read()
    kept = answer.headers.copy()
    for name in _HOP_HEADERS:
        kept.popall(name, None)
    response = web.Response(status=answer.status, body=answered, headers=kept)
    response[LOGGED] = True
    return response
