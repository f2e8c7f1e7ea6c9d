"""Files: what is known of them, and their bytes, which are really gone once deleted."""

import mimetypes
import secrets
from pathlib import Path

from practice.clock import WorldClock
from practice.shelf import Document, Shelf
from practice.slack.refusals import Refusal

_KIND = "slack_file"


class Files:
    """Files by id, written through to the shelf; bytes lie in the shelf's folder."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._all = dict(shelf.all(_KIND))

    def reserve(self, name: str, size: int, user: str) -> Document:
        """A place for bytes that are still to come, with the ticket of its upload address."""
        number = f"F0{self._shelf.next_number('slack_file_number'):07d}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file: Document = {
            "id": number,
            "name": name,
            "title": name,
            "mimetype": kind,
            "size": size,
            "user": user,
            "created": int(self._clock.timestamp()),
            "ticket": secrets.token_urlsafe(16),
            "stage": "reserved",
            "shares": [],
            "for_bot": False,
        }
        return self.keep(file)

    def fill(self, file: Document, data: bytes) -> Document:
        """Put the bytes in."""
        self.path(file).write_bytes(data)
        return self.keep(file | {"size": len(data), "stage": "uploaded"})

    def of_ticket(self, ticket: str) -> Document | None:
        """The reserved place that an upload address belongs to."""
        found = (one for one in self._all.values() if one["ticket"] == ticket)
        return next((one for one in found if one["stage"] != "deleted"), None)

    def get(self, number: str) -> Document:
        """One that is there. Raises `file_not_found` or `file_deleted`."""
        file = self._all.get(number)
        if file is None or file["stage"] == "reserved":
            raise Refusal("file_not_found")
        if file["stage"] == "deleted":
            raise Refusal("file_deleted")
        return file

    def find(self, number: str) -> Document | None:
        """One in whatever stage, or nothing."""
        return self._all.get(number)

    def share(self, file: Document, channel: str, ts: str) -> Document:
        """Note that it stands in a message."""
        return self.keep(file | {"shares": [*file["shares"], {"channel": channel, "ts": ts}]})

    def remove(self, file: Document) -> None:
        """Delete it; its bytes are gone from the disk."""
        self.path(file).unlink(missing_ok=True)
        self.keep(file | {"stage": "deleted"})

    def path(self, file: Document) -> Path:
        """Where its bytes lie."""
        return self._shelf.files / f"slack-{file['id']}"

    def keep(self, file: Document) -> Document:
        """Write it through."""
        self._all[file["id"]] = file
        self._shelf.put(_KIND, file["id"], file)
        return file
