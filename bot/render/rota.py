"""The rota as staff see it: who is on call now, and the duties to come."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.render.alerts import mention, rung_name
from bot.render.blocks import section
from bot.render.message import Message
from bot.render.texts import say
from domain.outbox import Draft
from domain.people import Rota, Shift
from domain.policy import Hours


def rota(shown: Rota, hours: Hours, language: str) -> Message:
    """Who is on call now on each rung, nobody where there is nobody; then the duties to come."""
    head = say(language, "rota.head")
    lines = [
        say(language, "rota.now", rung=rung_name(rung, language), people=_people(people, language))
        for rung, people in shown.on_call.items()
    ]
    shifts = [_shift(shift, hours, language) for shift in shown.shifts]
    return Message(head, (section("\n".join([f"*{head}*", *lines, *shifts])),))


def _people(people: tuple[str, ...], language: str) -> str:
    return " ".join(mention(person) for person in people) or say(language, "rota.nobody")


def _shift(shift: Shift, hours: Hours, language: str) -> str:
    facts = {
        "shift": shift.id,
        "person": shift.person,
        "rung": shift.rung,
        "starts": hours.wall_time(shift.starts_at),
        "ends": hours.wall_time(shift.ends_at),
    }
    return line(facts, language)


def line(facts: Mapping[str, Any], language: str) -> str:
    """One duty: its number, who, on which rung, from when to when."""
    return say(
        language,
        "rota.shift",
        shift=facts["shift"],
        person=mention(facts["person"]),
        rung=rung_name(facts["rung"], language),
        starts=facts["starts"],
        ends=facts["ends"],
    )


def _changed(key: str) -> Callable[[Draft], Message]:
    def told(draft: Draft) -> Message:
        text = say(draft.language, key, shift=line(draft.facts, draft.language))
        return Message(text, (section(text),))

    return told


def _swapped(draft: Draft) -> Message:
    first, second = (line(draft.facts[name], draft.language) for name in ("first", "second"))
    text = say(draft.language, "rota.swapped", first=first, second=second)
    return Message(text, (section(text),))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "shift_set": _changed("rota.set"),
    "shift_given": _changed("rota.given"),
    "shifts_swapped": _swapped,
}
