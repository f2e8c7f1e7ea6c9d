"""What staff read about a sweep that somebody asked for, while it goes on and when it is over."""

from bot.render import blocks
from bot.render.message import Message
from bot.render.texts import say
from domain.outbox import Draft

BAR = 20  # Letters of a progress bar.


def progress(draft: Draft) -> Message:
    """How far a sweep is that somebody asked for: a bar, and what was listed, looked at and found."""
    facts, language = draft.facts, draft.language
    case = f"{say(language, 'alert.case', number=facts['number'])} · " if facts["number"] else ""
    state = "over" if facts["is_over"] else "under_way"
    title = say(language, f"sweep.{state}", case=case, sources=", ".join(facts["sources"]))
    counts = say(
        language,
        "sweep.counts",
        answered=facts["answered"],
        sources=len(facts["sources"]),
        listed=facts["listed"],
        looked_at=facts["looked_at"],
        matched=facts["matched"],
    )
    share = facts["share"]
    lines = [f"*{title}*", f"`{bar(share)}` {round(share * 100)} %", counts]
    if facts["failed"]:
        lines.append(say(language, "sweep.failed", sources=", ".join(facts["failed"])))
    lines += [say(language, f"sweep.unasked.{each['why']}", **each) for each in facts["unasked"]]
    return Message(title, (blocks.section("\n".join(lines)),))


def bar(share: float) -> str:
    """A bar that is filled up to a share of 0 to 1."""
    full = round(BAR * min(max(share, 0.0), 1.0))
    return "█" * full + "░" * (BAR - full)
