"""The arguments of a Web API call: from the query, from a form or from JSON, all alike."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from practice.slack.refusals import Refusal, invalid

_JSON = "application/json"


@dataclass(frozen=True)
class Arguments:
    """What was given to a call, and the token it came with."""

    given: dict[str, Any]
    token: str = ""

    def text(self, name: str, default: str = "") -> str:
        """A string; what isn't given is the default."""
        value = self.given.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """A string that must be there. Raises `invalid_arguments`."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True for true, "true" and "1"."""
        value = self.given.get(name)
        return default if value is None else str(value).lower() in ("true", "1")

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to the largest. Raises `invalid_limit`."""
        value = self.text(name) or str(default)
        if not value.isdecimal() or not 1 <= int(value) <= largest:
            raise Refusal("invalid_limit")
        return int(value)

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A list or object, given as it is or as JSON text; None if not given."""
        value = self.given.get(name)
        if not isinstance(value, str) or not value:
            return value or (None if value == "" else value)
        try:
            return json.loads(value)
        except ValueError:
            raise invalid(error, f"{name} is not valid JSON") from None

    def names(self, name: str) -> list[str]:
        """A list of ids, given as a list or separated by commas."""
        value = self.given.get(name)
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [str(part).strip() for part in parts if str(part).strip()]


async def read_arguments(request: web.Request) -> Arguments:
    """Everything that a call was given. Raises `invalid_json` or `json_not_object`."""
    given: dict[str, Any] = dict(request.query)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if request.content_type == _JSON:
        # Slack takes no token from a JSON body: there it must stand in the header.
        body = {name: value for name, value in (await _body(request)).items() if name != "token"}
        return Arguments(given | body, token or str(given.get("token", "")))
    given |= dict(await request.post())
    return Arguments(given, token or str(given.get("token", "")))


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return body
