"""Enrolment on the phone: from the one-time link, step by step, each step kept."""

from domain.access import Action, Actor
from domain.contacts import ContactChannel
from domain.conversations import (
    CONSENT_TEXT,
    CONVERSATION,
    ENROLMENT,
    Chat,
    Conversation,
    ConversationEvent,
    ConversationState,
    Step,
    StepEvent,
)
from services import phones
from services.desk import Deed, Desk
from storage import contacts, conversations, invites

_LANGUAGES = {StepEvent.KOREAN: "ko", StepEvent.ENGLISH: "en"}


async def start(desk: Desk, actor: Actor, chat: Chat, token: str) -> None:
    """Somebody opened the bot, with or without a link; a bad link shows only the disguise."""
    async with desk.deed(actor, Action.ENROL) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None and token:
            conversation = await _begin(deed, chat, token)
        if conversation is None:
            persona = phones.persona_of(desk, chat.bot)
            key = phones.once(actor, "hello")
            await phones.say_to_stranger(
                deed, chat, actor.language, "persona_hello", key, persona=persona
            )
        else:
            await show_step(deed, conversation)


async def step(desk: Desk, actor: Actor, chat: Chat, at: Step, event: StepEvent) -> None:
    """A button of the enrolment; one of an earlier step only shows where it stands."""
    async with desk.deed(actor, Action.ENROL) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            persona = phones.persona_of(desk, chat.bot)
            await phones.small_talk(deed, chat, persona, event, actor.language)
        elif conversation.step is at and ENROLMENT.allows(at, event):
            await _take_step(deed, conversation, event)
        else:
            await show_step(deed, conversation)


async def show_step(deed: Deed, conversation: Conversation) -> None:
    """The bubble of the step at which the enrolment stands, or the persona's hello after it."""
    is_done = conversation.step is Step.DONE
    kind = "persona_hello" if is_done else "enrol"
    key = phones.once(deed.actor, f"step:{conversation.id}:{conversation.step}")
    await phones.say(deed, conversation, kind, key, step=conversation.step, is_enrolled=is_done)


async def _begin(deed: Deed, chat: Chat, token: str) -> Conversation | None:
    """Use the link; none where it was used, has expired or was made up."""
    invite = await invites.use(deed.tx, deed.safe, token, chat.bot, deed.now)
    if invite is None:
        return None
    await _end_former(deed, invite.case_id)
    await conversations.let_go(deed.tx, deed.safe, chat)
    persona = phones.persona_of(deed.desk, chat.bot)
    agreed = (invite.case_id, persona, invite.language, invite.agreement)
    await conversations.add(deed.tx, deed.safe, chat, *agreed, deed.now)
    conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
    if conversation is not None:
        await deed.record(f"conversation:{conversation.id}", event="begun", invite=invite.id)
    return conversation


async def _end_former(deed: Deed, case_id: int) -> None:
    """A case speaks to one phone: a new link ends what was before."""
    former = await conversations.of_case(deed.tx, deed.safe, case_id)
    if former is not None:
        await conversations.change(deed.tx, former, state=ConversationState.ENDED)
        await deed.record(f"conversation:{former.id}", event="replaced")


async def _take_step(deed: Deed, conversation: Conversation, event: StepEvent) -> None:
    after = ENROLMENT.move(conversation.step, event)
    values: dict[str, object] = {"step": after, "heard_at": deed.now}
    if event in _LANGUAGES:
        values["language"] = _LANGUAGES[event]
    if event is StepEvent.AGREE:
        values["consent_text"] = CONSENT_TEXT
    if after is Step.DONE:
        values["state"] = CONVERSATION.move(conversation.state, ConversationEvent.FINISH_ENROLMENT)
    if after is Step.REFUSED:
        values["state"] = CONVERSATION.move(conversation.state, ConversationEvent.END)
    await conversations.change(deed.tx, conversation, **values)
    await deed.record(f"conversation:{conversation.id}", event="step", step=after, said=event)
    await _answer_step(deed, conversation, after, event)


async def _answer_step(deed: Deed, before: Conversation, after: Step, event: StepEvent) -> None:
    conversation = await conversations.find(deed.tx, deed.safe, before.id)
    if conversation is None:
        return
    key = phones.once(deed.actor, f"step:{conversation.id}")
    if event is StepEvent.BAD:
        await phones.say(deed, conversation, "enrol", key, step="another_way")
        return
    if after is Step.REFUSED:
        await phones.say(deed, conversation, "enrol", key, step=after)
    else:
        await show_step(deed, conversation)
    if after in (Step.REFUSED, Step.DONE):
        await _tell_outcome(deed, conversation, after)


async def _tell_outcome(deed: Deed, conversation: Conversation, after: Step) -> None:
    case = await phones.case_of(deed, conversation)
    key = f"enrolled:{conversation.id}"
    kind = "phone_enrolled" if after is Step.DONE else "phone_declined"
    await phones.tell_staff(deed, conversation, case, kind, key)
    contact = await contacts.find(deed.tx, case.id)
    if contact is not None and contact.channel is ContactChannel.TELEGRAM:
        deed.wake_after("deadlines")
