"""How the practice Slack says no: by Slack's error names to programs, in a sentence to people."""

import json
from typing import Any

from aiohttp import web


class Refusal(Exception):
    """A call is answered with `ok: false` and this error name (and whatever Slack adds to it)."""

    def __init__(self, error: str, status: int = 200, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}


def invalid(error: str, *messages: str) -> Refusal:
    """A refusal that says which argument is wrong, as Slack does in `response_metadata`."""
    return Refusal(error, response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})


def impossible(sentence: str, status: int = 400) -> web.HTTPException:
    """What a person can't do in the client at all, as an exception to raise: one sentence."""
    kinds = {400: web.HTTPBadRequest, 403: web.HTTPForbidden, 404: web.HTTPNotFound}
    body = json.dumps({"ok": False, "error": sentence}, ensure_ascii=False)
    return kinds[status](text=body, content_type="application/json")
