"""What staff read about cases: answers, cards, lists and forms."""

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from bot.render import blocks
from bot.render.checkins import contact_line
from bot.render.message import Block, Form, Message
from bot.render.texts import names, say, told
from domain.cases import MOST_ALIAS, Case, CaseState, Harm, Missing
from domain.consents import held_parts
from domain.outbox import Draft
from services.cases import MOST_NOTE, CaseView

_AT = ZoneInfo("Asia/Seoul")


def card(language: str, facts: dict[str, Any]) -> Message:
    """A case's card in its unit's channel."""
    title = _title(language, facts["number"], facts["alias"], facts["harms"])
    lines = [_people(language, facts["first"], facts["second"])]
    lines += _warnings(language, facts["is_minor"], facts["in_danger"])
    body = [blocks.section(f"*{title}*"), blocks.section("\n".join(lines))]
    if facts["state"] != CaseState.OPEN:
        state = say(language, f"case.state.{facts['state']}")
        return Message(title, (*body, blocks.context(state)))
    return Message(title, (*body, *_missing(language, facts["number"], facts["missing"])))


def _people(language: str, first: str, second: str) -> str:
    named = f"<@{second}>" if second else say(language, "case.no_second")
    return say(language, "case.seconds", first=first, second=named)


def opened(draft: Draft) -> Message:
    """Told to the one who opened it: the number, and what is still missing."""
    facts, language = draft.facts, draft.language
    unit = say(language, f"unit.{facts['unit']}")
    title = say(language, "case.opened", number=facts["number"], unit=unit)
    lines = [blocks.section(f"*{title}*")]
    warnings = _warnings(language, facts["is_minor"], facts["in_danger"])
    lines += [blocks.section("\n".join(warnings))] if warnings else []
    return Message(title, (*lines, *_missing(language, facts["number"], facts["missing"])))


def settled(draft: Draft) -> Message:
    """Something missing was ticked off; what is left."""
    facts, language = draft.facts, draft.language
    what = say(language, f"missing.{facts['what']}")
    title = say(language, "case.settled", number=facts["number"], what=what)
    rest = _missing(language, facts["number"], facts["missing"])
    return Message(title, (blocks.section(title), *rest))


def listing(language: str, cases: list[Case]) -> Message:
    """The open cases, newest first."""
    if not cases:
        return Message(say(language, "case.list_empty"))
    title = say(language, "case.list_title", count=len(cases))
    rows = [blocks.section(_row(language, case)) for case in cases]
    return Message(title, (blocks.header(title), *rows))


def shown(language: str, view: CaseView) -> Message:
    """Everything on a case's card, for the eyes of the one who asked."""
    case = view.case
    title = _title(language, case.number, case.alias, sorted(case.harms))
    lines = [
        say(language, f"case.state.{case.state}"),
        _people(language, case.first, case.second),
        say(language, "case.risk", level=say(language, f"risk.{case.risk}")),
        *_warnings(language, case.is_minor, case.in_danger),
        contact_line(language, view.contact),
        _consents(language, view),
        say(language, "case.fingerprints", count=view.fingerprints),
    ]
    parts = [blocks.section(f"*{title}*"), blocks.section("\n".join(lines))]
    parts += [blocks.context(_note(language, note)) for note in view.notes]
    return Message(title, (*parts, *_missing(language, case.number, view.missing)))


def new_form(language: str) -> Form:
    """The twenty-second intake."""
    harms = [blocks.option(say(language, f"harm.{harm}"), harm) for harm in Harm]
    flags = [
        blocks.option(say(language, "case.form.minor"), "minor"),
        blocks.option(say(language, "case.form.danger"), "danger"),
    ]
    alias = say(language, "case.form.alias"), say(language, "case.form.alias_hint")
    return form_of(
        language,
        "case_new",
        "case.form",
        blocks.text_input("alias", *alias, most=MOST_ALIAS),
        blocks.menu("harm", say(language, "case.form.harm"), harms),
        blocks.boxes("flags", say(language, "case.form.flags"), flags),
    )


def note_form(language: str, number: str) -> Form:
    """A note, long enough for a call."""
    label = say(language, "case.note_form.text")
    box = blocks.text_input("text", label, is_long=True, most=MOST_NOTE)
    return form_of(language, "case_note", "case.note_form", box, private=number)


def form_of(language: str, name: str, key: str, *parts: Block, private: str = "") -> Form:
    """A modal whose title and button stand under `key` in the catalogues."""
    title, submit = say(language, f"{key}.title"), say(language, f"{key}.submit")
    return Form(name, title, submit, say(language, "case.form.cancel"), parts, private)


def _title(language: str, number: str, alias: str, harms: Iterable[str]) -> str:
    kinds = names(language, "harm", harms)
    return say(language, "case.card", number=number, alias=blocks.escaped(alias), harms=kinds)


def _row(language: str, case: Case) -> str:
    return say(
        language,
        "case.list_row",
        number=case.number,
        alias=blocks.escaped(case.alias),
        harms=names(language, "harm", sorted(case.harms)),
        unit=say(language, f"unit.{case.unit}"),
        first=case.first,
    )


def _warnings(language: str, is_minor: bool, in_danger: bool) -> list[str]:
    danger = [say(language, "case.danger")] if in_danger else []
    return danger + ([say(language, "case.minor")] if is_minor else [])


def _missing(language: str, number: str, missing: Iterable[str]) -> list[Block]:
    left = list(missing)
    if not left:
        return [blocks.context(say(language, "case.nothing_missing"))]
    text = say(language, "case.missing", list=names(language, "missing", left))
    asked = [what for what in left if what in _TICKED_BY_HAND]
    row = [blocks.actions(_tick(language, number, what) for what in asked)] if asked else []
    return [blocks.context(text), *row]


_TICKED_BY_HAND = (Missing.SUICIDE_RISK, Missing.SAFE_CONTACT, Missing.WISH, Missing.DUTY_TO_REPORT)


def _tick(language: str, number: str, what: str) -> Block:
    label = say(language, "case.settle_button", what=say(language, f"missing.{what}"))
    return blocks.button(label, f"case_settle_{what}", f"{number}:{what}")


def _consents(language: str, view: CaseView) -> str:
    held = sorted(held_parts(view.consents))
    if not held:
        return say(language, "case.no_consents")
    return say(language, "case.consents", list=names(language, "consent.part", held))


def _note(language: str, note: Any) -> str:
    at = note.written_at.astimezone(_AT).strftime("%m-%d %H:%M")
    text = blocks.escaped(note.text)
    return say(language, "case.note_row", at=at, author=note.author, text=text)


def _risk_set(draft: Draft) -> Message:
    level = say(draft.language, f"risk.{draft.facts['level']}")
    return told("case.risk_set", level=level)(draft)


def _assigned(draft: Draft) -> Message:
    place = say(draft.language, f"case.place.{draft.facts['place']}")
    return told("case.assigned", place=place)(draft)


def _erased(draft: Draft) -> Message:
    """What is gone, and what is still being deleted from a phone, if there was one."""
    has_phone = draft.facts.get("phones", 0) > 0
    return told("case.erased_with_phone" if has_phone else "case.erased")(draft)


SLACK: dict[str, Callable[[Draft], Message]] = {
    "case_opened": opened,
    "case_card": lambda draft: card(draft.language, draft.facts),
    "case_settled": settled,
    "case_assigned": _assigned,
    "case_risk_set": _risk_set,
    "case_noted": told("case.noted"),
    "case_closed": told("case.closed"),
    "case_erased": _erased,
    "phone_not_wiped": told("case.phone_not_wiped"),
}
