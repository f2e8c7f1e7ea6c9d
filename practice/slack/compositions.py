"""What blocks and elements are put together from: texts, options, confirmations."""

from typing import Any

from practice.slack.rules import (
    BadShape,
    Check,
    at_least_one,
    both,
    by_type,
    flag,
    one_of,
    several,
    shape,
)
from practice.slack.rules import string as text_of

_FLAGS = {"emoji": flag}


def plain(longest: int) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": shape({"text": text_of(longest)}, _FLAGS)})


def rich(longest: int) -> Check:
    """A plain_text or mrkdwn object."""
    words = shape({"text": text_of(longest)}, {"verbatim": flag, **_FLAGS})
    return by_type({"plain_text": words, "mrkdwn": words})


def option(label: Check) -> Check:
    """One choice: up to 75 characters of label, 150 of value."""
    return shape(
        {"text": label, "value": text_of(150)}, {"description": rich(75), "url": text_of(3000)}
    )


OPTION = option(plain(75))
RICH_OPTION = option(rich(75))
_GROUP = shape({"label": plain(75), "options": several(OPTION, 100)}, {})

CHOICES = {"options": several(OPTION, 100), "option_groups": several(_GROUP, 100)}
HAS_CHOICES = at_least_one("options", "option_groups")


def among(*names: str) -> Check:
    """That what is chosen at first (under these names) is one of the choices."""

    def check(value: Any, at: str) -> None:
        groups = [group["options"] for group in value.get("option_groups") or []]
        choices = [one for group in [value.get("options") or [], *groups] for one in group]
        for name in names:
            first = value.get(name) or []
            for one in first if isinstance(first, list) else [first]:
                if one not in choices:
                    raise BadShape(f"{name} must be one of the options", at)

    return check


CONFIRM = shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
PICTURE = both(
    shape(
        {"alt_text": text_of(2000)},
        {
            "image_url": text_of(3000),
            "slack_file": shape({}, {"id": text_of(255), "url": text_of(3000)}),
        },
    ),
    at_least_one("image_url", "slack_file"),
)
