"""What is kept only for a time: day keys, letters that were acted on, messages on phones."""

from datetime import date

from domain.access import SYSTEM, Action
from domain.outbox import Draft, Operation, Route
from services.desk import Deed, Desk
from storage import cases as case_table
from storage import inbox as inbox_table
from storage import outbox as outbox_table
from storage.sealed import case_key, day_of

MOST_AT_ONCE = 200


async def erase_day_keys(desk: Desk) -> list[date]:
    """Erase the keys of days longer ago than the policy keeps them, and so all that they sealed."""
    last_kept = (desk.clock.now() - desk.policy.retention.inbox_keys).date()
    erased = []
    for name in desk.safe.keys.names():
        day = day_of(name)
        if day is not None and day < last_kept:
            async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
                await deed.record(f"key:{name}", event="erased")
            desk.safe.keys.erase(name)
            erased.append(day)
    return erased


async def finish_erasures(desk: Desk) -> list[int]:
    """Erase the keys of erased cases that a crash left behind, before anything of them can leave.

    The cases whose key had to go.
    """
    async with desk.look(SYSTEM, Action.KEEP_HOUSE) as tx:
        erased = await case_table.erased_ids(tx)
    kept = set(desk.safe.keys.names())
    left = [
        case_id
        for case_id in erased
        if case_key(case_id) in kept or not desk.safe.is_case_erased(case_id)
    ]
    for case_id in left:
        desk.safe.erase_case(case_id)
        async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
            await deed.record(f"case:{case_id}", event="key_erased")
    return left


async def forget_letters(desk: Desk) -> int:
    """Remove letters that were acted on long ago; how many."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        before = deed.now - deed.policy.retention.inbox_keys
        return await inbox_table.forget_done(deed.tx, before)


async def take_back_messages(desk: Desk) -> int:
    """Delete every bot's message before Telegram refuses to; how many were asked for."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        before = deed.now - deed.policy.retention.telegram_messages
        old = await outbox_table.to_take_back(
            deed.tx, deed.safe, Route.TELEGRAM, before, MOST_AT_ONCE
        )
        for draft in old:
            await _take_back(deed, draft)
    return len(old)


async def _take_back(deed: Deed, posted: Draft) -> None:
    """The deletion is sealed as the message was: an erased case needs neither."""
    await deed.send(
        Draft(
            route=posted.route,
            operation=Operation.DELETE,
            kind="take_back",
            address=posted.address,
            dedup_key=f"take-back:{posted.dedup_key}",
            case_id=posted.case_id,
            target=posted.dedup_key,
            order_key=f"take-back:{posted.dedup_key}",
        )
    )
