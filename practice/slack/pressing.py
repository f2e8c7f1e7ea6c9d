"""Pressing a button, choosing from a menu: in a message, in a modal, at home."""

from typing import Any

from practice.cast import Staff
from practice.shelf import Document
from practice.slack.blocks import elements_of
from practice.slack.doorways import message_at, view_of
from practice.slack.filling import filled, is_fillable
from practice.slack.payloads import container, deed, on_message
from practice.slack.refusals import impossible
from practice.slack.workspace import Workspace


async def press(desk: Workspace, who: Staff, body: Document) -> None:
    """Press what `action_id` names, in a message or a view; a menu is set to `value`.

    Raises HTTPNotFound if it isn't there, and a Refusal if the bot doesn't answer in time.
    """
    payload = (_in_view if body.get("view_id") else _in_message)(desk, who, body)
    await desk.switchboard.ask("interactive", payload)


def _in_message(desk: Workspace, who: Staff, body: Document) -> Document:
    message = message_at(desk, who, str(body.get("channel") or ""), str(body.get("ts") or ""))
    block, element = _find(message["blocks"], body)
    action = _action(desk, block, element, body.get("value"))
    values = {block["block_id"]: {element["action_id"]: _bare(action)}}
    place = on_message(desk, who, message)
    if message["ephemeral_for"]:
        # Slack doesn't keep what only one person saw, and so can't show it again.
        del place["message"]
    return {
        **deed(desk, who, "block_actions"),
        "container": container(message),
        **place,
        "state": {"values": values if is_fillable(element) else {}},
        "actions": [action],
    }


def _in_view(desk: Workspace, who: Staff, body: Document) -> Document:
    view = view_of(desk, who, str(body["view_id"]))
    block, element = _find(view["blocks"], body)
    action = _action(desk, block, element, body.get("value"))
    if is_fillable(element):
        values = view["state"]["values"]
        inside = {**values.get(block["block_id"], {}), element["action_id"]: _bare(action)}
        view["state"] = {"values": {**values, block["block_id"]: inside}}
        desk.views.keep(view)
    return {
        **deed(desk, who, "block_actions", view["id"]),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def _find(blocks: list[Document], body: Document) -> tuple[Document, Document]:
    wanted, value = body.get("action_id"), body.get("value")
    found = [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element["action_id"] == wanted and body.get("block_id") in (None, block["block_id"])
    ]
    if not found:
        raise impossible(f"There is nothing called {wanted} to press there.", 404)
    buttons = [pair for pair in found if pair[1]["type"] == "button"]
    if value is None or not buttons:
        return found[0]
    for pair in buttons:
        if pair[1].get("value") == value:
            return pair
    raise impossible(f"No button {wanted} there has the value {value}.", 404)


def _action(desk: Workspace, block: Document, element: Document, value: Any) -> Document:
    now = desk.world.clock.timestamp()
    action: Document = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{now:.6f}",
    }
    if element["type"] == "button":
        shown = {name: element[name] for name in ("text", "value", "style") if name in element}
        return action | shown
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise impossible(f"{element['action_id']} tells nobody before the form is submitted.")
    return action | filled(desk, element, value)


def _bare(action: Document) -> Document:
    return {
        name: value
        for name, value in action.items()
        if name not in ("action_id", "block_id", "action_ts")
    }
