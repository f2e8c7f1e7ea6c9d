"""The public hotline bot: where to turn, and a call-back request, for anyone."""

from domain.access import Action, Actor
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.conversations import Chat, asks_for_help, speaks_of_self_harm
from domain.hotline import (
    HOTLINE_DIALOGUE,
    MOST_HOURS,
    CallBack,
    HotlineEvent,
    HotlineStep,
    phone_from,
)
from services import phones
from services.alerts import raise_alert
from services.desk import Deed, Desk
from storage import hotline as table
from storage.hotline import HotlineChat

PAGES = ("start", "numbers", "hours")


async def show(desk: Desk, actor: Actor, chat: Chat, page: str) -> None:
    """What the bot is, the numbers, or the hours."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        await _say(deed, await _at(deed, chat), page)


async def choose_language(desk: Desk, actor: Actor, chat: Chat, language: str) -> None:
    """Speak Korean or English from now on."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        await table.choose_language(deed.tx, await _at(deed, chat), language)
        await deed.tx.flush()
        deed.tx.expire_all()
        await _say(deed, await _at(deed, chat), "start")


async def hear(desk: Desk, actor: Actor, chat: Chat, text: str) -> None:
    """Words typed: of danger first; then what was asked for; anything else shows where to turn."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        found = await _at(deed, chat)
        is_grave = await _answer_danger(deed, found, text)
        if found.step is HotlineStep.HOURS:  # "It is dangerous at night" says when to call, too.
            await _take_hours(deed, found, text)
        elif is_grave:
            return
        elif found.step is HotlineStep.PHONE:
            await _take_phone(deed, found, text)
        else:
            await _say(deed, found, "start")


async def ask(desk: Desk, actor: Actor, chat: Chat) -> None:
    """Begin a call-back request."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        found = await _at(deed, chat)
        await _go(deed, found, HotlineEvent.ASK, {}, "ask_phone")


async def cancel(desk: Desk, actor: Actor, chat: Chat) -> None:
    """Forget what was typed."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        await _go(deed, await _at(deed, chat), HotlineEvent.CANCEL, {}, "cancelled")


async def confirm(desk: Desk, actor: Actor, chat: Chat) -> int | None:
    """Keep the request and page staff; its number, or none where there is nothing to confirm."""
    async with desk.deed(actor, Action.ASK_CALL_BACK) as deed:
        found = await _at(deed, chat)
        if found.step is not HotlineStep.CONFIRM or not found.typed:
            await _say(deed, found, "start")
            return None
        number = await table.ask(deed.tx, deed.safe, found.typed, deed.now)
        await raise_alert(
            deed,
            AlertDraft(
                AlertKind.CALL_BACK,
                Severity.B,
                f"callback:{number}",
                f"callback:{number}",
                facts={"callback": number, "asked_at": deed.now.isoformat()},
            ),
        )
        await deed.record(f"callback:{number}", event="asked")
        await _go(deed, found, HotlineEvent.CONFIRM, {}, "asked")
    return number


async def open_call_back(desk: Desk, actor: Actor, number: int) -> CallBack:
    """The telephone number and the safe time, for the one who calls; each opening is recorded."""
    async with desk.deed(actor, Action.OPEN_SEALED) as deed:
        call_back = await table.find(deed.tx, deed.safe, number)
        await deed.record(f"callback:{number}", event="opened")
        await deed.answer(
            "call_back_opened", callback=number, phone=call_back.phone, when=call_back.hours
        )
    return call_back


async def finish_call_back(desk: Desk, actor: Actor, number: int) -> None:
    """The call was made: the number is erased."""
    async with desk.deed(actor, Action.ANSWER_PERSON) as deed:
        await table.find(deed.tx, deed.safe, number)
        await table.settle(deed.tx, deed.safe, number)
        await deed.record(f"callback:{number}", event="done")
        await deed.answer("call_back_done", callback=number)


async def _at(deed: Deed, chat: Chat) -> HotlineChat:
    language = "en" if deed.actor.language == "en" else "ko"
    return await table.at_chat(deed.tx, deed.safe, chat, language)


async def _answer_danger(deed: Deed, found: HotlineChat, text: str) -> bool:
    """Words of danger are answered with where to turn; those of self-harm page a human as well."""
    if speaks_of_self_harm(text):
        await _page_self_harm(deed, found)
        await _say(deed, found, "self_harm")
    elif asks_for_help(text):
        await _say(deed, found, "sos")
    else:
        return False
    return True


async def _page_self_harm(deed: Deed, found: HotlineChat) -> None:
    """One alert per chat and hour: nobody can be called back, and anybody may write here."""
    subject = f"hotline:{found.id}"
    key = f"self-harm:{subject}:{deed.now:%Y%m%d%H}"
    await raise_alert(deed, AlertDraft(AlertKind.SELF_HARM, Severity.A, subject, key))
    await deed.record(subject, event="self_harm")


async def _take_phone(deed: Deed, found: HotlineChat, text: str) -> None:
    phone = phone_from(text)
    if not phone:
        await _say(deed, found, "bad_phone")
        return
    await _go(deed, found, HotlineEvent.TYPED, {"phone": phone}, "ask_hours")


async def _take_hours(deed: Deed, found: HotlineChat, text: str) -> None:
    typed = {**found.typed, "hours": text.strip()[:MOST_HOURS]}
    await _go(deed, found, HotlineEvent.TYPED, typed, "ask_confirm", **typed)


async def _go(
    deed: Deed,
    found: HotlineChat,
    event: HotlineEvent,
    typed: dict[str, str],
    page: str,
    **facts: str,
) -> None:
    step = HOTLINE_DIALOGUE.move(found.step, event)
    await table.save(deed.tx, deed.safe, found, step, typed)
    await _say(deed, found, page, **facts)


async def _say(deed: Deed, found: HotlineChat, page: str, **facts: str) -> None:
    hours = deed.policy.hours
    shown = {
        "page": page,
        "numbers": phones.numbers(deed.desk, found.language),
        "opens": hours.opens.strftime("%H:%M"),
        "closes": hours.closes.strftime("%H:%M"),
        "days": sorted(hours.weekdays),
        **facts,
    }
    key = phones.once(deed.actor, f"hotline:{page}")
    await phones.say_to_stranger(deed, found.chat, found.language, "hotline", key, **shown)
