"""Response addresses: five answers within thirty minutes to something that a person did."""

import secrets

from practice.clock import WorldClock
from practice.shelf import Document, Shelf
from practice.slack.refusals import Refusal

_KIND = "slack_hook"
_USES = 5
_LIFE_S = 30 * 60


class Hooks:
    """Response addresses by their secret, written through to the shelf."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock

    def new(self, user: str, channel: str, ts: str = "") -> str:
        """The secret of a fresh one; `ts` is the message that was pressed, if one was."""
        secret = secrets.token_urlsafe(18)
        hook = {"user": user, "channel": channel, "ts": ts, "born": self._clock.timestamp()}
        self._shelf.put(_KIND, secret, hook | {"left": _USES})
        return secret

    def use(self, secret: str) -> Document:
        """Count one answer. Raises `invalid_url`, `expired_url` or `used_url`, all with 404."""
        hook = self._shelf.get(_KIND, secret)
        if hook is None:
            raise Refusal("invalid_url", status=404)
        if self._clock.timestamp() - hook["born"] > _LIFE_S:
            raise Refusal("expired_url", status=404)
        if hook["left"] < 1:
            raise Refusal("used_url", status=404)
        self._shelf.put(_KIND, secret, hook | {"left": hook["left"] - 1})
        return hook

    def point(self, secret: str, ts: str) -> None:
        """Note which message `replace_original` and `delete_original` mean."""
        hook = self._shelf.get(_KIND, secret)
        if hook is not None:
            self._shelf.put(_KIND, secret, hook | {"ts": ts})
