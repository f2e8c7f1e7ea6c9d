"""Clearing a phone's screen: every message of ours that Telegram still lets us delete."""

from domain.conversations import Conversation
from domain.outbox import Draft, Operation, Route
from services import phones
from services.desk import Deed
from storage import outbox

MOST_AT_ONCE = 100


async def wipe(deed: Deed, conversation: Conversation, newest: int = 0) -> None:
    """Delete what this conversation's bot said, as far back as Telegram allows.

    `newest` is the number of the chat's newest message, where it is known: the hundred numbers up to
    it go too, the person's own words among them. Telegram skips numbers that aren't this chat's.
    """
    if newest > 0:
        await deed.send(_sweep(deed, conversation, newest))
    since = deed.now - deed.policy.retention.telegram_messages
    for lane in phones.lanes(conversation):
        for key in await outbox.delivered_to(deed.tx, deed.safe, Route.TELEGRAM, lane, since):
            await deed.send(_deletion(conversation, key))
    await deed.record(f"conversation:{conversation.id}", event="wiped")


def _sweep(deed: Deed, conversation: Conversation, newest: int) -> Draft:
    key = phones.once(deed.actor, f"wipe:{conversation.id}")
    return Draft(
        route=Route.TELEGRAM,
        operation=Operation.WIPE,
        kind="wipe",
        address=conversation.chat.address,
        dedup_key=key,
        facts={"messages": list(range(max(1, newest - MOST_AT_ONCE + 1), newest + 1))},
        case_id=conversation.case_id,
        order_key=key,
        is_urgent=True,
    )


def _deletion(conversation: Conversation, key: str) -> Draft:
    return Draft(
        route=Route.TELEGRAM,
        operation=Operation.DELETE,
        kind="wipe",
        address=conversation.chat.address,
        dedup_key=f"wipe:{key}",
        case_id=conversation.case_id,
        target=key,
        order_key=f"wipe:{key}",
        is_urgent=True,
    )
