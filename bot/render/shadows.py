"""What staff read about shadow mode and limits on trial: what would have been."""

from collections.abc import Callable
from datetime import datetime

from bot.render import blocks
from bot.render.alerts import pressed
from bot.render.message import Message
from bot.render.texts import say, told
from domain.outbox import Draft
from services.shadows import ShadowReport
from services.thresholds import ThresholdReport

WallTime = Callable[[datetime], str]


def shadow(language: str, report: ShadowReport, wall_time: WallTime) -> Message:
    """What would have been told of a source in shadow mode, and how to end it."""
    since = wall_time(report.since) if report.since else say(language, "source.never")
    title = say(language, "shadow.title", name=report.name, since=since)
    alerts = ", ".join(f"{severity} {count}" for severity, count in sorted(report.alerts.items()))
    lines = [
        say(language, "shadow.seen", seen=report.seen, fetched=report.fetched),
        say(language, "shadow.alerts", alerts=alerts or "0", cases=len(report.cases)),
        say(language, "shadow.leads", leads=report.leads),
        say(language, "shadow.pages", pages=report.pages, busiest=report.busiest),
    ]
    if report.cases:
        lines.append(say(language, "shadow.cases", cases=", ".join(report.cases)))
    section = blocks.section("\n".join([f"*{title}*", *lines]))
    if report.is_over:
        return Message(title, (section,))
    with_alerts = pressed(language, "shadow_end_told", report.name, "primary")
    without = pressed(language, "shadow_end", report.name)
    rows = blocks.actions([with_alerts]), blocks.actions([without])
    return Message(title, (section, rows[0], blocks.divider(), rows[1]))


def limits(language: str, report: ThresholdReport) -> Message:
    """What limits on trial would have changed."""
    title, none = say(language, "limits.title"), say(language, "limits.none")
    lines = [
        say(language, "limits.change", before=before or none, after=after or none, count=count)
        for (before, after), count in sorted(report.changes.items())
    ]
    pages = say(language, "limits.pages", more=report.more_pages, fewer=report.fewer_pages)
    lines = [pages, *lines] if lines else [say(language, "limits.same")]
    if report.cases:
        lines.append(say(language, "shadow.cases", cases=", ".join(report.cases)))
    return Message(title, (blocks.section("\n".join([f"*{title}*", *lines])),))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "shadow_begun": told("shadow.begun"),
    "shadow_ended": told("shadow.ended"),
}
