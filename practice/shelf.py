"""Where the practice world keeps its documents, so that it comes back after a kill."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Watcher = Callable[[str, str, Document | None], None]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""


class Shelf:
    """JSON documents by kind and key in one SQLite file, and files beside it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files = folder / "files"
        self.files.mkdir(exist_ok=True)
        self._base = sqlite3.connect(folder / "practice.sqlite", isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.executescript(_SCHEMA)
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Tell this of every change from now on: kind, key, and the document, or nothing if it went."""
        self._watchers.append(watcher)

    def put(self, kind: str, key: str, body: Document) -> None:
        """Write one document; the same key again replaces it."""
        text = json.dumps(body, ensure_ascii=False)
        self._base.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (kind, key, text))
        self._tell(kind, key, body)

    def get(self, kind: str, key: str) -> Document | None:
        """One document, or nothing."""
        found = self._base.execute(
            "SELECT body FROM documents WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return None if found is None else dict(json.loads(found[0]))

    def all(self, kind: str) -> Iterator[tuple[str, Document]]:
        """Every document of a kind, in the order of their keys."""
        rows = self._base.execute(
            "SELECT key, body FROM documents WHERE kind = ? ORDER BY key", (kind,)
        ).fetchall()
        return ((key, json.loads(body)) for key, body in rows)

    def drop(self, kind: str, key: str) -> None:
        """Forget one document."""
        self._base.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))
        self._tell(kind, key, None)

    def _tell(self, kind: str, key: str, body: Document | None) -> None:
        for watcher in self._watchers:
            watcher(kind, key, body)

    def next_number(self, kind: str) -> int:
        """1, 2, 3 …: a number of this kind that was never given before."""
        row = self._base.execute(
            "INSERT INTO numbers VALUES (?, 1)"
            " ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last",
            (kind,),
        ).fetchone()
        return int(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()
