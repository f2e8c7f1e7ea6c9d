"""What every practice server shares: shelf, clock, log of calls, faults and addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from practice.clock import WorldClock
from practice.faults import Faults
from practice.log import CallLog
from practice.shelf import Shelf


@dataclass
class Addresses:
    """Where each server answers; set once the port is known."""

    practice: str = ""

    @property
    def slack_api(self) -> str:
        return f"{self.practice}/slack/api/"

    @property
    def telegram_api(self) -> str:
        return f"{self.practice}/telegram"

    @property
    def square(self) -> str:
        return self.practice

    @property
    def page(self) -> str:
        return f"{self.practice}/"

    def as_json(self) -> dict[str, str]:
        """The line that `ansim practice` prints."""
        names = ("practice", "slack_api", "telegram_api", "square", "page")
        return {name: str(getattr(self, name)) for name in names}


@dataclass
class World:
    """One practice world, kept in one folder; Slack says in it whether a socket is open."""

    folder: Path
    is_empty: bool = False
    addresses: Addresses = field(default_factory=Addresses)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folder)
        self.clock = WorldClock(self.shelf)
        self.log = CallLog(self.shelf, self.clock)
        self.faults = Faults()
        self.is_socket_open: Callable[[], bool] = lambda: False
