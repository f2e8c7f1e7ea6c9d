"""Whether a modal or a home is such as Slack takes."""

from typing import Any

from practice.slack.blocks import check_view_blocks
from practice.slack.compositions import plain
from practice.slack.refusals import invalid
from practice.slack.rules import BadShape, anything, flag, shape, string

_SHARED = {
    "blocks": anything,
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_MODAL = shape(
    {"title": plain(24), "blocks": anything},
    {
        **_SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME = shape({"blocks": anything}, _SHARED)


def check_view(view: Any, *kinds: str) -> None:
    """Refuse what isn't a view of these kinds (modal, home). Raises `invalid_arguments`."""
    try:
        _check(view, kinds)
    except BadShape as error:
        raise invalid("invalid_arguments", str(error)) from None


def _check(view: Any, kinds: tuple[str, ...]) -> None:
    if not isinstance(view, dict):
        raise BadShape("must be an object", "/view")
    kind = view.get("type")
    if kind not in kinds:
        raise BadShape(f"must be one of {', '.join(kinds)}", "/view/type")
    (_MODAL if kind == "modal" else _HOME)(view, "/view")
    check_view_blocks(view["blocks"], str(kind), "/view/blocks")
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if kind == "modal" and has_input and not view.get("submit"):
        raise BadShape("missing submit: a modal with an input block needs one", "/view")
