"""How the practice Telegram refuses: the Bot API's codes and its very words."""

from http import HTTPStatus
from typing import Any


class Refusal(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(self, code: HTTPStatus, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> dict[str, Any]:
        """The body that the Bot API sends."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": int(self.code),
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class HangUp(Exception):
    """The call is to be closed without an answer."""


def bad(reason: str) -> Refusal:
    """400, with Telegram's prefix."""
    return Refusal(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """403, with Telegram's prefix."""
    return Refusal(HTTPStatus.FORBIDDEN, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """409, with Telegram's prefix."""
    return Refusal(HTTPStatus.CONFLICT, f"Conflict: {reason}")


def too_many(seconds: int) -> Refusal:
    """429, with the seconds to wait."""
    text = f"Too Many Requests: retry after {seconds}"
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, text, seconds)
