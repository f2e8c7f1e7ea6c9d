"""Our own failures are never silent: what has stopped raises an alert, once for each time it stops."""

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from services.alerts import raise_alert
from services.desk import Desk


async def tell_of_trouble(desk: Desk, what: str, standstill: str) -> int | None:
    """Raise an alert that `what` (a loop, a poll, a road) has stopped; its id.

    The same `standstill` raises one alert, however often it is told of.
    """
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        return await raise_alert(
            deed,
            AlertDraft(
                kind=AlertKind.HEALTH,
                severity=Severity.B,
                subject=f"health:{what}",
                dedup_key=f"health:{what}:{standstill}",
                facts={"what": what},
                bundle_key=f"health:{what}",
            ),
        )
