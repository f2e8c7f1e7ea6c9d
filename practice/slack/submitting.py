"""Submitting and closing modals, and what the bot may answer to it."""

from typing import Any

from practice.cast import Staff
from practice.shelf import Document
from practice.slack.blocks import elements_of
from practice.slack.doorways import view_of
from practice.slack.filling import filled, first_value, is_fillable
from practice.slack.mending import complaint
from practice.slack.payloads import deed
from practice.slack.refusals import Refusal, impossible
from practice.slack.view_shapes import check_view
from practice.slack.workspace import Workspace

Errors = dict[str, str]


async def submit(desk: Workspace, who: Staff, body: Document) -> Errors:
    """Submit a modal with these values; what is wrong with them, by block.

    `values` is `{block: {action: value}}` or `{action: value}`. Raises HTTPNotFound,
    HTTPBadRequest, or a Refusal if the bot doesn't answer in time or answers nonsense.
    """
    view = view_of(desk, who, str(body.get("view_id") or ""))
    if view["type"] != "modal" or not view["submit"]:
        raise impossible(f"{view['id']} has nothing to submit.")
    view["state"] = {"values": _state(desk, view, body.get("values") or {})}
    errors = _complaints(view)
    if errors:
        return errors
    desk.views.keep(view)
    payload = deed(desk, who, "view_submission", view["id"]) | {"view": view, "response_urls": []}
    return _obey(desk, who, view, await desk.switchboard.ask("interactive", payload) or {})


def _state(desk: Workspace, view: Document, values: Document) -> Document:
    given = _by_action(view, values)
    state: Document = {}
    for block in view["blocks"]:
        for element in filter(is_fillable, elements_of(block)):
            key = (block["block_id"], element["action_id"])
            before = view["state"]["values"].get(key[0], {}).get(key[1])
            now = filled(desk, element, given[key]) if key in given else before
            state.setdefault(key[0], {})[key[1]] = now or first_value(element)
    return state


def _by_action(view: Document, values: Document) -> dict[tuple[str, str], Any]:
    places = {
        (block["block_id"], element["action_id"])
        for block in view["blocks"]
        for element in elements_of(block)
        if is_fillable(element)
    }
    given: dict[tuple[str, str], Any] = {}
    for name, value in values.items():
        inside = value if isinstance(value, dict) else {name: value}
        found = {key: inside[key[1]] for key in places if name == key[0] and key[1] in inside}
        if not found:
            found = {key: value for key in places if name in key and not isinstance(value, dict)}
        if not found:
            raise impossible(f"There is nothing called {name} to fill in there.", 404)
        given |= found
    return given


def _complaints(view: Document) -> Errors:
    values = view["state"]["values"]
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    said = {
        block["block_id"]: complaint(
            block, values[block["block_id"]][block["element"]["action_id"]]
        )
        for block in inputs
    }
    return {block_id: sentence for block_id, sentence in said.items() if sentence}


def _obey(desk: Workspace, who: Staff, view: Document, answer: Document) -> Errors:
    action = answer.get("response_action")
    if action == "errors":
        return _errors(view, answer.get("errors"))
    if action in ("update", "push"):
        check_view(answer.get("view"), "modal")
        if action == "update":
            desk.views.change(view, answer["view"])
        else:
            desk.views.push(who.id, answer["view"], view)
        return {}
    if action not in (None, "clear"):
        raise Refusal("invalid_response_action")
    _close(desk, who, view, is_all=action == "clear")
    return {}


def _errors(view: Document, errors: Any) -> Errors:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refusal("invalid_errors_in_response")
    return {str(block_id): str(sentence) for block_id, sentence in errors.items()}


def _close(desk: Workspace, who: Staff, view: Document, is_all: bool) -> None:
    closing = desk.views.open_of(who.id) if is_all else [view]
    for one in closing:
        desk.views.close(one["id"])


async def close(desk: Workspace, who: Staff, body: Document) -> None:
    """Close a modal, or with `clear` all of them; the bot hears of it if it asked to."""
    view = view_of(desk, who, str(body.get("view_id") or ""))
    is_cleared = bool(body.get("clear")) or view["clear_on_close"]
    _close(desk, who, view, is_all=is_cleared)
    if view["notify_on_close"]:
        payload = deed(desk, who, "view_closed") | {"view": view, "is_cleared": is_cleared}
        del payload["trigger_id"]
        await desk.switchboard.ask("interactive", payload)
