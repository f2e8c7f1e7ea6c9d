"""A copy of the SQLite database while the centre works on it; the keys are never in it."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from storage.database import looked_at, sqlite_file


class NotCopied(RuntimeError):
    """Nothing was written; `key` names the sentence that says why, `why` is one word."""

    def __init__(self, key: str, where: Path | None = None, why: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.where = where
        self.why = why


def copy_database(url: str, to: Path) -> None:
    """Copy it whole into a new file that only its owner may read; raises NotCopied."""
    source = sqlite_file(url)
    if source is None:
        raise NotCopied("postgresql")
    if not source.is_file():
        raise NotCopied("no_database", source)
    if to.exists():
        raise NotCopied("exists", to)
    try:
        with tempfile.TemporaryDirectory(prefix=".ansim-", dir=to.parent) as beside:
            _copy_through(source, Path(beside) / to.name, to)
    except sqlite3.Error as error:
        raise NotCopied("unreadable", source, type(error).__name__) from None
    except FileExistsError:
        raise NotCopied("exists", to) from None
    except OSError as error:
        raise NotCopied("unwritable", to, type(error).__name__) from None


def _copy_through(source: Path, copy: Path, to: Path) -> None:
    """Into a file that nobody else can see, then under its name, if that is still free."""
    with closing(sqlite3.connect(looked_at(source), uri=True)) as read:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(copy)) as written:
            read.backup(written)
            written.execute("PRAGMA journal_mode=DELETE")  # One file that stands by itself.
            if written.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("integrity")
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    os.link(copy, to)
