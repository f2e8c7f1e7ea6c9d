"""Clearing a phone's screen: every message of ours that Telegram still lets us delete."""

from collections.abc import Collection, Sequence
from uuid import uuid4

from domain.conversations import Chat, Conversation
from domain.outbox import DELETABLE, Draft, Facts, Operation, Outcome, Route
from services import phones
from services.desk import Deed
from storage import bubbles, conversations, outbox

MOST_AT_ONCE = 100
# A sweep names numbers that may be another chat's, or too old to delete: that is no failure.
_IS_SWEEP: Facts = {"is_sweep": True}


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


async def wipe_for_good(deed: Deed, case_id: int, chat: Chat, lanes: Collection[str]) -> None:
    """Delete what a case that is being erased put on a phone; no key but the day's is needed for it.

    What is in a sender's hands just now has no number yet: behind it, in its lane, goes a sweep of the
    numbers to come. A phone that another case talks to now is not swept, only the messages go.
    """
    since = deed.now - DELETABLE
    found = await bubbles.references(deed.tx, deed.safe, case_id, lanes, since)
    numbers = sorted({_number_in(reference) for reference in found}, reverse=True)
    told = {"user": deed.actor.id, "erasure": uuid4().hex, "at": _wall_time(deed)}
    for start in range(0, len(numbers), MOST_AT_ONCE):
        await deed.send(_for_good(chat.address, numbers[start : start + MOST_AT_ONCE], told))
    is_shared = await conversations.at_chat(deed.tx, deed.safe, chat) is not None
    if not numbers or is_shared:
        return
    newest = numbers[0]
    await deed.send(_for_good(chat.address, _up_to(newest), _IS_SWEEP))
    for lane in await bubbles.lanes_in_the_air(deed.tx, deed.safe, case_id, lanes):
        ahead = _for_good(chat.address, _up_to(newest + MOST_AT_ONCE), _IS_SWEEP, lane)
        await deed.send(ahead)


async def take_back_late(deed: Deed, sent: Draft, outcome: Outcome) -> None:
    """A message reached a phone after its case was erased: it goes again at once."""
    if sent.route is Route.TELEGRAM and sent.operation is Operation.POST and outcome.reference:
        told = {"user": "", "erasure": uuid4().hex, "at": _wall_time(deed)}
        await deed.send(_for_good(sent.address, [_number_in(outcome.reference)], told))


def _for_good(address: str, numbers: Sequence[int], facts: Facts, lane: str = "") -> Draft:
    """A wipe that outlives the case's key and names no case."""
    key = f"wipe:{uuid4().hex}"
    return Draft(
        route=Route.TELEGRAM,
        operation=Operation.WIPE,
        kind="wipe",
        address=address,
        dedup_key=key,
        facts={"messages": list(numbers), **facts},
        order_key=lane or key,
    )


def _number_in(reference: str) -> int:
    return int(reference.rpartition(":")[2])


def _up_to(newest: int) -> list[int]:
    return list(range(max(1, newest - MOST_AT_ONCE + 1), newest + 1))


def _wall_time(deed: Deed) -> str:
    return deed.policy.hours.wall_time(deed.now)


def _sweep(deed: Deed, conversation: Conversation, newest: int) -> Draft:
    key = phones.once(deed.actor, f"wipe:{conversation.id}")
    return Draft(
        route=Route.TELEGRAM,
        operation=Operation.WIPE,
        kind="wipe",
        address=conversation.chat.address,
        dedup_key=key,
        facts={"messages": _up_to(newest), **_IS_SWEEP},
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
