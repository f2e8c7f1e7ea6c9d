"""What a change on the shelf means to a page: which channel, phone or part of the square to ask for."""

from collections.abc import Callable
from typing import Any

from practice.shelf import Document
from practice.world import World

Hint = dict[str, Any]


def hint_of(kind: str, key: str, body: Document | None) -> Hint | None:
    """The hint for a change of this kind, or nothing where no page shows it."""
    teller = _TELLERS.get(kind)
    return None if teller is None else teller(key, body)


def clock_face(world: World) -> Hint:
    """The clock as it runs now."""
    clock = world.clock
    return {"what": "clock", "timestamp": clock.timestamp(), "rate": clock.rate}


def _message(key: str, body: Document | None) -> Hint | None:
    if body is None:
        return None
    return {
        "what": "message",
        "channel": body["channel"],
        "ts": body["ts"],
        "by": body["user"],
        "for": body["ephemeral_for"],
        "is_new": body["changed"] == body["ts"],
    }


def _view(key: str, body: Document | None) -> Hint:
    return {"what": "view", "user": body and body["user"]}


def _no_form(key: str, body: Document | None) -> Hint:
    return {"what": "no_form", "user": key}


def _channel(key: str, body: Document | None) -> Hint:
    return {"what": "channels"}


def _phone_message(key: str, body: Document | None) -> Hint | None:
    if body is None:
        return None
    return {"what": "phone", "person": body["person"], "bot": body["bot"]}


def _post(key: str, body: Document | None) -> Hint:
    return {"what": "square", "id": key, "is_gone": body is None}


_TELLERS: dict[str, Callable[[str, Document | None], Hint | None]] = {
    "slack_message": _message,
    "slack_view": _view,
    "slack_no_form": _no_form,
    "slack_channel": _channel,
    "telegram_message": _phone_message,
    "telegram_chat": _phone_message,
    "square-post": _post,
}
