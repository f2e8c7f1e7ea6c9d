"""Answers in pages: a limit, and a cursor that leads to the next page."""

import base64
import binascii
from typing import TypeVar

from practice.slack.arguments import Arguments
from practice.slack.refusals import Refusal

_LARGEST = 999
_T = TypeVar("_T")


def page_of(items: list[_T], args: Arguments, default: int) -> tuple[list[_T], str]:
    """The page that was asked for, and the cursor of the next one ("" after the last)."""
    limit = args.number("limit", default, 1000)
    start = _start(args.text("cursor"))
    end = start + min(limit, _LARGEST)
    more = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], more


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise Refusal("invalid_cursor")
        return int(number)
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None
