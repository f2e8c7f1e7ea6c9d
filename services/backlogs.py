"""Backlogs: when media waits too long to be looked at, for whatever reason, staff are told; and when it is over."""

from datetime import datetime

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.outbox import Draft, Operation, Route
from services.alerts import raise_alert
from services.desk import Deed, Desk
from storage import backlogs as table
from storage.backlogs import BacklogRow


async def look(desk: Desk, *, is_sure: bool) -> bool:
    """Whether anything that is due has waited for longer than the policy's patience. If so, staff are
    told once, where `is_sure` says that it lasts; they are told again when nothing waits half as long.

    The table alone says it, so that no worker, a dead decoder and a crowd are seen alike.
    """
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        _, since = await table.due(tx, desk.clock.now())
        is_told = await table.open_one(tx) is not None
    waited = _waited(desk.clock.now(), since)
    patience = desk.policy.longest_wait.total_seconds()
    if waited > patience and is_sure and not is_told:
        await _tell(desk)
    elif waited <= patience / 2 and is_told:
        await _tell_over(desk)
    return waited > patience


def _waited(now: datetime, since: datetime | None) -> float:
    return (now - since).total_seconds() if since is not None else 0.0


async def _tell(desk: Desk) -> None:
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        count, since = await table.due(deed.tx, deed.now)
        if since is None or await table.open_one(deed.tx) is not None:
            return
        row = BacklogRow(since=since, told_at=deed.now)
        deed.tx.add(row)
        await deed.tx.flush()
        facts = {
            "count": count,
            "minutes": int(_waited(deed.now, since) // 60),
            "since": deed.policy.hours.wall_time(since),
        }
        draft = AlertDraft(
            kind=AlertKind.BACKLOG,
            severity=Severity.B,
            subject=f"backlog:{row.id}",
            dedup_key=f"backlog:{row.id}",
            facts=facts,
        )
        await raise_alert(deed, draft)


async def _tell_over(desk: Desk) -> None:
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await table.open_one(deed.tx)
        if row is None:
            return
        row.over_at = deed.now
        deed.tx.add(row)
        await _send_over(deed, row)


async def _send_over(deed: Deed, row: BacklogRow) -> None:
    wall_time = deed.policy.hours.wall_time
    draft = Draft(
        route=Route.SLACK,
        operation=Operation.POST,
        kind="backlog_over",
        address=deed.desk.places.alerts,
        dedup_key=f"backlog_over:{row.id}",
        facts={"since": wall_time(row.since), "until": wall_time(deed.now)},
    )
    await deed.send(draft)
    await deed.record(f"backlog:{row.id}", event="over")
