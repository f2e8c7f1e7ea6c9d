"""What staff read about matches: how sure and why, the link for whoever took one, no picture ever."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.render import blocks
from bot.render.message import Block, Message
from bot.render.texts import say
from domain.matches import Match, MatchState, subject_of
from domain.outbox import Draft
from domain.parts import WHOLE, read
from domain.sources import unclickable
from services.matches import MatchView

_EDGES = ("left", "top", "right", "foot")
WallTime = Callable[[datetime], str]


def review(draft: Draft) -> Message:
    """To the claimer alone: the link as text, how sure and why, and the two answers far apart."""
    facts, language = draft.facts, draft.language
    text = say(language, "match.review", number=facts.get("number", "-"), match=facts["match"])
    lines = [f"*{text}*", _link(language, str(facts["link"])), why(language, facts)]
    posted_at = str(facts.get("posted_at") or "-")
    lines.append(say(language, "match.posted", source=facts["source"], at=posted_at))
    value = str(facts["alert"])
    return Message(text, (blocks.section("\n".join(lines)), *buttons(language, value)))


def buttons(language: str, value: str) -> tuple[Block, ...]:
    """Confirming and rejecting don't stand side by side: a paragraph lies between.

    value: the number of the match's alert, or what names a match that a flood held back.
    """
    return (
        blocks.actions(
            [
                blocks.button(
                    say(language, "button.match_confirm"), "match_confirm", value, "primary"
                ),
                blocks.button(
                    say(language, "button.match_second_look"), "match_second_look", value
                ),
            ]
        ),
        blocks.context(say(language, "match.between")),
        blocks.actions(
            [blocks.button(say(language, "button.match_dismiss"), "match_dismiss", value)]
        ),
    )


def why(language: str, facts: dict[str, Any]) -> str:
    """How sure, by what, how the copy was turned, and where in it the registered picture lies."""
    said = [
        say(language, f"match.tier.{facts['tier']}"),
        say(language, f"match.way.{facts['reason']}", **_figures(facts)),
        say(language, f"match.form.{facts['form']}"),
    ]
    if facts.get("quality"):
        said.append(say(language, "match.quality", quality=facts["quality"]))
    return "\n".join([" · ".join(said), *_parts(language, facts)])


def _figures(facts: dict[str, Any]) -> dict[str, Any]:
    """Whatever a sentence of any way names."""
    names = ("distance", "inliers", "asked", "frames", "ordered", "reference_percent")
    times = {name: facts.get(name, 0) for name in ("offset_s", "at_s")}
    return {name: facts.get(name, 0) for name in names} | times


def _parts(language: str, facts: dict[str, Any]) -> list[str]:
    """Which part of the registered picture is which part of the copy; nothing of whole on whole."""
    variant, region = facts.get("variant", WHOLE), facts.get("region", WHOLE)
    if variant == region == WHOLE:
        return []
    edges = [round(100 * edge) for edge in facts.get("box", (0, 0, 1, 1))]
    told = {"variant": _part(language, variant), "region": _part(language, region)}
    if edges == [0, 0, 100, 100]:
        return [say(language, "match.parts", **told)]
    told |= {name: str(edge) for name, edge in zip(_EDGES, edges, strict=True)}
    return [say(language, "match.parts_at", **told)]


def _part(language: str, code: str) -> str:
    part, figures = read(code)
    return say(language, f"match.part.{part}", **dict(zip("abc", figures, strict=False)))


def _link(language: str, link: str) -> str:
    return say(language, "match.link", link=blocks.escaped(unclickable(link)))


def decided(draft: Draft) -> Message:
    """What was said of a match, to the one who said it."""
    facts = draft.facts
    return Message(
        say(
            draft.language,
            f"match.decided.{facts['state']}",
            number=facts["number"],
            match=facts["match"],
        )
    )


def listed(language: str, views: list[MatchView], wall_time: WallTime) -> Message:
    """The newest matches, one line each, without their links."""
    if not views:
        return Message(say(language, "match.none"))
    title = say(language, "match.list", count=len(views))
    lines = [_line(language, view, wall_time) for view in views]
    return Message(title, (blocks.section(f"*{title}*"), blocks.section("\n".join(lines))))


def _line(language: str, view: MatchView, wall_time: WallTime) -> str:
    match = view.match
    return say(
        language,
        "match.line",
        match=match.id,
        number=view.number or "-",
        source=match.source,
        tier=match.verdict.tier.value,
        state=say(language, f"match.state.{match.state}"),
        at=wall_time(match.found_at),
        mark=_mark(language, match),
    )


def _mark(language: str, match: Match) -> str:
    """What else there is to say: that a flood held it back, or how often it silenced."""
    if match.is_held and match.is_undecided:
        return say(language, "match.held", fingerprint=match.fingerprint_id)
    return say(language, "match.silenced", count=match.silenced) if match.silenced else ""


def shown(language: str, view: MatchView, wall_time: WallTime) -> Message:
    """One match; with its link and buttons where the reader took it."""
    match, title = view.match, _line(language, view, wall_time)
    lines = [f"*{title}*", why(language, match.verdict.facts())]
    lines.append(
        _link(language, view.link) if view.link else say(language, "match.link_for_claimer")
    )
    if match.decided_by:
        lines.append(say(language, "match.decided_by", person=match.decided_by))
    body = blocks.section("\n".join(lines))
    if match.state is MatchState.DISMISSED:
        told = say(language, "match.can_be_taken_back", match=match.id)
        return Message(title, (body, blocks.context(told)))
    if not (view.link and match.is_undecided):
        return Message(title, (body,))
    value = subject_of(match.id) if match.is_held else str(match.alert_id)
    return Message(title, (body, *buttons(language, value)))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "match_review": review,
    "match_decided": decided,
}
