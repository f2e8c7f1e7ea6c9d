"""Clearing a phone's screen: every message of ours that Telegram still lets us delete."""

from domain.conversations import Conversation
from domain.outbox import Draft, Operation, Route
from services import phones
from services.desk import Deed
from storage import outbox


async def wipe(deed: Deed, conversation: Conversation) -> None:
    """Delete what this conversation's bot said, as far back as Telegram allows."""
    since = deed.now - deed.policy.retention.telegram_messages
    for lane in phones.lanes(conversation):
        for key in await outbox.delivered_to(deed.tx, deed.safe, Route.TELEGRAM, lane, since):
            await deed.send(_deletion(conversation, key))
    await deed.record(f"conversation:{conversation.id}", event="wiped")


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
