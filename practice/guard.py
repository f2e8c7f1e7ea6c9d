"""Who may use the practice controls: a page or a program on this machine, and no other site."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler

_NAMES = ("127.0.0.1", "localhost")


def is_control(path: str) -> bool:
    """Whether a path belongs to the controls or the page."""
    return path == "/" or path == "/practice" or path.startswith("/practice/")


def own_address(request: web.BaseRequest) -> tuple[str, int]:
    """Address and port that this call really came in at, whatever it says itself."""
    sockname = request.get_extra_info("sockname") or ("127.0.0.1", 0)
    return str(sockname[0]), int(sockname[1])


def refusal(sentence: str, status: int = 400) -> web.Response:
    """How the controls say no: one clear sentence."""
    return web.json_response({"ok": False, "error": sentence}, status=status)


def refused(sentence: str) -> web.HTTPBadRequest:
    """The same as an exception to raise, with status 400."""
    body = json.dumps({"ok": False, "error": sentence}, ensure_ascii=False)
    return web.HTTPBadRequest(text=body, content_type="application/json")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a control call by a foreign Host (DNS rebinding) or Origin (another site's page)."""
    if not is_control(request.path):
        return await handler(request)
    hosts = {f"{name}:{own_address(request)[1]}" for name in _NAMES}
    if request.headers.get("Host", "").lower() not in hosts:
        return refusal("This host name is not the practice server's own.", 403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in {f"http://{host}" for host in hosts}:
        return refusal("Another site's page may not use the practice controls.", 403)
    return await _in_json(request, handler)


async def _in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPClientError as error:
        if error.content_type == "application/json":
            raise
        return refusal(f"{error.reason}: {request.method} {request.path}", error.status)
