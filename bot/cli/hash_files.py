"""The files of `ansim hash`: found in folders, read with a limit, written whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path


class Unreadable(Exception):
    """A file that can't be read; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def each_file(given: list[Path]) -> list[Path]:
    """Folders opened, all the way down; hidden files in them are left out. Each path once."""
    return list(dict.fromkeys(file for path in given for file in _files_in(path)))


def _files_in(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not hidden:
            yield file


def read(file: Path, most: int) -> bytes:
    """At most one byte more than `most`, so that a huge file is never in memory."""
    if file.exists() and not file.is_file():  # A pipe or a device would never end.
        raise Unreadable("unreadable")
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except FileNotFoundError:
        raise Unreadable("missing") from None
    except OSError:
        raise Unreadable("unreadable") from None


def write(out: Path, text: str) -> None:
    """For its owner alone; an older file stays until the new one is whole. Raises OSError."""
    part = out.with_name(f"{out.name}.part")
    with open(part, "w", encoding="utf-8", opener=_for_owner) as opened:
        opened.write(text)
    part.replace(out)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def printable(name: str) -> str:
    """Without what a terminal would obey or UTF-8 can't hold."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)
