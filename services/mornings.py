"""The morning line: how much the machine looked at while people slept."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.access import SYSTEM, Action
from domain.outbox import Draft, Operation, Route
from services.desk import Desk
from storage import sources as source_table
from storage import stamps

_LATEST = timedelta(hours=3)  # A centre that was down in the morning says nothing in the evening.


async def say_good_morning(desk: Desk) -> bool:
    """Once each working day, when the centre opens: what was looked at since the last line."""
    now, hours = desk.clock.now(), desk.policy.hours
    here = now.astimezone(ZoneInfo(hours.zone))
    opened = here.replace(hour=hours.opens.hour, minute=hours.opens.minute, second=0, microsecond=0)
    if here.weekday() not in hours.weekdays or not opened <= here < opened + _LATEST:
        return False
    day = here.date().isoformat()
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        told_on, *before = (await stamps.read(deed.tx, "morning") or "- 0 0").split()
        if told_on == day:
            return False
        rows = (await source_table.every_row(deed.tx)).values()
        counts = sum(row.fetched for row in rows), sum(row.matched for row in rows)
        news = [count - int(old) for count, old in zip(counts, before, strict=True)]
        await stamps.write(deed.tx, "morning", f"{day} {counts[0]} {counts[1]}")
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.POST,
            kind="morning_line",
            address=desk.places.alerts,
            dedup_key=f"morning:{day}",
            facts={"looked": news[0], "matched": news[1], "sources": len(rows)},
        )
        await deed.send(draft)
    return True
