"""Keyboards under messages and under the input field, and their limits."""

from typing import Any

from practice.shelf import Document
from practice.telegram.arguments import Arguments
from practice.telegram.refusals import bad

DATA_LIMIT = 64  # bytes of UTF-8
_INLINE = (100, 8)  # buttons in all, buttons in a row
_REPLY = (300, 12)
_ACTIONS = (
    "callback_data", "url", "login_url", "web_app", "switch_inline_query", "pay", "copy_text",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game",
)  # fmt: skip
_LINKS = ("http://", "https://", "tg://")


def read_markup(arguments: Arguments) -> Document | None:
    """The `reply_markup` of a call, checked; none where there is none."""
    markup = arguments.data("reply_markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard", *_INLINE)
        kept = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": [row for row in kept if row]}
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard", *_REPLY)
        return {**markup, "keyboard": [[_reply_button(button) for button in row] for row in rows]}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    raise bad("object expected as reply markup")


def read_inline(arguments: Arguments) -> Document | None:
    """The same where only an inline keyboard is possible."""
    markup = read_markup(arguments)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    return markup if markup and markup["inline_keyboard"] else None


def has_data(markup: Document | None, data: str) -> bool:
    """Whether some button of an inline keyboard carries this callback data."""
    rows = (markup or {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row)


def _rows(rows: Any, what: str, most: int, widest: int) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f"field {what.replace(' ', '_')} must be an Array of Arrays")
    if sum(map(len, rows)) > most or max(map(len, rows), default=0) > widest:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return rows


def _inline_button(button: Any) -> Document:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad('can\'t parse inline keyboard button: field "text" must be non-empty')
    chosen = [name for name in _ACTIONS if name in button]
    if not chosen:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(chosen) > 1:
        raise bad("can't parse inline keyboard button: exactly one optional field must be used")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    url = button.get("url")
    if url is not None and not str(url).startswith(_LINKS):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return button


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")


def _reply_button(button: Any) -> Document:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad('can\'t parse keyboard button: Field "text" must be non-empty')
    return button
