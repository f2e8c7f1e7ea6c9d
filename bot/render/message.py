"""What renderers make: a Slack message, a Slack form, or a bubble on a phone."""

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A Slack message: `text` is what notifications and screen readers say."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Form:
    """A Slack modal; `private` comes back with the submission. Without `submit` it only shows."""

    callback_id: str
    title: str
    submit: str
    close: str
    blocks: tuple[Block, ...]
    private: str = ""

    def as_view(self) -> dict[str, Any]:
        """The view as Slack wants it."""
        view: dict[str, Any] = {
            "type": "modal",
            "callback_id": self.callback_id,
            "title": {"type": "plain_text", "text": self.title},
            "close": {"type": "plain_text", "text": self.close},
            "blocks": list(self.blocks),
            "private_metadata": self.private,
        }
        if self.submit:
            view["submit"] = {"type": "plain_text", "text": self.submit}
        return view


@dataclass(frozen=True)
class Button:
    """One button on a phone: its label, and the data that comes back (64 bytes at most)."""

    label: str
    data: str


@dataclass(frozen=True)
class Bubble:
    """A Telegram message: rows of buttons; `hidden` is shown behind a spoiler."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    hidden: str = ""
    is_silent: bool = False
    keyboard: tuple[tuple[str, ...], ...] = field(default=())
