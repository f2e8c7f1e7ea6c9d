"""What lies behind the persona's help button, and the answers to calls for help."""

from collections.abc import Callable, Iterable

from bot.render.message import Bubble, Button
from bot.render.texts import say
from domain.outbox import Draft


def sos_popup(language: str) -> str:
    """The pop-up that answers the help button; it leaves nothing in the chat (200 letters at most)."""
    return say(language, "sos.popup")


def number_lines(language: str, numbers: Iterable[dict[str, str]]) -> str:
    """Numbers and their hours, one a line."""
    return "\n".join(say(language, "help.number", **number) for number in numbers)


def _help(draft: Draft) -> Bubble:
    if draft.facts["page"] == "ways":
        return _ways(draft)
    halt = "resume" if draft.facts["is_halted"] else "halt"
    rows = tuple(
        (Button(say(draft.language, f"help.{name}_button"), f"h:{name}"),)
        for name in ("sos", "ways", "word", halt, "exit")
    )
    return Bubble(say(draft.language, "help.menu"), rows, is_silent=True)


def _ways(draft: Draft) -> Bubble:
    lines = number_lines(draft.language, draft.facts["numbers"])
    hidden = f"{say(draft.language, 'help.visit')}\n{lines}"
    return Bubble(say(draft.language, "help.ways"), hidden=hidden, is_silent=True)


def _silent(key: str, hidden: str = "") -> Callable[[Draft], Bubble]:
    def bubble(draft: Draft) -> Bubble:
        behind = say(draft.language, hidden) if hidden else ""
        return Bubble(say(draft.language, key), hidden=behind, is_silent=True)

    return bubble


def _self_harm(draft: Draft) -> Bubble:
    key = "selfharm.hidden_minor" if draft.facts["is_minor"] else "selfharm.hidden"
    hidden = say(draft.language, key)
    return Bubble(say(draft.language, "selfharm.text"), hidden=hidden, is_silent=True)


TELEGRAM: dict[str, Callable[[Draft], Bubble]] = {
    "help": _help,
    "sos_noted": _silent("sos.noted"),
    "sos_received": _silent("sos.received", "sos.received_hidden"),
    "sos_claimed": _silent("sos.claimed", "sos.claimed_hidden"),
    "self_harm": _self_harm,
}
