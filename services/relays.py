"""Staff's words on their way to a phone: previewed, filtered, and held back where they would give away."""

import re
from datetime import timedelta

from domain.access import Action, Actor
from domain.cases import Case, number_from
from domain.contacts import require_open
from domain.conversations import (
    CONVERSATION,
    MOST_LETTERS,
    RELAY,
    Conversation,
    ConversationEvent,
    RelayEvent,
    RelayState,
)
from domain.disguise import forbidden_in
from domain.refusals import Reason, Refusal
from services import phones
from services.desk import Deed, Desk
from storage import cases, contacts, conversations, outbox, relays

DIRECT_ANSWER = timedelta(minutes=15)
_MENTION = re.compile(r"<[@#!][^>]*>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^>|]+)(?:\|[^>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


async def offer(
    desk: Desk, actor: Actor, channel: str, thread_ts: str, ts: str, text: str
) -> int | None:
    """Show what a reply in a conversation's thread would look like on the phone; the relay's id.

    None where the thread isn't a conversation's, or this message was previewed before.
    """
    async with desk.deed(actor, Action.ANSWER_PERSON) as deed:
        root = await outbox.dedup_key_at(deed.tx, deed.safe, f"{channel}:{thread_ts}")
        conversation = await phones.conversation_of_thread(deed, root)
        if conversation is None:
            return None
        words = plain(text)
        case = await phones.case_of(deed, conversation)
        await _require_sendable(deed, conversation, case, words)
        relay_id = await relays.add(
            deed.tx,
            deed.safe,
            conversation.id,
            case.id,
            f"{channel}:{ts}",
            actor.id,
            words,
            deed.now,
        )
        if relay_id is not None:
            await deed.answer("relay_preview", **_preview(conversation, case, relay_id, words))
    return relay_id


async def send(desk: Desk, actor: Actor, relay_id: int) -> RelayState:
    """Let the words go: as they are, or held behind the code word with a neutral line in front."""
    async with desk.deed(actor, Action.ANSWER_PERSON) as deed:
        relay = await relays.find(deed.tx, deed.safe, relay_id)
        _require_author(relay, actor)
        case = await cases.existing(deed.tx, relay.case_id)
        conversation = await conversations.find(deed.tx, deed.safe, relay.conversation_id)
        if conversation is None:
            raise Refusal(Reason.NOT_ENROLLED, number=case.number)
        await _require_sendable(deed, conversation, case, relay.text)
        event = RelayEvent.HOLD if forbidden_in(relay.text) else RelayEvent.SEND
        after = RELAY.move(relay.state, event)
        await relays.move(deed.tx, relay, after)
        key = f"relay:{relay.id}"
        if after is RelayState.HELD:
            await phones.say(deed, conversation, "persona_line", key, part="news")
        else:
            await phones.say(deed, conversation, "relayed", key, text=relay.text)
        await deed.record(f"conversation:{conversation.id}", event="relayed", state=after)
        await deed.answer(f"relay_{after}", number=case.number)
    return after


async def cancel(desk: Desk, actor: Actor, relay_id: int) -> None:
    """Don't send it after all."""
    async with desk.deed(actor, Action.ANSWER_PERSON) as deed:
        relay = await relays.find(deed.tx, deed.safe, relay_id)
        _require_author(relay, actor)
        await relays.move(deed.tx, relay, RELAY.move(relay.state, RelayEvent.CANCEL))
        await deed.answer("relay_cancelled")


async def trust_phone(desk: Desk, actor: Actor, word: str) -> None:
    """Staff have made sure that the phone is in the right hands: the lock and the ban are lifted."""
    async with desk.deed(actor, Action.ANSWER_PERSON) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        conversation = await conversations.of_case(deed.tx, deed.safe, case.id)
        if conversation is None:
            raise Refusal(Reason.NOT_ENROLLED, number=case.number)
        values: dict[str, object] = {"duress_at": None, "wrong_words": 0}
        for event in (ConversationEvent.UNLOCK, ConversationEvent.RESUME):
            if CONVERSATION.allows(conversation.state, event):
                values["state"] = CONVERSATION.move(conversation.state, event)
        await conversations.change(deed.tx, conversation, **values)
        await contacts.halt(deed.tx, case.id, None)
        await deed.record(f"conversation:{conversation.id}", event="trusted")
        await deed.answer("phone_trusted", number=case.number)


def plain(text: str) -> str:
    """What a member of staff typed, without Slack's marks and without anybody's name."""
    words = _MENTION.sub("", text)
    words = _LINK.sub(r"\1", words)
    for mark, letter in _ENTITIES:
        words = words.replace(mark, letter)
    return "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()


def _preview(
    conversation: Conversation, case: Case, relay_id: int, words: str
) -> dict[str, object]:
    """What the phone's notification will show, and why, if the words themselves won't."""
    found = forbidden_in(words)
    return {
        "number": case.number,
        "relay": relay_id,
        "text": words,
        "forbidden": list(found),
        "persona": conversation.persona,
        "phone_language": conversation.language,
    }


async def _require_sendable(deed: Deed, conversation: Conversation, case: Case, words: str) -> None:
    """Nothing unusual to a phone in the wrong hands, nothing begun outside what was agreed."""
    if not words:
        raise Refusal(Reason.EMPTY_TEXT, what="reply")
    if len(words) > MOST_LETTERS:
        raise Refusal(Reason.TOO_LONG, most=MOST_LETTERS)
    is_locked = CONVERSATION.allows(conversation.state, ConversationEvent.UNLOCK)
    if conversation.duress_at is not None or is_locked:
        raise Refusal(Reason.PHONE_NOT_SAFE, number=case.number)
    if not CONVERSATION.allows(conversation.state, ConversationEvent.LOCK):
        raise Refusal(Reason.NOT_ENROLLED, number=case.number)
    if deed.now - conversation.heard_at > DIRECT_ANSWER:
        require_open(case.number, await contacts.find(deed.tx, case.id), deed.now)


def _require_author(relay: relays.Relay, actor: Actor) -> None:
    if relay.author != actor.id:
        raise Refusal(Reason.NOT_YOUR_RELAY, owner=f"<@{relay.author}>")
