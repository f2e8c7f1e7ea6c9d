"""The small language in which the shapes of blocks, elements and views are written down."""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]


class BadShape(Exception):
    """Something is not as Slack wants it: what, and where (a JSON pointer)."""

    def __init__(self, message: str, pointer: str) -> None:
        super().__init__(f"{message} [json-pointer:{pointer}]")


def string(longest: int, shortest: int = 1) -> Check:
    """Text of so many characters."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str):
            raise BadShape("must be a string", at)
        if len(value) > longest:
            raise BadShape(f"must be less than {longest + 1} characters", at)
        if len(value) < shortest:
            raise BadShape(f"must be more than {shortest - 1} characters", at)

    return check


def flag(value: Any, at: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise BadShape("must be a boolean", at)


def whole(smallest: int, largest: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadShape("must be an integer", at)
        if not smallest <= value <= largest:
            raise BadShape(f"must be from {smallest} to {largest}", at)

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str) -> None:
        if value not in choices:
            raise BadShape(f"must be one of {', '.join(choices)}", at)

    return check


def anything(value: Any, at: str) -> None:
    """Whatever it is, as long as it is there."""
    if value is None:
        raise BadShape("must not be null", at)


def several(each: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, list):
            raise BadShape("must be an array", at)
        if len(value) > most:
            raise BadShape(f"no more than {most} items allowed", at)
        if len(value) < least:
            raise BadShape(f"no less than {least} items allowed", at)
        for place, one in enumerate(value):
            each(one, f"{at}/{place}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """An object with these properties and no others (besides its type)."""
    known = {**required, **optional}

    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict):
            raise BadShape("must be an object", at)
        for name in required:
            if value.get(name) is None:
                raise BadShape(f"missing required field: {name}", at)
        for name, one in value.items():
            if name not in known and name != "type":
                raise BadShape(f"invalid additional property: {name}", at)
            if name in known and one is not None:
                known[name](one, f"{at}/{name}")

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose type says which of these shapes it has."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict):
            raise BadShape("must be an object", at)
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in table:
            raise BadShape(f"unsupported type: {kind}", f"{at}/type")
        table[kind](value, at)

    return check


def at_least_one(*names: str) -> Check:
    """An object that has one of these properties."""

    def check(value: Any, at: str) -> None:
        if not any(value.get(name) for name in names):
            raise BadShape(f"must define either {' or '.join(names)}", at)

    return check


def both(*checks: Check) -> Check:
    """Every one of these."""

    def check(value: Any, at: str) -> None:
        for one in checks:
            one(value, at)

    return check
