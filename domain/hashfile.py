"""The file of hashes that `ansim hash` writes and the centre registers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.hashfile_items import BadField, Hashes, frames_of, item_of, read_item

FORMAT = "ansim-hashes"
VERSION = 1
MOST_ITEMS = 10_000
MOST_FRAMES = 150_000  # Of all videos together, so that every file within it is read: 17 MB.
MOST_BYTES = 20_000_000


class FileFlaw(StrEnum):
    """Why a file is no file of hashes."""

    NOT_JSON = "not_json"
    WRONG_FORMAT = "wrong_format"
    WRONG_VERSION = "wrong_version"
    NO_ITEMS = "no_items"
    BAD_ITEM = "bad_item"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"


class BadHashFile(ValueError):
    """A file that can't be registered: `reason`; for a bad item `index` (from 0) and `field`."""

    def __init__(
        self, reason: FileFlaw, *, index: int | None = None, field: str | None = None
    ) -> None:
        place = "" if index is None else f" at item {index}, {field}"
        super().__init__(f"not a file of hashes: {reason.value}{place}")
        self.reason = reason
        self.index = index
        self.field = field


def dumps(made: Iterable[Hashes], *, made_with: str, names: Sequence[str] | None = None) -> str:
    """Write the file, an item on each line: the canonical hashes of pictures and of videos' frames.

    names: one for each, only where asked for, since they may tell a person. Times are rounded to a
    thousandth of a second.
    """
    items = [item_of(each) for each in made]
    if names is not None:
        items = [{"name": name, **item} for name, item in zip(names, items, strict=True)]
    head = json.dumps({"format": FORMAT, "version": VERSION, "made_with": made_with})
    lines = ",\n".join(
        json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items
    )
    return f'{head[:-1]}, "items": [\n{lines}\n]}}\n'


def is_ours(data: bytes) -> bool:
    """Whether this is a JSON object that names our format, in whatever state it may be otherwise."""
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("format") == FORMAT


def loads(data: bytes) -> tuple[Hashes, ...]:
    """Read the file; the same hashes twice count once. Raises BadHashFile, and nothing else."""
    if len(data) > MOST_BYTES:
        raise BadHashFile(FileFlaw.TOO_LARGE)
    found = dict.fromkeys(_read_at(at, item) for at, item in enumerate(_items(_body(data))))
    if frames_of(found) > MOST_FRAMES:
        raise BadHashFile(FileFlaw.TOO_MANY)
    return tuple(found)


def _body(data: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadHashFile(FileFlaw.NOT_JSON) from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise BadHashFile(FileFlaw.WRONG_FORMAT)
    if type(body.get("version")) is not int or body["version"] != VERSION:
        raise BadHashFile(FileFlaw.WRONG_VERSION)
    return body


def _items(body: Mapping[str, Any]) -> list[Any]:
    items = body.get("items")
    if not isinstance(items, list) or not items:
        raise BadHashFile(FileFlaw.NO_ITEMS)
    if len(items) > MOST_ITEMS:
        raise BadHashFile(FileFlaw.TOO_MANY)
    return items


def _read_at(index: int, item: object) -> Hashes:
    try:
        return read_item(item)
    except BadField as bad:
        raise BadHashFile(FileFlaw.BAD_ITEM, index=index, field=bad.field) from None
