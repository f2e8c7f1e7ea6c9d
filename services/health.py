"""Our own failures are never silent: what has stopped raises an alert, once for each time it stops."""

from datetime import datetime, timedelta

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from services.alerts import raise_alert
from services.desk import Desk
from storage import outbox as outbox_table

OUTBOX_LATE = timedelta(minutes=10)


async def tell_of_trouble(desk: Desk, what: str, since: datetime) -> int | None:
    """Raise an alert that `what` (a loop's or a poll's name) hasn't done well since this moment.

    The same standstill raises one alert, however often it is told of.
    """
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        return await raise_alert(
            deed,
            AlertDraft(
                kind=AlertKind.HEALTH,
                severity=Severity.B,
                subject=f"health:{what}",
                dedup_key=f"health:{what}:{since.isoformat()}",
                facts={"what": what},
            ),
        )


async def watch(desk: Desk, last_good: dict[str, tuple[datetime, timedelta]]) -> list[str]:
    """Tell of everything whose last good moment is longer ago than it may be; their names.

    `last_good` holds, by name, that moment and the longest time that may pass.
    """
    now = desk.clock.now()
    late = {name: since for name, (since, most) in last_good.items() if now - since > most}
    async with desk.database.reading() as tx:
        oldest = await outbox_table.oldest_due(tx)
    if oldest is not None and now - oldest > OUTBOX_LATE:
        late["outbox"] = oldest
    for name, since in late.items():
        await tell_of_trouble(desk, name, since)
    return sorted(late)
