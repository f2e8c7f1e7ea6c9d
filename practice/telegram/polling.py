"""getUpdates: the long poll, its offset, its faults, and one poller only."""

import asyncio
import copy
import time

from practice.shelf import Document
from practice.telegram.arguments import Arguments
from practice.telegram.network import Network
from practice.telegram.refusals import HangUp, conflict

_LONGEST_S = 50
_MOST = 100
_OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK = (
    "can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


class Polls:
    """The polls under way, and what is to be delivered once more."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._again: dict[str, list[Document]] = {}

    async def get_updates(self, network: Network, bot: str, arguments: Arguments) -> list[Document]:
        """getUpdates."""
        if network.bots.record(bot)["webhook"]:
            raise conflict(_WEBHOOK)
        network.updates.ring(bot, "other poller")
        allow(network, bot, arguments)
        network.updates.confirm(bot, arguments.whole("offset") or 0)
        limit = min(max(arguments.whole("limit") or _MOST, 1), _MOST)
        timeout = min(max(arguments.whole("timeout") or 0, 0), _LONGEST_S)
        return self._delivered(bot, await self._wait(bot, limit, timeout))

    async def _wait(self, bot: str, limit: int, timeout_s: int) -> list[Document]:
        """Up to `limit` updates, as soon as there are any."""
        end = time.monotonic() + timeout_s
        while True:
            found = self._again.pop(bot, []) + self._network.updates.pending(bot)[:limit]
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            await self._listen(bot, left)

    async def _listen(self, bot: str, seconds: float) -> None:
        try:
            what = await asyncio.wait_for(self._network.updates.listen(bot), seconds)
        except TimeoutError:
            return
        if what == "other poller":
            raise conflict(_OTHER_POLLER)
        if what == "webhook":
            raise conflict("terminated by setWebhook request")
        if what == "closing":
            raise HangUp

    def _delivered(self, bot: str, updates: list[Document]) -> list[Document]:
        """What really goes over the line, with the faults in force."""
        faults = self._network.world.faults
        if updates and faults.take("telegram", "drop"):
            raise HangUp
        if updates and faults.take("telegram", "twice"):
            self._again[bot] = [copy.deepcopy(updates[0])]
        if len(updates) > 1 and faults.take("telegram", "reorder"):
            updates = [updates[1], updates[0], *updates[2:]]
        return updates


def allow(network: Network, bot: str, arguments: Arguments) -> None:
    """Remember which kinds of update the bot wants; not said leaves it as it was."""
    if arguments.data("allowed_updates") is None:
        return
    network.bots.record(bot)["allowed_updates"] = arguments.sequence("allowed_updates")
    network.bots.keep(bot)
