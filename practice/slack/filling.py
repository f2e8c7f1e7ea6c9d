"""What a person chose or typed, as Slack words it for each kind of element."""

from typing import Any

from practice.shelf import Document
from practice.slack.refusals import impossible
from practice.slack.shown import shown_file
from practice.slack.users import person
from practice.slack.workspace import Workspace

# By type: the property that holds the choice, and the one that holds what was chosen at first.
_PROPERTIES = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}


def is_fillable(element: Document) -> bool:
    """Whether it has a value of its own: everything but buttons and overflow menus."""
    return element["type"] in _PROPERTIES and element["type"] != "overflow"


def first_value(element: Document) -> Document:
    """What an element holds before anybody touches it."""
    held, initial = _PROPERTIES[element["type"]]
    empty: Any = [] if _takes_many(element) else None
    return {"type": element["type"], held: element.get(initial, empty)}


def held(filled: Document) -> Any:
    """What a filled element holds: nothing, a text, an option, a list …"""
    return filled[_PROPERTIES[filled["type"]][0]]


def filled(desk: Workspace, element: Document, value: Any) -> Document:
    """An element with this value. Raises HTTPBadRequest if nobody could choose it."""
    if value is None:
        return first_value({"type": element["type"]})
    kind, choice = element["type"], _PROPERTIES[element["type"]][0]
    if _takes_many(element):
        values = value if isinstance(value, list) else str(value).split(",")
        return {"type": kind, choice: [_chosen(desk, element, one) for one in values]}
    return {"type": kind, choice: _chosen(desk, element, value)}


def _takes_many(element: Document) -> bool:
    return element["type"].startswith("multi_") or element["type"] in ("checkboxes", "file_input")


def _chosen(desk: Workspace, element: Document, value: Any) -> Any:
    kind = str(element["type"]).removeprefix("multi_")
    if kind in ("static_select", "radio_buttons", "checkboxes", "overflow"):
        return _option(element, value)
    if kind == "external_select":
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    if kind == "users_select" and person(str(value)) is None:
        raise impossible(f"There is no person {value} to choose.")
    if kind in ("conversations_select", "channels_select"):
        return _conversation(desk, str(value))
    if kind == "file_input":
        return _file(desk, str(value))
    if kind == "datetimepicker":
        return _seconds(value)
    return value if kind == "rich_text_input" else str(value)


def _option(element: Document, value: Any) -> Document:
    groups = [group["options"] for group in element.get("option_groups") or []]
    options = [one for group in [element.get("options") or [], *groups] for one in group]
    for option in options:
        if value in (option.get("value"), option["text"]["text"], option):
            return {name: option[name] for name in ("text", "value") if name in option}
    raise impossible(f"There is no option {value} in {element['action_id']}.")


def _conversation(desk: Workspace, value: str) -> str:
    found = desk.conversations.find(value)
    if found is None:
        raise impossible(f"There is no conversation {value} to choose.")
    return str(found["id"])


def _file(desk: Workspace, number: str) -> Document:
    file = desk.files.find(number)
    if file is None or file["stage"] != "complete":
        raise impossible(f"There is no file {number} to choose.")
    # Slack lets the app see what it is given in a modal.
    return shown_file(desk, desk.files.keep(file | {"for_bot": True}))


def _seconds(value: Any) -> int:
    if not str(value).isdecimal():
        raise impossible(f"{value} is not a time in seconds.")
    return int(value)
