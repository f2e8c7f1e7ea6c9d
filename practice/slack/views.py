"""Open modals in their stacks, and everybody's home."""

import secrets

from practice.cast import SLACK_APP_ID, TEAM_ID
from practice.clock import WorldClock
from practice.shelf import Document, Shelf
from practice.slack.blocks import elements_of, with_ids
from practice.slack.refusals import Refusal
from practice.slack.tokens import BOT_ID

_KIND = "slack_view"
_DEEPEST = 3


class Views:
    """Views by id, written through to the shelf; a record is `{user, order, view}`."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._all = dict(shelf.all(_KIND))

    def open_of(self, user: str) -> list[Document]:
        """Somebody's open modals, the one on top last."""
        own = [one for one in self._all.values() if one["user"] == user]
        modals = [one for one in own if one["view"]["type"] == "modal"]
        return [one["view"] for one in sorted(modals, key=lambda one: int(one["order"]))]

    def home_of(self, user: str) -> Document | None:
        """Somebody's home as last published."""
        own = (one for one in self._all.values() if one["user"] == user)
        return next((one["view"] for one in own if one["view"]["type"] == "home"), None)

    def owner(self, view_id: str) -> str | None:
        """Who sees this view."""
        found = self._all.get(view_id)
        return None if found is None else str(found["user"])

    def get(self, view_id: str) -> Document | None:
        """A view that is open, or nothing."""
        found = self._all.get(view_id)
        return None if found is None else dict(found["view"])

    def by_external_id(self, external_id: str) -> Document | None:
        """A view by the name its maker gave it."""
        views = (one["view"] for one in self._all.values())
        return next((one for one in views if one["external_id"] == external_id), None)

    def open(self, user: str, content: Document) -> Document:
        """A modal over nothing: what was open before is closed."""
        for view in self.open_of(user):
            self.close(view["id"])
        return self._add(user, content, None)

    def push(self, user: str, content: Document, below: Document) -> Document:
        """A modal over another. Raises `push_limit_reached` beyond three."""
        stack = self.open_of(user)
        if len(stack) >= _DEEPEST:
            raise Refusal("push_limit_reached")
        return self._add(user, content, below)

    def publish(self, user: str, content: Document) -> Document:
        """Put somebody's home there, or another in its place."""
        home = self.home_of(user)
        return self._add(user, content, None) if home is None else self.change(home, content)

    def change(self, view: Document, content: Document) -> Document:
        """Other content in the same place; what was filled in stays where its ids stay."""
        fresh = self._made(content, view["id"], view["root_view_id"], view["previous_view_id"])
        values = view["state"]["values"]
        ids = {(b["block_id"], e["action_id"]) for b in fresh["blocks"] for e in elements_of(b)}
        for block_id, actions in values.items():
            kept = {name: one for name, one in actions.items() if (block_id, name) in ids}
            if kept:
                fresh["state"]["values"][block_id] = kept
        return self.keep(fresh)

    def keep(self, view: Document) -> Document:
        """Write a changed view through."""
        record = self._all[view["id"]] | {"view": view}
        self._all[view["id"]] = record
        self._shelf.put(_KIND, view["id"], record)
        return view

    def close(self, view_id: str) -> None:
        """Take a view away."""
        self._all.pop(view_id, None)
        self._shelf.drop(_KIND, view_id)

    def _add(self, user: str, content: Document, below: Document | None) -> Document:
        external_id = content.get("external_id")
        if external_id and self.by_external_id(external_id):
            raise Refusal("duplicate_external_id")
        order = self._shelf.next_number("slack_view_number")
        number = f"V0{order:07d}"
        root = number if below is None else below["root_view_id"]
        self._all[number] = {"user": user, "order": order, "view": {}}
        return self.keep(self._made(content, number, root, below["id"] if below else None))

    def _made(self, content: Document, number: str, root: str, below: str | None) -> Document:
        return {
            "id": number,
            "team_id": TEAM_ID,
            "type": content["type"],
            "title": content.get("title"),
            "submit": content.get("submit"),
            "close": content.get("close"),
            "blocks": with_ids(content["blocks"]),
            "private_metadata": content.get("private_metadata") or "",
            "callback_id": content.get("callback_id") or "",
            "external_id": content.get("external_id") or "",
            "state": {"values": {}},
            "hash": f"{int(self._clock.timestamp())}.{secrets.token_hex(4)}",
            "clear_on_close": bool(content.get("clear_on_close")),
            "notify_on_close": bool(content.get("notify_on_close")),
            "submit_disabled": bool(content.get("submit_disabled")),
            "root_view_id": root,
            "previous_view_id": below,
            "app_id": SLACK_APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }
