"""What staff read about sources: where sweeps look, and how each one fares."""

from collections.abc import Callable
from datetime import datetime

from bot.render import blocks
from bot.render.message import Message
from bot.render.texts import say
from domain.outbox import Draft
from domain.sources import Source


def asked(draft: Draft) -> Message:
    """Which sources are swept now."""
    names = draft.facts["sources"]
    if not names:
        return Message(say(draft.language, "source.none"))
    return Message(say(draft.language, "source.asked", sources=", ".join(names)))


def status(language: str, sources: list[Source], wall_time: Callable[[datetime], str]) -> Message:
    """Counters, last success and trouble of each source."""
    if not sources:
        return Message(say(language, "source.none"))
    title = say(language, "source.status", count=len(sources))
    lines = [blocks.section(_status(language, source, wall_time)) for source in sources]
    return Message(title, (blocks.section(f"*{title}*"), *lines))


def _status(language: str, source: Source, wall_time: Callable[[datetime], str]) -> str:
    last = source.last_success_at
    at = wall_time(last) if last else say(language, "source.never")
    line = say(
        language,
        "source.line",
        name=source.name,
        at=at,
        seen=source.seen,
        fetched=source.fetched,
        matched=source.matched,
        failed=source.failed,
        waiting=source.waiting,
    )
    extra = [say(language, "source.paused")] if source.is_paused else []
    if source.trouble is not None:
        what = say(language, f"source.trouble.{source.trouble}", detail=source.trouble_detail)
        extra.append(say(language, "source.in_trouble", what=what, failures=source.failures))
    return "\n".join([line, *extra])


def listed(language: str, sources: list[Source]) -> Message:
    """Name, kind, address and tags of each source."""
    if not sources:
        return Message(say(language, "source.none"))
    title = say(language, "source.list", count=len(sources))
    lines = [
        say(
            language,
            "source.place",
            name=source.name,
            kind=source.kind,
            url=source.url,
            tags=" ".join(f"#{tag}" for tag in source.tags) or "-",
        )
        for source in sources
    ]
    return Message(title, (blocks.section(f"*{title}*"), blocks.section("\n".join(lines))))


SLACK: dict[str, Callable[[Draft], Message]] = {"sweep_asked": asked}
