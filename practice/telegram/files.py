"""Files that were sent, kept beside the shelf; each belongs to the bot in whose chat it is."""

import hashlib
from pathlib import Path

from practice.shelf import Document, Shelf

_KIND = "telegram_file"


class Files:
    """Bytes by file id."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def add(self, bot: str, folder: str, ending: str, data: bytes) -> Document:
        """Keep bytes; the File object with its path for the download."""
        number = self._shelf.next_number(_KIND)
        unique = hashlib.sha256(f"{bot}/{number}".encode()).hexdigest()[:16]
        file: Document = {
            "file_id": f"practice-{unique}-{number}",
            "file_unique_id": unique,
            "file_size": len(data),
            "file_path": f"{folder}/file_{number}{ending}",
        }
        kept: Document = {"bot": bot, "stored": f"telegram-{number}", "file": file}
        self._place(kept).write_bytes(data)
        self._shelf.put(_KIND, file["file_id"], kept)
        return dict(file)

    def find(self, bot: str, file_id: str) -> Document | None:
        """The File object, if this bot has such a file."""
        kept = self._shelf.get(_KIND, file_id)
        return dict(kept["file"]) if kept and kept["bot"] == bot else None

    def stored(self, bot: str, path: str) -> Path | None:
        """Where the bytes for a download path lie, if this bot has such a file."""
        for _, kept in self._shelf.all(_KIND):
            if kept["bot"] == bot and kept["file"]["file_path"] == path:
                return self._place(kept)
        return None

    def place_of(self, file_id: str) -> Path | None:
        """Where the bytes of a file id lie, whoever's it is."""
        kept = self._shelf.get(_KIND, file_id)
        return None if kept is None else self._place(kept)

    def _place(self, kept: Document) -> Path:
        return self._shelf.files / str(kept["stored"])
