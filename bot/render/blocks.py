"""Small pieces of Slack's Block Kit, shortened where Slack would refuse them."""

from collections.abc import Iterable

from bot.render.message import Block

SECTION_MOST = 3000
HEADER_MOST = 150
BUTTON_MOST = 75


def escaped(text: str) -> str:
    """A person's words as text: never a link, a mention or markup of Slack's own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text[:HEADER_MOST])}


def section(text: str) -> Block:
    """A paragraph in Slack's markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_MOST] or " "}}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text[:SECTION_MOST] or " "}]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def plain(text: str) -> Block:
    """Text without markup, as labels want it."""
    return {"type": "plain_text", "text": text}


def button(label: str, action: str, value: str, style: str = "") -> Block:
    """A button; `style` is empty, `primary` or `danger`."""
    made = {
        "type": "button",
        "action_id": action,
        "value": value,
        "text": plain(label[:BUTTON_MOST]),
    }
    return {**made, "style": style} if style else made


def actions(buttons: Iterable[Block], block_id: str = "") -> Block:
    """A row of buttons."""
    row: Block = {"type": "actions", "elements": list(buttons)}
    return {**row, "block_id": block_id} if block_id else row


def option(label: str, value: str) -> Block:
    """One entry of a menu or a list of boxes."""
    return {"text": plain(label[:BUTTON_MOST]), "value": value}


def text_input(
    name: str, label: str, hint: str = "", is_long: bool = False, most: int = 3000
) -> Block:
    """A line or a box to write in."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": is_long,
        "max_length": most,
    }
    if hint:
        element["placeholder"] = plain(hint)
    return labelled(name, label, element)


def menu(name: str, label: str, options: list[Block]) -> Block:
    """Choose one."""
    element = {"type": "static_select", "action_id": name, "options": options}
    return labelled(name, label, element)


def boxes(name: str, label: str, options: list[Block], is_optional: bool = True) -> Block:
    """Tick any."""
    element = {"type": "checkboxes", "action_id": name, "options": options}
    return labelled(name, label, element, is_optional)


def labelled(name: str, label: str, element: Block, is_optional: bool = False) -> Block:
    """An input with its label; the block's id is the input's name, so that errors find it."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element,
        "optional": is_optional,
    }
