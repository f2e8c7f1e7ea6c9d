"""The file of hashes that `ansim hash` writes and the centre registers."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain import centrekeys
from domain.hashfile_items import BadField, Hashes, frames_of, item_of, read_item

FORMAT = "ansim-hashes"
VERSION = 1
MOST_ITEMS = 10_000
MOST_FRAMES = 150_000  # Of all videos together, so that every file within it is read: 17 MB.
MOST_BYTES = 50_000_000  # Some 6,500 sealed pictures, or 2,300 with descriptors.


class FileFlaw(StrEnum):
    """Why a file is no file of hashes."""

    NOT_JSON = "not_json"
    WRONG_FORMAT = "wrong_format"
    WRONG_VERSION = "wrong_version"
    NO_ITEMS = "no_items"
    BAD_ITEM = "bad_item"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    OTHER_KEY = "other_key"
    BAD_SEAL = "bad_seal"


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


@dataclass(frozen=True)
class Item:
    """The hashes of one file as anybody may read them.

    sealed: what only one centre can open, such as its variants; empty where there is nothing. name:
    of the file, written only where asked for, since it may tell a person; never read.
    """

    hashes: Hashes
    sealed: bytes = b""
    name: str = ""


@dataclass(frozen=True)
class HashFile:
    """What a file holds; sealed_for: the public key for which its items are sealed, if any is."""

    items: tuple[Item, ...]
    sealed_for: bytes = b""


def dumps(made: Iterable[Hashes], *, made_with: str) -> str:
    """Write a file of hashes alone, an item on each line."""
    return dumps_file(HashFile(tuple(map(Item, made))), made_with=made_with)


def dumps_file(file: HashFile, *, made_with: str) -> str:
    """Write the file, an item on each line: the canonical hashes of pictures and of videos' frames
    in the open, the rest sealed. Times are rounded to a thousandth of a second.
    """
    head = {"format": FORMAT, "version": VERSION, "made_with": made_with}
    if file.sealed_for:
        head["sealed_for"] = centrekeys.spelled(file.sealed_for)
    lines = ",\n".join(map(_line, file.items))
    return f'{json.dumps(head)[:-1]}, "items": [\n{lines}\n]}}\n'


def size_of(item: Item) -> int:
    """How many bytes it takes in a file."""
    return len(_line(item).encode()) + len(",\n")


def _line(item: Item) -> str:
    return json.dumps(_written(item), ensure_ascii=False, separators=(",", ":"))


def _written(item: Item) -> dict[str, Any]:
    named = {"name": item.name} if item.name else {}
    sealed = {"sealed": base64.b64encode(item.sealed).decode()} if item.sealed else {}
    return {**named, **item_of(item.hashes), **sealed}


def is_ours(data: bytes) -> bool:
    """Whether this is a JSON object that names our format, in whatever state it may be otherwise."""
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("format") == FORMAT


def loads(data: bytes) -> tuple[Hashes, ...]:
    """The hashes in a file; the same twice count once. Raises BadHashFile, and nothing else."""
    return tuple(dict.fromkeys(item.hashes for item in loads_file(data).items))


def loads_file(data: bytes) -> HashFile:
    """Read the file; the same item twice counts once. Raises BadHashFile, and nothing else."""
    if len(data) > MOST_BYTES:
        raise BadHashFile(FileFlaw.TOO_LARGE)
    body = _body(data)
    found = dict.fromkeys(_read_at(at, item) for at, item in enumerate(_items(body)))
    if frames_of(item.hashes for item in found) > MOST_FRAMES:
        raise BadHashFile(FileFlaw.TOO_MANY)
    return HashFile(tuple(found), _sealed_for(body, found))


def _sealed_for(body: Mapping[str, Any], items: Iterable[Item]) -> bytes:
    named = body.get("sealed_for", "")
    if not any(item.sealed for item in items):
        return b""
    try:
        return centrekeys.read(named if isinstance(named, str) else "")
    except centrekeys.BadKey:
        raise BadHashFile(FileFlaw.BAD_SEAL) from None


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


def _read_at(index: int, item: object) -> Item:
    try:
        return Item(read_item(item), _sealed(item))
    except BadField as bad:
        flaw = FileFlaw.BAD_SEAL if bad.field == "sealed" else FileFlaw.BAD_ITEM
        raise BadHashFile(flaw, index=index, field=bad.field) from None


def _sealed(item: object) -> bytes:
    text = item.get("sealed", "") if isinstance(item, dict) else ""
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise BadField("sealed") from None
