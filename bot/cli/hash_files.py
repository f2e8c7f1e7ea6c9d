"""The files of `ansim hash`: found in folders, read with a limit, written whole or not at all."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

_LITTER = ("thumbs.db", "desktop.ini")  # What Windows leaves in folders of pictures.


class Unreadable(Exception):
    """A file that can't be read; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def each_file(given: list[Path]) -> list[Path]:
    """Folders opened, all the way down; hidden files in them are left out. Each path once.

    A folder that can't be opened comes as itself, so that whoever reads it is told.
    """
    return list(dict.fromkeys(file for path in given for file in _files_in(path)))


def _files_in(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    closed: list[Path] = []
    seen = {os.path.realpath(path)}
    walk = os.walk(path, followlinks=True, onerror=lambda flaw: closed.append(Path(flaw.filename)))
    for folder, folders, names in walk:
        folders[:] = [name for name in sorted(folders) if _is_new(Path(folder, name), seen)]
        yield from (Path(folder, name) for name in sorted(names) if not _is_hidden(name))
    yield from closed


def _is_new(folder: Path, seen: set[str]) -> bool:
    """Whether this folder is neither hidden nor was met before: links may lead in circles."""
    true_path = os.path.realpath(folder)
    is_new = true_path not in seen and not _is_hidden(folder.name)
    seen.add(true_path)
    return is_new


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LITTER


def opening(file: Path, count: int) -> bytes:
    """So many of its first bytes, or all there are. Raises Unreadable."""
    return read(file, count - 1)


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


def write(out: Path, text: str, rights: int = 0o600) -> None:
    """For its owner alone, as a rule; an older file stays until the new is whole. Raises OSError."""
    part = out.with_name(f"{out.name}.part")
    opener = partial(os.open, mode=rights)
    with open(part, "w", encoding="utf-8", newline="\n", opener=opener) as opened:
        opened.write(text)
    part.replace(out)


def printable(name: str) -> str:
    """Without what a terminal would obey or UTF-8 can't hold."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)
