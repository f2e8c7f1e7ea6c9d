"""News: somebody told that a source has some, so it is due at once."""

from domain.access import SYSTEM, Action
from services.desk import Desk
from services.sources import loop_of
from services.turns import every_source
from storage import sources as table


async def hasten(desk: Desk, name: str) -> None:
    """Make the next turn of a source due now; pauses, budgets and rests hold as ever."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await table.begin(deed.tx, name, deed.now)
        row.due_at = deed.now
        deed.tx.add(row)
        deed.wake_after(loop_of(name))


async def feeds(desk: Desk) -> dict[str, str]:
    """The addresses of all feeds by the names of their sources."""
    return {each.name: each.url for each in await every_source(desk) if each.kind == "rss"}
