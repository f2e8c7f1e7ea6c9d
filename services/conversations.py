"""What a person says on the phone: understood, passed on, and answered within the disguise."""

from domain.access import Action, Actor
from domain.conversations import (
    CONVERSATION,
    MOST_WRONG_WORDS,
    OPENED_FOR,
    RELAY,
    Chat,
    Conversation,
    ConversationEvent,
    ConversationState,
    Meaning,
    RelayEvent,
    Step,
    meaning_of,
)
from services import distress, enrolment, phones, wipes
from services.desk import Deed, Desk
from storage import contacts, conversations, relays


async def hear(desk: Desk, actor: Actor, chat: Chat, text: str) -> None:
    """A text from a phone: a call for help before all else; a stranger meets only the disguise."""
    conversation = await _at(desk, actor, chat)
    if conversation is None:
        await _disguise(desk, actor, chat, text)
        return
    meaning = meaning_of(text, conversation)
    if meaning is Meaning.SOS:
        await distress.call_sos(desk, actor, chat, by_button=False, text=text)
    elif meaning is Meaning.SELF_HARM:
        await distress.self_harm(desk, actor, chat, text)
    elif meaning is Meaning.TALK or conversation.state is ConversationState.ENROLLING:
        await _talk(desk, actor, chat, text)
    else:
        await _word(desk, actor, chat, text, meaning)


async def send_media(desk: Desk, actor: Actor, chat: Chat) -> None:
    """A picture or a file: never fetched; the persona says so, and staff hear that one was sent."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            persona = phones.persona_of(desk, chat.bot)
            await phones.small_talk(deed, chat, persona, "media", actor.language)
            return
        key = phones.once(actor, f"media:{conversation.id}")
        await phones.say(deed, conversation, "persona_line", key, part="cannot_media")
        if conversation.state is not ConversationState.ENROLLING:
            case = await phones.case_of(deed, conversation)
            await phones.tell_staff(deed, conversation, case, "phone_media", f"told:{key}")


async def ask_help(desk: Desk, actor: Actor, chat: Chat, page: str = "menu") -> bool:
    """What lies behind the persona's help button: `menu`, or the other `ways`; false for a stranger."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await _enrolled(deed, chat)
        if conversation is None:
            return False
        key = phones.once(actor, f"help:{conversation.id}")
        facts = {
            "page": page,
            "is_halted": conversation.state is ConversationState.HALTED,
            "numbers": phones.numbers(desk, conversation.language),
        }
        await phones.say(deed, conversation, "help", key, **facts)
    return True


async def ask_word(desk: Desk, actor: Actor, chat: Chat) -> None:
    """The next words typed are the agreed word; asked in the persona's terms."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await _enrolled(deed, chat)
        if conversation is None:
            return
        if conversation.state is not ConversationState.LOCKED:
            await conversations.change(deed.tx, conversation, awaits_word=True)
        key = phones.once(actor, f"ask-word:{conversation.id}")
        await phones.say(deed, conversation, "persona_line", key, part="ask_word")


async def read_held(desk: Desk, actor: Actor, chat: Chat) -> None:
    """Show what waits behind the code word; nothing where it wasn't said, or was said under duress."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await _enrolled(deed, chat)
        if conversation is None:
            return
        key = phones.once(actor, f"held:{conversation.id}")
        is_open = conversation.opened_until is not None and deed.now < conversation.opened_until
        waiting = []
        if is_open and conversation.duress_at is None:
            waiting = await relays.held(deed.tx, deed.safe, conversation.id)
        for relay in waiting:
            await relays.move(deed.tx, relay, RELAY.move(relay.state, RelayEvent.READ))
            await phones.say(deed, conversation, "held", f"held:{relay.id}", text=relay.text)
        if not waiting:
            await phones.say(deed, conversation, "held_none", key)


async def set_halt(desk: Desk, actor: Actor, chat: Chat, *, is_halted: bool) -> None:
    """ "Not safe now": nothing more is begun until the person says otherwise, or staff act."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await _enrolled(deed, chat)
        if conversation is None:
            return
        event = ConversationEvent.HALT if is_halted else ConversationEvent.RESUME
        if CONVERSATION.allows(conversation.state, event):
            after = CONVERSATION.move(conversation.state, event)
            await conversations.change(deed.tx, conversation, state=after)
            at = deed.now if is_halted else None
            await contacts.halt(deed.tx, conversation.case_id, at)
            await deed.record(f"conversation:{conversation.id}", event=event)
            case = await phones.case_of(deed, conversation)
            key = phones.once(actor, f"{event}:{conversation.id}")
            await phones.tell_staff(deed, conversation, case, f"phone_{event}", f"told:{key}")
            if is_halted:
                await distress.gone_quiet(deed, conversation, case, "halt")
        key = phones.once(actor, f"line:{conversation.id}")
        await phones.say(deed, conversation, "persona_line", key, part="noted")


async def take_block(desk: Desk, actor: Actor, chat: Chat) -> None:
    """The bot was blocked on the phone: nothing more is begun, and staff hear of it."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None or conversation.state is ConversationState.ENROLLING:
            return
        await contacts.halt(deed.tx, conversation.case_id, deed.now)
        if CONVERSATION.allows(conversation.state, ConversationEvent.HALT):
            after = CONVERSATION.move(conversation.state, ConversationEvent.HALT)
            await conversations.change(deed.tx, conversation, state=after)
        await deed.record(f"conversation:{conversation.id}", event="blocked")
        case = await phones.case_of(deed, conversation)
        key = phones.once(actor, f"blocked:{conversation.id}")
        await phones.tell_staff(deed, conversation, case, "phone_blocked", key)
        await distress.gone_quiet(deed, conversation, case, "block")


async def clear_screen(desk: Desk, actor: Actor, chat: Chat, newest: int = 0) -> None:
    """Quick exit: what was said goes from the screen, something neutral stands there.

    `newest` is the number of the chat's newest message.
    """
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            persona = phones.persona_of(desk, chat.bot)
            await phones.small_talk(deed, chat, persona, "exit", actor.language)
            return
        await wipes.wipe(deed, conversation, newest)
        key = phones.once(actor, f"exit:{conversation.id}")
        await phones.say_urgently(deed, conversation, "persona_line", key, part="exit")


async def _at(desk: Desk, actor: Actor, chat: Chat) -> Conversation | None:
    async with desk.look(actor, Action.CALL_SOS) as tx:
        return await conversations.at_chat(tx, desk.safe, chat)


async def _enrolled(deed: Deed, chat: Chat) -> Conversation | None:
    """The conversation, once its enrolment is over; before, or for a stranger, only the disguise."""
    conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
    if conversation is not None and conversation.step is Step.DONE:
        return conversation
    if conversation is not None:
        await enrolment.show_step(deed, conversation)
    else:
        persona = phones.persona_of(deed.desk, chat.bot)
        await phones.small_talk(deed, chat, persona, "help", deed.actor.language)
    return None


async def _disguise(desk: Desk, actor: Actor, chat: Chat, text: str) -> None:
    async with desk.deed(actor, Action.ENROL) as deed:
        persona = phones.persona_of(desk, chat.bot)
        await phones.small_talk(deed, chat, persona, text, actor.language)


async def _talk(desk: Desk, actor: Actor, chat: Chat, text: str) -> None:
    """Pass a person's words on to the case's channel; before consent nothing is passed on."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await _enrolled(deed, chat)
        if conversation is None:
            return
        await conversations.change(deed.tx, conversation, heard_at=deed.now)
        case = await phones.case_of(deed, conversation)
        key = phones.once(actor, f"said:{conversation.id}")
        await phones.tell_staff(deed, conversation, case, "phone_said", f"told:{key}", text=text)
        await phones.say(deed, conversation, "persona_line", f"bubble:{key}", part="noted")


async def _word(desk: Desk, actor: Actor, chat: Chat, text: str, meaning: Meaning) -> None:
    """The agreed word, the duress word or a wrong one: the first two are answered alike."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            return
        if meaning is Meaning.WRONG_WORD:
            await _wrong_word(deed, conversation, text)
            return
        values: dict[str, object] = {"awaits_word": False, "opened_until": deed.now + OPENED_FOR}
        if conversation.state is ConversationState.LOCKED:
            values = {"awaits_word": False}
        if meaning is Meaning.DURESS_WORD:
            values["duress_at"] = deed.now
            await distress.duress(deed, conversation)
        else:
            values["wrong_words"] = 0
        await conversations.change(deed.tx, conversation, **values)
        await _answer_word(deed, conversation, text)


async def _answer_word(deed: Deed, conversation: Conversation, text: str) -> None:
    if conversation.state is ConversationState.LOCKED:
        chat, persona = conversation.chat, conversation.persona
        await phones.small_talk(deed, chat, persona, text, conversation.language)
        return
    key = phones.once(deed.actor, f"opened:{conversation.id}")
    await phones.say(deed, conversation, "word_accepted", key)


async def _wrong_word(deed: Deed, conversation: Conversation, text: str) -> None:
    wrong = conversation.wrong_words + 1
    values: dict[str, object] = {"wrong_words": wrong, "awaits_word": False}
    locks = wrong >= MOST_WRONG_WORDS and CONVERSATION.allows(
        conversation.state, ConversationEvent.LOCK
    )
    if locks:
        values |= {"opened_until": None, "state": ConversationState.LOCKED}
    await conversations.change(deed.tx, conversation, **values)
    await deed.record(f"conversation:{conversation.id}", event="wrong_word", count=wrong)
    if locks:
        await distress.locked(deed, conversation)
    else:
        case = await phones.case_of(deed, conversation)
        key = phones.once(deed.actor, f"wrong:{conversation.id}")
        await phones.tell_staff(deed, conversation, case, "phone_wrong_word", key, count=wrong)
    chat, persona = conversation.chat, conversation.persona
    await phones.small_talk(deed, chat, persona, text, conversation.language)
