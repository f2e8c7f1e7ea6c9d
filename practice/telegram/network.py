"""Everything that the practice Telegram knows, in one place."""

from practice.cast import Phone
from practice.shelf import Document
from practice.telegram import people
from practice.telegram.bots import Bots
from practice.telegram.chats import Chats
from practice.telegram.files import Files
from practice.telegram.pace import Pace
from practice.telegram.queries import Queries
from practice.telegram.updates import Updates
from practice.world import World


class Network:
    """Bots, chats, updates, queries, files and pace of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bots = Bots(world.shelf)
        self.chats = Chats(world.shelf, world.clock)
        self.updates = Updates(world.shelf, world.clock, self.bots)
        self.queries = Queries(world.shelf)
        self.files = Files(world.shelf)
        self.pace = Pace()

    def wire_message(self, message: Document) -> Document:
        """A Message object as the message's bot gets it."""
        phone = people.known(message["person"])
        wire = dict(message["wire"])
        replied = self.chats.find(wire.pop("reply_to", None), phone.id, message["bot"])
        if replied is not None:
            wire["reply_to_message"] = self.wire_message(_without_reply(replied))
        head = {
            "from": self.sender(message, phone),
            "chat": people.chat(phone),
        }
        return head | wire

    def sender(self, message: Document, phone: Phone) -> Document:
        """Who wrote it, as a User object."""
        return self.bots.user(message["bot"]) if message["is_out"] else people.user(phone)

    def send_update(self, message: Document) -> None:
        """Tell the bot of a person's message."""
        self.updates.add(message["bot"], "message", self.wire_message(message))


def _without_reply(message: Document) -> Document:
    wire = {name: value for name, value in message["wire"].items() if name != "reply_to"}
    return {**message, "wire": wire}
