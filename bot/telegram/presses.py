"""What the buttons of a private bot do, by the data that comes back."""

from collections.abc import Awaitable, Callable

from bot.telegram.calls import Said
from domain.checkins import answer_named
from domain.conversations import Step, StepEvent
from domain.refusals import Refusal
from services import answers, conversations, enrolment

SOS = "h:sos"


async def act(heard: Said) -> None:
    """Do what a button means; one that nobody made is answered as small talk is."""
    kind, _, rest = heard.data.partition(":")
    handler = _KINDS.get(kind, _unknown)
    await handler(heard, rest)


async def _answer(heard: Said, rest: str) -> None:
    number, _, word = rest.partition(":")
    try:
        answer = answer_named(word)
    except Refusal:
        await _unknown(heard, rest)
        return
    checkin = int(number) if number.isdecimal() else 0
    if not await answers.answer(heard.desk, heard.actor, heard.chat, checkin, answer):
        await _unknown(heard, rest)


async def _step(heard: Said, rest: str) -> None:
    step, _, event = rest.partition(":")
    if step in set(Step) and event in set(StepEvent):
        place = (heard.desk, heard.actor, heard.chat)
        await enrolment.step(*place, Step(step), StepEvent(event))
    else:
        await _unknown(heard, rest)


async def _help(heard: Said, rest: str) -> None:
    place = (heard.desk, heard.actor, heard.chat)
    match rest:
        case "menu" | "ways":
            await conversations.ask_help(*place, rest)
        case "word":
            await conversations.ask_word(*place)
        case "read":
            await conversations.read_held(*place)
        case "halt" | "resume":
            await conversations.set_halt(*place, is_halted=rest == "halt")
        case "exit":
            await conversations.clear_screen(*place, heard.message)
        case _:
            await _unknown(heard, rest)


async def _renew(heard: Said, rest: str) -> None:
    await answers.renew(heard.desk, heard.actor, heard.chat)


async def _unknown(heard: Said, rest: str) -> None:
    await enrolment.start(heard.desk, heard.actor, heard.chat, "")


_KINDS: dict[str, Callable[[Said, str], Awaitable[None]]] = {
    "a": _answer,
    "s": _step,
    "h": _help,
    "renew": _renew,
}
