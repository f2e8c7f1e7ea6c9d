"""What goes to a phone, and what staff's thread hears of it: the outbox rows of a conversation."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from domain.access import Actor
from domain.cases import Case
from domain.conversations import Chat, Conversation
from domain.outbox import Draft, Operation, Route
from domain.personas import HOTLINE, PERSONAS, talk_for
from domain.refusals import Reason, Refusal
from services.desk import Deed, Desk
from storage import cases, conversations

STAFF_LANGUAGE = "ko"


def persona_of(desk: Desk, bot: str) -> str:
    """The persona that speaks through this bot; refuses an unknown bot and the public one."""
    persona = desk.places.phones.get(bot, "")
    if persona not in PERSONAS:
        raise Refusal(Reason.UNKNOWN_PERSONA, name=bot)
    return persona


def private_bots(desk: Desk) -> list[str]:
    """The user names of the private bots, sorted."""
    return sorted(bot for bot, persona in desk.places.phones.items() if persona != HOTLINE)


def once(actor: Actor, what: str) -> str:
    """A dedup key for what this actor's words cause: the same update again causes the same."""
    return f"{what}:{actor.inbox_id or uuid4().hex}"


async def case_of(deed: Deed, conversation: Conversation) -> Case:
    """The case that a conversation belongs to."""
    return await cases.existing(deed.tx, conversation.case_id)


def numbers(desk: Desk, language: str) -> list[dict[str, str]]:
    """The numbers that a person can turn to, with their hours, in this language."""
    return [
        {
            "name": number.name_en if language == "en" else number.name_ko,
            "number": number.number,
            "hours": number.hours_en if language == "en" else number.hours_ko,
        }
        for number in desk.policy.numbers
    ]


def lanes(conversation: Conversation) -> tuple[str, str, str]:
    """The order keys of a phone's bubbles: ordinary, urgent, and those that alerts send."""
    lane = f"conversation:{conversation.id}"
    return lane, f"{lane}:urgent", conversation.chat.address


async def say(deed: Deed, conversation: Conversation, kind: str, key: str, /, **facts: Any) -> bool:
    """Put a bubble on the phone of this conversation; bubbles leave in their order."""
    return await deed.send(_to_phone(conversation, kind, key, facts, lanes(conversation)[0]))


async def say_urgently(
    deed: Deed, conversation: Conversation, kind: str, key: str, /, **facts: Any
) -> bool:
    """A bubble that waits behind no ordinary one of this conversation."""
    draft = _to_phone(conversation, kind, key, facts, lanes(conversation)[1])
    return await deed.send(replace(draft, is_urgent=True))


async def say_to_stranger(
    deed: Deed, chat: Chat, language: str, kind: str, key: str, /, **facts: Any
) -> bool:
    """A direct answer to somebody whom no case knows."""
    return await deed.send(_stranger(chat, language, kind, key, facts))


async def small_talk(deed: Deed, chat: Chat, persona: str, text: str, language: str) -> None:
    """The disguise, and nothing else."""
    key = once(deed.actor, "talk")
    said = talk_for(PERSONAS[persona], text)
    await say_to_stranger(deed, chat, language, "small_talk", key, text_key=said, persona=persona)


async def open_thread(deed: Deed, conversation: Conversation, case: Case) -> None:
    """The message in the unit's channel under which a conversation is told; posted once."""
    await deed.send(
        _to_staff(deed, case, conversation.id, "phone_thread", thread_key(conversation.id))
    )


async def tell_staff(
    deed: Deed, conversation: Conversation, case: Case, kind: str, key: str, /, **facts: Any
) -> None:
    """Say something under the conversation's message, without the person's identity."""
    await open_thread(deed, conversation, case)
    await deed.send(_to_staff(deed, case, conversation.id, kind, key, **facts))


def thread_key(conversation_id: int) -> str:
    """The dedup key of the message that opens a conversation's thread."""
    return f"conversation:{conversation_id}"


async def conversation_of_thread(deed: Deed, dedup_key: str) -> Conversation | None:
    """The conversation whose thread begins with the message of this dedup key."""
    noun, _, number = dedup_key.partition(":")
    if noun != "conversation" or not number.isdigit():
        return None
    return await conversations.find(deed.tx, deed.safe, int(number))


def _bubble(chat: Chat, kind: str, key: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "route": Route.TELEGRAM,
        "operation": Operation.POST,
        "kind": kind,
        "address": chat.address,
        "dedup_key": key,
        "facts": facts,
    }


def _stranger(chat: Chat, language: str, kind: str, key: str, facts: dict[str, Any]) -> Draft:
    return Draft(**_bubble(chat, kind, key, facts), language=language)


def _to_phone(
    conversation: Conversation, kind: str, key: str, facts: dict[str, Any], lane: str
) -> Draft:
    bubble = _bubble(conversation.chat, kind, key, facts | {"persona": conversation.persona})
    return Draft(
        **bubble, language=conversation.language, case_id=conversation.case_id, order_key=lane
    )


def to_unit(deed: Deed, case: Case, kind: str, key: str, facts: dict[str, Any]) -> Draft:
    """A line in the private channel of a case's unit."""
    return Draft(
        route=Route.SLACK,
        operation=Operation.POST,
        kind=kind,
        address=deed.desk.places.units[case.unit],
        dedup_key=key,
        facts={"number": case.number, "alias": case.alias, **facts},
        language=STAFF_LANGUAGE,
        case_id=case.id,
    )


def _to_staff(
    deed: Deed, case: Case, conversation_id: int, kind: str, key: str, **facts: Any
) -> Draft:
    root = thread_key(conversation_id)
    thread = "" if key == root else root
    return replace(to_unit(deed, case, kind, key, facts), order_key=root, thread=thread)
