"""The tally: how much was sent and looked at since it was told last."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from domain.access import SYSTEM
from jobs.delivery import Courier
from services.desk import Desk
from services.sources import list_sources

log = structlog.get_logger()


@dataclass
class Tally:
    """What was counted up to the last telling, by road, and `looked` for posts."""

    desk: Desk
    couriers: Sequence[Courier]
    told: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Tell what has come to it since; nothing where nothing has."""
        counted = await self._counted()
        news = {name: count - self.told.get(name, 0) for name, count in counted.items()}
        if any(news.values()):
            log.info("tally", **news)
        self.told = counted

    async def _counted(self) -> dict[str, int]:
        sources = await list_sources(self.desk, SYSTEM)
        sent = {str(courier.route): courier.sent for courier in self.couriers}
        return {**sent, "looked": sum(source.fetched for source in sources)}
