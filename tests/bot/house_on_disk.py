"""A practice centre's folder as a start leaves it, made without one; and everything in it, byte by byte."""

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.keys import FileKeyStore
from storage.migrate import upgrade

KEY = b"p" * 32


def made_house(home: Path, mode: str = "practice", stamped: str = "practice") -> Path:
    """ANSIM_HOME with a database at head, stamped with a mode, and its key store; the database's file."""
    folder = home / mode
    folder.mkdir(parents=True)
    file = folder / "ansim.sqlite"
    upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO stamp VALUES ('mode', ?)", (stamped,))
    FileKeyStore(folder / "keys", KEY)
    (folder / "master.key").write_bytes(base64.b64encode(KEY))
    return file


def everything_in(folder: Path) -> dict[str, str]:
    """Each file under a folder with the digest of its bytes; but for SQLite's shared memory, which readers mark."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }
