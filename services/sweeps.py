"""A sweep that somebody asked for: its message is posted at once and changed until it is over."""

from domain.access import SYSTEM, Action
from domain.outbox import Draft, Operation, Route
from domain.sweeps import LONGEST, Progress, SweepRun, Unasked
from services.desk import Deed, Desk
from storage import sources as source_table
from storage import sweeps as table
from storage.database import Transaction
from storage.sources import SourceRow
from storage.sweeps import SweepRunRow

PROGRESS = "progress"  # The loop that changes the messages.


async def begin(deed: Deed, sources: list[str], number: str) -> int:
    """Write the sweep down and post its message; its id."""
    rows = await source_table.every_row(deed.tx)
    row = SweepRunRow(
        sources=sources,
        number=number,
        channel=deed.actor.channel or deed.actor.id,
        asked_by=deed.actor.id,
        language=deed.actor.language,
        began_at=deed.now,
        matched=sum(rows[name].matched for name in sources),
    )
    run_id = await table.add(deed.tx, row)
    progress = Progress(0, (), len(sources), 0, 0, 0, is_over=False)
    row.told = _told(progress)
    await deed.send(_draft(deed, table.run_of(row), progress, Operation.POST))
    deed.wake_after(PROGRESS)
    return run_id


async def tell_progress(desk: Desk) -> int:
    """Change the message of every sweep that got further; how many are still under way."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        if not await table.under_way(tx):
            return 0
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        rows = await source_table.every_row(deed.tx)
        under_way = await table.under_way(deed.tx)
        for row in under_way:
            if deed.now - row.began_at > LONGEST:
                _leave(deed, row, rows)
            progress = await _progress(deed, row, rows)
            if _told(progress) != row.told:
                row.told = _told(progress)
                await deed.send(_draft(deed, table.run_of(row), progress, Operation.EDIT))
            row.ended_at = deed.now if progress.is_over else None
            deed.tx.add(row)
        return sum(row.ended_at is None for row in under_way)


def _leave(deed: Deed, run: SweepRunRow, rows: dict[str, SourceRow]) -> None:
    """It took too long: what was not asked till now is not asked for this sweep any more."""
    for name in run.sources:
        row = rows.get(name)
        if row is not None and row.asked_at is not None and row.asked_at <= run.began_at:
            source_table.let_be(row, Unasked.LATE)
            deed.tx.add(row)


async def _progress(deed: Deed, row: SweepRunRow, rows: dict[str, SourceRow]) -> Progress:
    known = [rows[name] for name in row.sources if name in rows]
    asked = [each for each in known if each.asked_at is None]
    unasked = tuple((each.name, each.unasked, each.rests_until) for each in asked if each.unasked)
    failed = tuple(each.name for each in asked if each.trouble is not None and not each.unasked)
    listed, looked_at = await _listed(deed.tx, row)
    is_done = len(asked) == len(known) and looked_at == listed
    return Progress(
        answered=len(asked) - len(failed) - len(unasked),
        failed=failed,
        sources=len(known),
        listed=listed,
        looked_at=looked_at,
        matched=sum(each.matched for each in known) - row.matched,
        is_over=is_done or deed.now - row.began_at > LONGEST,
        unasked=unasked,
    )


async def _listed(tx: Transaction, row: SweepRunRow) -> tuple[int, int]:
    return await table.listed_since(tx, row.sources, row.began_at)


def _told(progress: Progress) -> list[int]:
    """What the message shows, so that it changes only when that does."""
    return [
        progress.answered,
        len(progress.failed),
        progress.listed,
        progress.looked_at,
        progress.matched,
        int(progress.is_over),
        len(progress.unasked),
    ]


def _draft(deed: Deed, run: SweepRun, progress: Progress, operation: Operation) -> Draft:
    first = f"sweep:{run.id}"
    is_edit = operation is Operation.EDIT
    key = f"{first}:{'-'.join(map(str, _told(progress)))}" if is_edit else first
    return Draft(
        route=Route.SLACK,
        operation=operation,
        kind="sweep_progress",
        address=run.channel,
        dedup_key=key,
        facts={
            "sources": list(run.sources),
            "number": run.number,
            "answered": progress.answered,
            "failed": list(progress.failed),
            "unasked": [
                {"name": name, "why": why, "until": deed.policy.hours.wall_time(until or deed.now)}
                for name, why, until in progress.unasked
            ],
            "listed": progress.listed,
            "looked_at": progress.looked_at,
            "matched": progress.matched,
            "share": progress.share,
            "is_over": progress.is_over,
            "by": run.asked_by,
        },
        language=run.language,
        target=first if is_edit else "",
        order_key=first,
    )
