"""Keeping what comes in before anybody is told that it arrived, and replaying what wasn't acted on."""

from collections.abc import Collection, Sequence

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.inbox import MOST_REPLAYS, Letter, Received
from services.alerts import raise_alert
from services.desk import Desk
from storage import inbox as table


async def take_in(
    desk: Desk, letters: Sequence[Letter], offset: tuple[str, int] | None = None
) -> list[Received]:
    """Commit letters, and with them a Telegram bot's offset; those seen before are left out."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        kept = [
            Received(row_id, letter, deed.now, 0)
            for letter in letters
            if (row_id := await table.take_in(deed.tx, deed.safe, letter, deed.now)) is not None
        ]
        if offset is not None:
            await table.move_offset(deed.tx, *offset)
    return kept


async def next_update(desk: Desk, bot: str) -> int:
    """The first Telegram update of this bot that isn't kept yet."""
    async with desk.look(SYSTEM, Action.KEEP_HOUSE) as tx:
        return await table.next_update(tx, bot)


async def unfinished(
    desk: Desk, origin: str, in_hand: Collection[int] = frozenset()
) -> list[Received]:
    """What came in and isn't acted on or in hand, oldest first.

    A letter that was begun anew too often is set aside and staff are told: it must not stop the rest.
    """
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        kept = await table.unfinished(deed.tx, deed.safe, origin)
        found = [received for received in kept if received.id not in in_hand]
    hopeless = [received for received in found if received.replays >= MOST_REPLAYS]
    for received in hopeless:
        await failed(desk, received.id)
    return [received for received in found if received not in hopeless]


async def begin(desk: Desk, received: Received) -> None:
    """A letter is acted on now. Where that is a replay it counts, so that one that kills us stops.

    Not sooner: what only waited when the process died was not the cause of it, and is never given up.
    """
    if received.is_replay:
        async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
            await table.count_replay(deed.tx, received.id)


async def done(desk: Desk, inbox_id: int) -> None:
    """The letter needed no deed, or its deed has landed already."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await table.mark_done(deed.tx, inbox_id, deed.now)


async def failed(desk: Desk, inbox_id: int) -> None:
    """The letter can't be acted on: set it aside and say so to staff."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        await table.mark_failed(deed.tx, inbox_id, deed.now)
        await deed.record(f"inbox:{inbox_id}", outcome="failed")
        await raise_alert(
            deed,
            AlertDraft(
                kind=AlertKind.HEALTH,
                severity=Severity.B,
                subject=f"inbox:{inbox_id}",
                dedup_key=f"inbox-failed:{inbox_id}",
                facts={"what": "inbox_failed", "number": inbox_id},
            ),
        )
