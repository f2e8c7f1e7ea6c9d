"""Channels, private channels and direct messages: who is in them, and what they are called."""

from practice.cast import CHANNELS, SLACK_BOT_USER, TEAM_ID, Channel
from practice.clock import WorldClock
from practice.shelf import Document, Shelf
from practice.slack.refusals import Refusal

_KIND = "slack_channel"


class Conversations:
    """Every conversation, written through to the shelf."""

    def __init__(self, shelf: Shelf, clock: WorldClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._all = dict(shelf.all(_KIND))
        for channel in CHANNELS:
            if channel.id not in self._all:
                self._keep(_from_cast(channel))

    def all(self) -> list[Document]:
        """Every conversation, archived ones too."""
        return list(self._all.values())

    def find(self, reference: str) -> Document | None:
        """By id, or by name with or without #."""
        if reference in self._all:
            return self._all[reference]
        name = reference.removeprefix("#")
        named = (one for one in self._all.values() if name and one["name"] == name)
        return next(named, None)

    def visible(self, user: str, reference: str) -> Document:
        """One that this user may know of. Raises `channel_not_found`."""
        found = self.find(reference)
        if found is None or (found["kind"] != "channel" and user not in found["members"]):
            raise Refusal("channel_not_found")
        return found

    def inside(self, user: str, reference: str) -> Document:
        """One that this user is in. Raises `channel_not_found` or `not_in_channel`."""
        found = self.visible(user, reference)
        if user not in found["members"]:
            raise Refusal("not_in_channel")
        return found

    def open_for(self, user: str, reference: str) -> Document:
        """One that this user may write into. Raises as `inside` does, or `is_archived`."""
        found = self.inside(user, reference)
        if found["is_archived"]:
            raise Refusal("is_archived")
        return found

    def direct(self, *users: str) -> Document:
        """The direct messages between the bot and these people; opened if they weren't."""
        others = sorted(set(users) - {SLACK_BOT_USER})
        kind, mark = ("im", "D0") if len(others) == 1 else ("mpim", "G0")
        return self._opened(kind, mark, others, [*others, SLACK_BOT_USER])

    def between(self, *users: str) -> Document:
        """The direct messages among these people; without the bot where it isn't one of them."""
        members = sorted(set(users))
        if SLACK_BOT_USER in members:
            return self.direct(*members)
        kind, mark = ("im", "D0") if len(members) == 2 else ("mpim", "G0APART")
        return self._opened(kind, mark, members, members)

    def _opened(self, kind: str, mark: str, named: list[str], members: list[str]) -> Document:
        number = mark + "X".join(one.removeprefix("U0") for one in named)
        if number not in self._all:
            name = "" if kind == "im" else f"mpdm-{number.lower()}"
            self._keep(self._new(number, name, kind, members))
        return self._all[number]

    def create(self, name: str, is_private: bool, creator: str) -> Document:
        """A new channel with only its creator in it. Raises `name_taken`."""
        if any(one["name"] == name for one in self._all.values()):
            raise Refusal("name_taken")
        number = f"C0MADE{self._shelf.next_number('slack_made_channel')}"
        kind = "group" if is_private else "channel"
        self._keep(self._new(number, name, kind, [creator]) | {"creator": creator})
        return self._all[number]

    def invite(self, conversation: Document, users: list[str]) -> None:
        """Let these people in."""
        self._keep(conversation | {"members": [*conversation["members"], *users]})

    def archive(self, conversation: Document) -> None:
        """Close it for writing."""
        self._keep(conversation | {"is_archived": True})

    def _new(self, number: str, name: str, kind: str, members: list[str]) -> Document:
        return {
            "id": number,
            "name": name,
            "kind": kind,
            "members": members,
            "creator": SLACK_BOT_USER,
            "created": int(self._clock.timestamp()),
            "is_archived": False,
        }

    def _keep(self, conversation: Document) -> None:
        self._all[conversation["id"]] = conversation
        self._shelf.put(_KIND, conversation["id"], conversation)


def _from_cast(channel: Channel) -> Document:
    bot = [SLACK_BOT_USER] if channel.has_bot else []
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": "group" if channel.is_private else "channel",
        "members": [*channel.members, *bot],
        "creator": channel.members[0],
        "created": 0,
        "is_archived": False,
    }


def as_slack(conversation: Document, user: str) -> Document:
    """A conversation as the Web API shows it to this user."""
    kind = conversation["kind"]
    shown: Document = {
        "id": conversation["id"],
        "created": conversation["created"],
        "creator": conversation["creator"],
        "is_channel": kind == "channel",
        "is_group": kind == "group",
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_private": kind != "channel",
        "is_archived": conversation["is_archived"],
        "is_member": user in conversation["members"],
        "is_shared": False,
        "context_team_id": TEAM_ID,
    }
    if kind == "im":
        other = next(one for one in conversation["members"] if one != user)
        return shown | {"user": other, "is_open": True}
    name = conversation["name"]
    return shown | {
        "name": name,
        "name_normalized": name,
        "is_general": conversation["id"] == "C0GENERAL",
        "num_members": len(conversation["members"]),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def name_in_payload(conversation: Document) -> str:
    """What commands and interactions call it."""
    words = {"im": "directmessage", "group": "privategroup"}
    return words.get(conversation["kind"], str(conversation["name"]))
