"""What must not outlive an erased case: bubbles on phones, posts in Slack, words on their way, plans."""

from domain.cases import Case
from domain.checkins import CHECKIN, CheckinEvent, CheckinState, Plan
from domain.conversations import Chat
from services import checkins, phones, removals, wipes
from services.desk import Deed
from storage import bubbles, conversations, invites, relays
from storage import checkins as checkin_table

_OPEN = frozenset(state for state in CheckinState if CHECKIN.allows(state, CheckinEvent.DROP))


async def end(deed: Deed, case: Case) -> int:
    """End everything that a case began, while its key still opens where; how many phones are wiped.

    Nothing is said on a phone.
    """
    await bubbles.call_off(deed.tx, case.id, deed.now)
    chats = await _chats(deed, case)
    await _end_talk(deed, case)
    for chat, lanes in chats.items():
        await wipes.wipe_for_good(deed, case.id, chat, sorted(lanes))
    await _end_checkins(deed, case)
    await removals.remove_posts(deed, case)
    return len(chats)


async def _chats(deed: Deed, case: Case) -> dict[Chat, set[str]]:
    """Every phone that the case ever talked to, with the lanes of its bubbles."""
    found: dict[Chat, set[str]] = {}
    for conversation in await conversations.all_of_case(deed.tx, deed.safe, case.id):
        found.setdefault(conversation.chat, set()).update(phones.lanes(conversation))
        await deed.record(f"conversation:{conversation.id}", event="wiped")
    return found


async def _end_talk(deed: Deed, case: Case) -> None:
    await conversations.end_of_case(deed.tx, case.id)
    await invites.end_of_case(deed.tx, case.id, deed.now)
    await relays.end_of_case(deed.tx, case.id)


async def _end_checkins(deed: Deed, case: Case) -> None:
    found = await checkin_table.plan_of(deed.tx, case.id)
    if found is not None:
        ended = Plan(found.id, case.id, found.times, found.days, found.zone, is_active=False)
        await checkin_table.save_plan(deed.tx, ended)
    for checkin in await checkin_table.in_states(deed.tx, case.id, _OPEN):
        await checkins.move(deed, checkin, CheckinEvent.DROP, next_at=None)
