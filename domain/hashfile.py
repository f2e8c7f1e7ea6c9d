"""The file of hashes that `ansim hash` writes and the centre registers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.fingerprints import BEST_QUALITY, BadHash, Kind, Pdq, Phash, Print, Sha256, from_hex

FORMAT = "ansim-hashes"
VERSION = 1
MOST_ITEMS = 10_000
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


class _BadField(ValueError):
    """One field of an item is missing or wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def dumps(prints: Iterable[Print], *, made_with: str, names: Sequence[str] | None = None) -> str:
    """Write the file. names: one per print, only where asked for, since they may tell a person."""
    listed = list(prints)
    items = [_item(each) for each in listed]
    if names is not None:
        items = [{"name": name, **item} for name, item in zip(names, items, strict=True)]
    body = {"format": FORMAT, "version": VERSION, "made_with": made_with, "items": items}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def is_ours(data: bytes) -> bool:
    """Whether this is a JSON object that names our format, in whatever state it may be otherwise."""
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("format") == FORMAT


def loads(data: bytes) -> tuple[Print, ...]:
    """Read the file; the same print twice counts once. Raises BadHashFile, and nothing else."""
    if len(data) > MOST_BYTES:
        raise BadHashFile(FileFlaw.TOO_LARGE)
    found = [_print_at(index, item) for index, item in enumerate(_items(_body(data)))]
    return tuple(dict.fromkeys(found))


def _item(print_: Print) -> dict[str, Any]:
    return {
        "kind": print_.kind.value,
        "sha256": print_.sha256.hex,
        "pdq": print_.pdq.hex,
        "quality": print_.pdq.quality,
        "phash": print_.phash.hex,
    }


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


def _print_at(index: int, item: object) -> Print:
    try:
        return _print(item)
    except _BadField as bad:
        raise BadHashFile(FileFlaw.BAD_ITEM, index=index, field=bad.field) from None


def _print(item: object) -> Print:
    if not isinstance(item, dict):
        raise _BadField("item")
    if item.get("kind") != Kind.IMAGE.value:
        raise _BadField("kind")
    pdq = Pdq(_bits(item, "pdq"), _quality(item))
    return Print(Sha256(_bits(item, "sha256")), pdq, Phash(_bits(item, "phash")))


def _bits(item: Mapping[str, Any], field: str) -> bytes:
    text = item.get(field)
    try:
        return from_hex(text if isinstance(text, str) else "")
    except BadHash:
        raise _BadField(field) from None


def _quality(item: Mapping[str, Any]) -> int:
    quality = item.get("quality")
    if type(quality) is not int or not 0 <= quality <= BEST_QUALITY:
        raise _BadField("quality")
    return quality
