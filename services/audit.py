"""Sealing the record of deeds into its chain, and looking whether anybody changed it."""

from domain.access import SYSTEM, Action
from domain.audit import first_break
from services.desk import Desk
from storage import audit as table

_AT_ONCE = 500


async def seal(desk: Desk) -> int:
    """Give sequence and hash to deeds that have none yet; how many. One sealer runs at a time."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        return await table.seal_next(deed.tx, _AT_ONCE)


async def verify(desk: Desk) -> int | None:
    """The number of the first deed that was changed, added or taken out; none if all are whole."""
    async with desk.look(SYSTEM, Action.KEEP_HOUSE) as tx:
        return first_break(await table.sealed_entries(tx))
