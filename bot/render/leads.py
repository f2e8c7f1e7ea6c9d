"""What staff read about leads: how the words were spelt, the link for whoever took one, never the post."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.render import blocks
from bot.render.message import Block, Message
from bot.render.texts import names, say
from domain.leads import LeadState
from domain.outbox import Draft
from domain.sources import unclickable
from services.leads import LeadView

WallTime = Callable[[datetime], str]


def review(draft: Draft) -> Message:
    """To the claimer alone: the link as text, how it was spelt, and the two answers far apart."""
    facts, language = draft.facts, draft.language
    text = say(language, "lead.review", number=facts.get("number", "-"), lead=facts["lead"])
    posted = str(facts.get("posted_at") or "-")
    lines = [
        f"*{text}*",
        _link(language, str(facts["link"])),
        _spelt(language, facts["ways"]),
        say(language, "lead.posted", source=facts["source"], at=posted),
    ]
    body = blocks.section("\n".join(lines))
    return Message(text, (body, *_buttons(language, str(facts["alert"]))))


def _buttons(language: str, alert: str) -> tuple[Block, ...]:
    """Confirming and rejecting don't stand side by side: a paragraph lies between."""
    confirm = blocks.button(say(language, "button.lead_confirm"), "lead_confirm", alert, "primary")
    dismiss = blocks.button(say(language, "button.lead_dismiss"), "lead_dismiss", alert)
    between = blocks.context(say(language, "lead.between"))
    return blocks.actions([confirm]), between, blocks.actions([dismiss])


def _link(language: str, link: str) -> str:
    return say(language, "lead.link", link=blocks.escaped(unclickable(link)))


def _spelt(language: str, ways: Iterable[str]) -> str:
    found = dict.fromkeys(ways)
    return say(language, "lead.spelt", ways=names(language, "lead.way", found))


def decided(draft: Draft) -> Message:
    """What was said of a lead, to the one who said it."""
    facts = draft.facts
    key = f"lead.decided.{facts['state']}"
    return Message(say(draft.language, key, number=facts["number"], lead=facts["lead"]))


def listed(language: str, views: list[LeadView], wall_time: WallTime) -> Message:
    """The newest leads, one line each, without their links."""
    if not views:
        return Message(say(language, "lead.none"))
    title = say(language, "lead.list", count=len(views))
    lines = "\n".join(_line(language, view, wall_time) for view in views)
    return Message(title, (blocks.section(f"*{title}*"), blocks.section(lines)))


def _line(language: str, view: LeadView, wall_time: WallTime) -> str:
    lead = view.lead
    return say(
        language,
        "lead.line",
        lead=lead.id,
        number=view.number or "-",
        source=lead.source,
        words=len(lead.keyword_ids),
        state=say(language, f"lead.state.{lead.state}"),
        at=wall_time(lead.found_at),
    )


def shown(language: str, view: LeadView, wall_time: WallTime) -> Message:
    """One lead; with its link and buttons where the reader took it."""
    lead, title = view.lead, _line(language, view, wall_time)
    link = _link(language, view.link) if view.link else say(language, "lead.link_for_claimer")
    lines = [f"*{title}*", _spelt(language, lead.ways), link]
    if lead.match_id is not None:
        lines.append(say(language, "lead.merged_into", match=lead.match_id))
    if lead.decided_by:
        lines.append(say(language, "lead.decided_by", person=lead.decided_by))
    body = blocks.section("\n".join(lines))
    if not view.link or lead.state is not LeadState.NEW:
        return Message(title, (body,))
    return Message(title, (body, *_buttons(language, str(lead.alert_id))))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "lead_review": review,
    "lead_decided": decided,
}
