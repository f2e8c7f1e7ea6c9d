"""What staff read about consent: the form, and what was recorded."""

from collections.abc import Callable

from bot.render import blocks
from bot.render.cases import form_of
from bot.render.message import Form, Message
from bot.render.texts import names, say
from domain.consents import Basis, ConsentPart
from domain.outbox import Draft


def consent_form(language: str, number: str) -> Form:
    """The parts of consent, and the basis on which they are given."""
    parts = [blocks.option(say(language, f"consent.part.{part}"), part) for part in ConsentPart]
    bases = [blocks.option(say(language, f"consent.basis.{basis}"), basis) for basis in Basis]
    return form_of(
        language,
        "case_consent",
        "case.consent_form",
        blocks.boxes("parts", say(language, "case.consent_form.parts"), parts, is_optional=False),
        blocks.menu("basis", say(language, "case.consent_form.basis"), bases),
        private=number,
    )


def given(draft: Draft) -> Message:
    """Which parts were recorded."""
    parts = names(draft.language, "consent.part", draft.facts["parts"])
    return Message(say(draft.language, "consent.given", number=draft.facts["number"], parts=parts))


def withdrawn(draft: Draft) -> Message:
    """Which part has ended."""
    part = say(draft.language, f"consent.part.{draft.facts['part']}")
    return Message(
        say(draft.language, "consent.withdrawn", number=draft.facts["number"], part=part)
    )


SLACK: dict[str, Callable[[Draft], Message]] = {
    "consent_given": given,
    "consent_withdrawn": withdrawn,
}
