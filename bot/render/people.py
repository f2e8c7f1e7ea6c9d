"""What staff read about themselves: help, roles, the home tab and what there is to do."""

from collections.abc import Callable
from typing import Any

from bot.render import blocks
from bot.render.message import Block, Message
from bot.render.texts import names, say
from domain.cases import Case, Missing
from domain.outbox import Draft
from domain.people import Person
from services.today import Today

_HELP = ("case", "fingerprint", "sweep", "oncall", "checkin", "ansim")


def help_message(language: str) -> Message:
    """Every command, by noun."""
    title = say(language, "help.title")
    lines = [blocks.section(say(language, f"help.{noun}")) for noun in _HELP]
    return Message(
        title, (blocks.header(title), *lines, blocks.context(say(language, "help.note")))
    )


def roles(language: str, person: Person) -> Message:
    """What somebody may do here."""
    return Message(
        say(
            language, "people.roles", person=person.id, roles=_roles(language, sorted(person.roles))
        )
    )


def today(language: str, found: Today) -> Message:
    """What waits for the reader."""
    return Message(say(language, "today.title"), tuple(_today(language, found)))


def home(language: str, found: Today) -> dict[str, Any]:
    """The home tab: two buttons, and what waits."""
    buttons = [
        blocks.button(say(language, "home.new_case"), "case_new", "home", "primary"),
        blocks.button(say(language, "home.today"), "today", "home"),
    ]
    parts = [
        blocks.header(say(language, "home.title")),
        blocks.section(say(language, "home.intro")),
        blocks.actions(buttons),
        blocks.divider(),
        *_today(language, found),
    ]
    return {"type": "home", "blocks": parts}


def closed_home(why: str) -> dict[str, Any]:
    """The home tab of somebody who has no role here."""
    return {"type": "home", "blocks": [blocks.section(why)]}


def _today(language: str, found: Today) -> list[Block]:
    if not found.alerts and not found.cases:
        return [blocks.section(say(language, "today.nothing"))]
    counts = [
        say(language, "today.alerts", count=found.alerts),
        say(language, "today.cases", count=len(found.cases)),
    ]
    rows = [blocks.section(_row(language, case, missing)) for case, missing in found.cases[:20]]
    return [blocks.section("\n".join(counts)), *rows]


def _row(language: str, case: Case, missing: tuple[Missing, ...]) -> str:
    left = names(language, "missing", missing) or "–"
    alias = blocks.escaped(case.alias)
    return say(language, "today.case_row", number=case.number, alias=alias, missing=left)


def _roles(language: str, found: list[Any]) -> str:
    return names(language, "role", found) or say(language, "role.none")


def _granted(draft: Draft) -> Message:
    given = _roles(draft.language, draft.facts["roles"])
    person = draft.facts["person"]
    return Message(say(draft.language, "people.granted", person=person, roles=given))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "people_granted": _granted,
    "people_language": lambda draft: Message(say(draft.facts["language"], "people.language")),
}
