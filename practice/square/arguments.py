"""Reads the arguments of a call: query, form or JSON, one way for all; and says no."""

import json
from typing import Any

from aiohttp import web

_ERRORS: dict[int, type[web.HTTPClientError]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    404: web.HTTPNotFound,
    410: web.HTTPGone,
    422: web.HTTPUnprocessableEntity,
    429: web.HTTPTooManyRequests,
}


def failure(status: int, sentence: str) -> web.HTTPClientError:
    """Mastodon's way to refuse, as an exception to raise."""
    body = json.dumps({"error": sentence}, ensure_ascii=False)
    return _ERRORS[status](text=body, content_type="application/json")


class Arguments:
    """Arguments by name; `name[]` is the same as `name`."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    def text(self, name: str, otherwise: str = "") -> str:
        """The last value as text."""
        found = [value for value in self._values.get(name, ()) if value is not None]
        return str(found[-1]) if found else otherwise

    def texts(self, name: str) -> list[str]:
        """Every value as text."""
        return [str(value) for value in self._values.get(name, ())]

    def flag(self, name: str) -> bool:
        """Whether it is on, the way Rails reads it."""
        return self.text(name).lower() not in ("", "0", "f", "false", "off")

    def number(self, name: str) -> int | None:
        """A whole number from 0, or nothing; anything else is refused with 400."""
        given = self.text(name)
        if not given:
            return None
        if not (given.isascii() and given.isdigit()) or len(given) > 20:
            raise failure(400, f"{name} is not a whole number")
        return int(given)

    def file(self, name: str) -> web.FileField | None:
        """An uploaded file."""
        found = self._values.get(name, ())
        return found[-1] if found and isinstance(found[-1], web.FileField) else None


async def arguments_of(request: web.Request) -> Arguments:
    """Query and body together; the body wins."""
    values: dict[str, list[Any]] = {}
    _gather(values, list(request.query.items()))
    if request.content_type == "application/json" and request.body_exists:
        _gather(values, list((await _json(request)).items()))
    elif request.body_exists:
        _gather(values, list((await request.post()).items()))
    return Arguments(values)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise failure(400, "The body is not JSON") from None
    if not isinstance(body, dict):
        raise failure(400, "The body is not a JSON object")
    return body


def _gather(values: dict[str, list[Any]], pairs: list[tuple[str, Any]]) -> None:
    for name, value in pairs:
        several = value if isinstance(value, list) else [value]
        values.setdefault(name.removesuffix("[]"), []).extend(several)
