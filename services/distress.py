"""Calls for help: kept, passed on, and only then answered."""

from domain.access import Action, Actor
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.cases import GRAVE, Case
from domain.conversations import Chat, Conversation
from services import phones
from services.alerts import raise_alert
from services.desk import Deed, Desk
from storage import conversations


async def call_sos(desk: Desk, actor: Actor, chat: Chat, *, by_button: bool, text: str = "") -> str:
    """Somebody calls for help: alert and answer in one; the language in which the person is answered.

    Empty where no case knows this phone. A button is answered in full by a pop-up that leaves no
    trace, and by one neutral line; words (`text`, which staff read in full) are answered by a silent
    message whose contents lie behind a spoiler.
    """
    async with desk.deed(actor, Action.CALL_SOS) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            return ""
        key = phones.once(actor, f"sos:{conversation.id}")
        case = await phones.case_of(deed, conversation)
        facts = {"conversation": chat.address, "language": conversation.language}
        await _alarm(deed, conversation, case, AlertKind.SOS, key, facts=facts)
        await deed.record(f"conversation:{conversation.id}", event="sos", by_button=by_button)
        kind = "sos_noted" if by_button else "sos_received"
        await phones.say_urgently(deed, conversation, kind, f"bubble:{key}")
        told = {"text": text, "mark": "sos"} if text else {}
        line = "phone_said" if text else "phone_sos"
        await phones.tell_staff(deed, conversation, case, line, f"told:{key}", **told)
    return conversation.language


async def answer_sos_by_bubble(desk: Desk, actor: Actor, chat: Chat) -> None:
    """The pop-up couldn't be shown: say the same behind a spoiler."""
    async with desk.deed(actor, Action.CALL_SOS) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is not None:
            key = phones.once(actor, f"bubble:sos-words:{conversation.id}")
            await phones.say_urgently(deed, conversation, "sos_received", key)


async def self_harm(desk: Desk, actor: Actor, chat: Chat, text: str) -> None:
    """Words of self-harm: a human is paged, and the lines that listen are named."""
    async with desk.deed(actor, Action.WRITE_TO_STAFF) as deed:
        conversation = await conversations.at_chat(deed.tx, deed.safe, chat)
        if conversation is None:
            return
        key = phones.once(actor, f"self-harm:{conversation.id}")
        case = await phones.case_of(deed, conversation)
        await _alarm(deed, conversation, case, AlertKind.SELF_HARM, key)
        await deed.record(f"conversation:{conversation.id}", event="self_harm")
        facts = {"is_minor": case.is_minor}
        await phones.say_urgently(deed, conversation, "self_harm", f"bubble:{key}", **facts)
        await phones.tell_staff(
            deed, conversation, case, "phone_said", f"told:{key}", text=text, mark="self_harm"
        )


async def duress(deed: Deed, conversation: Conversation) -> None:
    """The duress word was given: a silent alarm, and nothing unusual goes to this phone."""
    case = await phones.case_of(deed, conversation)
    key = phones.once(deed.actor, f"duress:{conversation.id}")
    await _alarm(deed, conversation, case, AlertKind.DURESS, key)
    await phones.tell_staff(deed, conversation, case, "phone_duress", f"told:{key}")


async def locked(deed: Deed, conversation: Conversation) -> None:
    """Three wrong words: staff are told that somebody else may hold the phone."""
    case = await phones.case_of(deed, conversation)
    key = phones.once(deed.actor, f"locked:{conversation.id}")
    await _alarm(deed, conversation, case, AlertKind.CODE_WORD_LOCKED, key, Severity.B)
    await phones.tell_staff(deed, conversation, case, "phone_locked", f"told:{key}")


async def gone_quiet(deed: Deed, conversation: Conversation, case: Case, cause: str) -> None:
    """No check-in reaches this phone any more (`halt` by the person, `block`): a human must know.

    A block is grave, for others may have done it; a halt waits for the morning where nobody has
    called the case dangerous.
    """
    key = phones.once(deed.actor, f"quiet:{conversation.id}")
    below = Severity.B if cause == "block" else Severity.C
    grave = Severity.A if cause == "block" else Severity.B
    severity = grave if case.risk in GRAVE else below
    await _alarm(
        deed, conversation, case, AlertKind.PHONE_QUIET, key, severity, facts={"cause": cause}
    )


async def _alarm(
    deed: Deed,
    conversation: Conversation,
    case: Case,
    kind: AlertKind,
    key: str,
    severity: Severity = Severity.A,
    facts: dict[str, str] | None = None,
) -> None:
    """Page staff. Calls of one kind from one phone within a short time are one alert."""
    await raise_alert(
        deed,
        AlertDraft(
            kind=kind,
            severity=severity,
            subject=f"conversation:{conversation.id}",
            dedup_key=key,
            case_id=case.id,
            facts={"number": case.number, "alias": case.alias, **(facts or {})},
            bundle_key=f"{kind}:{conversation.id}",
        ),
    )
