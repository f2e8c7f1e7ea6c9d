"""What the public hotline bot shows: what it is, numbers, hours, and the call-back request."""

from collections.abc import Callable

from bot.render.blocks import escaped, section
from bot.render.distress import number_lines
from bot.render.message import Bubble, Button, Message
from bot.render.texts import say
from domain.outbox import Draft

_DATA = {
    "numbers": "p:numbers",
    "hours": "p:hours",
    "start": "p:start",
    "ask": "c:ask",
    "confirm": "c:confirm",
    "cancel": "c:cancel",
}
_BUTTONS = {
    "start": (("numbers",), ("ask",), ("hours",)),
    "numbers": (("ask",), ("start",)),
    "hours": (("numbers",), ("ask",)),
    "sos": (("numbers",), ("ask",)),
    "self_harm": (("ask",), ("numbers",)),
    "ask_phone": (("cancel",),),
    "bad_phone": (("cancel",),),
    "ask_hours": (("cancel",),),
    "ask_confirm": (("confirm",), ("cancel",)),
    "asked": (("numbers",), ("start",)),
    "cancelled": (("start",),),
}


def _hotline(draft: Draft) -> Bubble:
    language, facts = draft.language, draft.facts
    page = facts["page"]
    hours = say(language, "hotline.hours", opens=facts["opens"], closes=facts["closes"])
    typed = {"phone": facts.get("phone", ""), "hours_typed": facts.get("hours", "")}
    text = hours if page == "hours" else say(language, f"hotline.{page}", hours=hours, **typed)
    if page == "numbers":
        text = f"{text}\n{number_lines(language, facts['numbers'])}\n\n{hours}"
    rows = tuple(tuple(_button(language, name) for name in row) for row in _BUTTONS[page])
    return Bubble(text, (*rows, (_other_language(language),)) if page == "start" else rows)


def _button(language: str, name: str) -> Button:
    return Button(say(language, f"hotline.button.{name}"), _DATA[name])


def _other_language(language: str) -> Button:
    other = "ko" if language == "en" else "en"
    return Button(say(language, "hotline.button.language"), f"l:{other}")


def _opened(draft: Draft) -> Message:
    facts = {name: escaped(str(draft.facts[name])) for name in ("callback", "phone", "when")}
    text = say(draft.language, "callback.opened", **facts)
    return Message(text, (section(text),))


def _done(draft: Draft) -> Message:
    return Message(say(draft.language, "callback.done", callback=draft.facts["callback"]))


TELEGRAM: dict[str, Callable[[Draft], Bubble]] = {"hotline": _hotline}
SLACK: dict[str, Callable[[Draft], Message]] = {
    "call_back_opened": _opened,
    "call_back_done": _done,
}
