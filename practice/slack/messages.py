"""Every message ever posted, as it stands now and as it stood before."""

from typing import Any

from practice.clock import WorldClock
from practice.shelf import Document, Shelf

_KIND = "slack_message"
_WAS = ("text", "blocks", "metadata")


class Messages:
    """Messages by channel and ts, written through to the shelf."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._channels: dict[str, dict[str, Document]] = {}
        self._last = 0
        for _, message in shelf.all(_KIND):
            self._remember(message)

    def next_ts(self) -> str:
        """A ts of now that no message has had."""
        self._last = max(self._last + 1, int(self._clock.timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, channel: str, user: str, text: str, **more: Any) -> Document:
        """Post one; `more` is blocks, metadata, thread_ts, files, ephemeral_for and the like."""
        ts = self.next_ts()
        message: Document = {
            "channel": channel,
            "ts": ts,
            "user": user,
            "text": text,
            "blocks": [],
            "metadata": None,
            "thread_ts": None,
            "files": [],
            "ephemeral_for": None,
            "deleted": False,
            "history": [],
            "changed": ts,
        }
        self._remember(message | more)
        return self._kept(channel, ts)

    def edit(self, message: Document, **changes: Any) -> Document:
        """Change one, and note what it was."""
        now = self.next_ts()
        past = {"at": now, "change": "edit", **{name: message[name] for name in _WAS}}
        message |= {**changes, "changed": now, "history": [*message["history"], past]}
        return self._kept(message["channel"], message["ts"])

    def remove(self, message: Document) -> Document:
        """Delete one: nobody in Slack sees it any more, the practice page does."""
        now = self.next_ts()
        past = {"at": now, "change": "delete", **{name: message[name] for name in _WAS}}
        message |= {"deleted": True, "changed": now, "history": [*message["history"], past]}
        return self._kept(message["channel"], message["ts"])

    def get(self, channel: str, ts: str) -> Document | None:
        """One that stands (ephemeral ones too), or nothing."""
        found = self._channels.get(channel, {}).get(ts)
        return None if found is None or found["deleted"] else found

    def public(self, channel: str, ts: str) -> Document | None:
        """One that stands and that everybody in the channel sees."""
        found = self.get(channel, ts)
        return None if found is None or found["ephemeral_for"] else found

    def of(self, channel: str) -> list[Document]:
        """All of a channel that everybody in it sees, oldest first."""
        kept = self._channels.get(channel, {}).values()
        return [one for one in kept if not one["deleted"] and not one["ephemeral_for"]]

    def thread(self, channel: str, ts: str) -> list[Document]:
        """The answers to a message, oldest first."""
        return [one for one in self.of(channel) if one["thread_ts"] == ts and one["ts"] != ts]

    def ever(self, channel: str | None, since: float) -> list[Document]:
        """All that came or changed after a time, deleted and ephemeral ones too, oldest first."""
        names = [channel] if channel else sorted(self._channels)
        found = [one for name in names for one in self._channels.get(name, {}).values()]
        return sorted(
            (one for one in found if float(one["changed"]) > since), key=lambda one: str(one["ts"])
        )

    def _remember(self, message: Document) -> None:
        self._channels.setdefault(message["channel"], {})[message["ts"]] = message
        seconds, _, rest = str(message["changed"]).partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(rest))

    def _kept(self, channel: str, ts: str) -> Document:
        message = self._channels[channel][ts]
        self._shelf.put(_KIND, f"{channel}:{ts}", message)
        return message
