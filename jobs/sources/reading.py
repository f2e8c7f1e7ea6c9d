"""JSON of which nothing is sure: a part that isn't what it should be is read as nothing at all."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.sources import MalformedSource, Trouble, Watch, absolute
from jobs.answers import Answer, moment

_LARGEST = 2**63 - 1
_A_DAY_S = 86_400.0


def secret(watch: Watch, name: str) -> str:
    """A secret of the watch; raises MalformedSource naming it where it is missing."""
    found = watch.secrets.get(name, "")
    if not found:
        raise MalformedSource(Trouble.KEY_MISSING, name)
    return found


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a list, without whatever else is in it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(*values: object) -> list[str]:
    """The texts among these that say something, fit to be stored and sent."""
    return [said for value in values if (said := text(value))]


def text(value: object) -> str:
    """A text without half letters and zero bytes; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "ignore").decode()


def number(value: object) -> int | None:
    """A whole number, also where it is written as a text or with a fraction."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        return None
    return value


def seconds(value: object) -> datetime | None:
    """A time in seconds since 1970; none where it can't be one."""
    count = number(value)
    try:
        return None if count is None else datetime.fromtimestamp(count, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def addresses(values: Iterable[object]) -> list[str]:
    """Each web address among these once, in order."""
    return [found for found in dict.fromkeys(absolute("", text(each)) for each in values) if found]


def wait_of(answer: Answer, name: str, *, is_moment: bool = False) -> timedelta | None:
    """How long until a quota is new, by the header that says so: seconds, or seconds since 1970."""
    try:
        told = float(answer.headers.get(name, ""))
    except ValueError:
        return None
    if is_moment:
        date = moment(answer.headers.get("date", ""))
        told = told - date.timestamp() if date else math.nan
    return timedelta(seconds=min(max(told, 0.0), _A_DAY_S)) if math.isfinite(told) else None
