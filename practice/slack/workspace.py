"""Everything that the practice Slack knows, in one place."""

from practice.cast import TEAM_ID
from practice.shelf import Document
from practice.slack.conversations import Conversations
from practice.slack.files import Files
from practice.slack.hooks import Hooks
from practice.slack.messages import Messages
from practice.slack.paces import Paces
from practice.slack.socket import Sockets
from practice.slack.switchboard import Switchboard
from practice.slack.tokens import BOT_ID
from practice.slack.triggers import Triggers
from practice.slack.users import TEAM_NAME
from practice.slack.views import Views
from practice.world import World


class Workspace:
    """The stores of the workspace; what lasts comes back from the world's shelf."""

    def __init__(self, world: World) -> None:
        self.world = world
        shelf, clock = world.shelf, world.clock
        self.conversations = Conversations(shelf, clock)
        self.messages = Messages(shelf, clock)
        self.files = Files(shelf, clock)
        self.views = Views(shelf, clock)
        self.hooks = Hooks(shelf, clock)
        self.triggers = Triggers()
        self.paces = Paces()
        self.switchboard = Switchboard(shelf, world.faults)
        self.sockets = Sockets(self.switchboard)
        self.visitors: set[str] = set()

    def address(self, path: str) -> str:
        """A path below /slack as an address."""
        return f"{self.world.addresses.practice}/slack/{path}"


BOT_PROFILE: Document = {
    "id": BOT_ID,
    "name": "Ansim",
    "team_id": TEAM_ID,
    "deleted": False,
    "updated": 0,
    "icons": {},
    "real_name": TEAM_NAME,
}
