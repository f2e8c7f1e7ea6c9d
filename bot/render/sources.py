"""What staff read about sources: where sweeps look, how each one fares, and what a trial shows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.render import blocks, candidates, sweeps
from bot.render.alerts import pressed
from bot.render.cases import form_of
from bot.render.message import Form, Message
from bot.render.texts import say, told
from domain.breakers import BreakerState
from domain.networks import NETWORKS
from domain.outbox import Draft
from domain.sources import Source

_NOTES_SHOWN = 3  # Why looks gave nothing, the most frequent reasons.
_MINUTES_SHOWN, _HOURS_SHOWN = 120, 48  # Beyond, they are told as hours, and as days.
_SOURCES_SHOWN = 45  # Slack takes fifty blocks.

WallTime = Callable[[datetime], str]


def asked(draft: Draft) -> Message:
    """Nothing is swept, for there is no source."""
    return Message(say(draft.language, "source.none"))


def status(language: str, sources: list[Source], wall_time: WallTime) -> Message:
    """Counters, last success, quota, breaker and trouble of each source."""
    if not sources:
        return Message(say(language, "source.none"))
    title = say(language, "source.status", count=len(sources))
    shown = sources[:_SOURCES_SHOWN]
    lines = [blocks.section(_status(language, source, wall_time)) for source in shown]
    return Message(title, (blocks.section(f"*{title}*"), *lines))


def _status(language: str, source: Source, wall_time: WallTime) -> str:
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
    quota = say(language, "source.quota", left=source.calls_left, calls=source.calls)
    return "\n".join(
        [line, _lag(language, source), quota, *_conditions(language, source, wall_time)]
    )


def _lag(language: str, source: Source) -> str:
    """How far looking is behind: the newest that was looked at, and the oldest that waits."""
    lag = _lasted(language, source.lag, "source.lag_none")
    return say(
        language, "source.lag", lag=lag, waits=_lasted(language, source.waits, "source.waits_none")
    )


def _lasted(language: str, time: timedelta | None, otherwise: str) -> str:
    """A stretch of time in its largest unit."""
    if time is None:
        return say(language, otherwise)
    minutes = int(time / timedelta(minutes=1))
    if minutes < _MINUTES_SHOWN:
        return say(language, "source.minutes", count=minutes)
    hours = minutes // 60
    unit, count = ("hours", hours) if hours < _HOURS_SHOWN else ("days", hours // 24)
    return say(language, f"source.{unit}", count=count)


def _conditions(language: str, source: Source, wall_time: WallTime) -> list[str]:
    """Whatever is out of the ordinary."""
    flags = ("is_paused", "is_shadow", "is_hot", "lacks_approval", "has_gap")
    said = [
        say(language, f"source.{flag}", name=source.name) for flag in flags if getattr(source, flag)
    ]
    if source.glanced:
        said.append(say(language, "source.glanced", count=source.glanced))
    said += _stream(language, source, wall_time)
    if source.breaker is not BreakerState.CLOSED and source.rests_until is not None:
        said.append(say(language, "source.breaker_open", until=wall_time(source.rests_until)))
    if source.trouble is not None:
        what = say(language, f"source.trouble.{source.trouble}", detail=source.trouble_detail)
        said.append(say(language, "source.in_trouble", what=what, failures=source.failures))
    return [*said, *candidates.notes(language, source.notes)[:_NOTES_SHOWN]]


def _stream(language: str, source: Source, wall_time: WallTime) -> list[str]:
    """When its stream was last heard, and why it is silent, apart from its polls."""
    said, stream = [], source.stream
    if source.streamed_at is not None:
        said.append(say(language, "source.streamed", at=wall_time(source.streamed_at)))
    if stream is not None and stream.deaf is not None and stream.deaf_since is not None:
        since = wall_time(stream.deaf_since)
        said.append(say(language, f"source.stream_{stream.deaf}", since=since))
    if stream is not None and stream.trouble is not None:
        what = say(language, f"source.trouble.{stream.trouble}", detail=stream.trouble_detail)
        said.append(say(language, "source.stream_trouble", what=what, failures=stream.failures))
    return said


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
            url=blocks.escaped(source.url),
            tags=" ".join(f"#{tag}" for tag in source.tags) or "-",
            ground=say(language, f"ground.{NETWORKS[source.kind].ground}"),
        )
        for source in sources
    ]
    return Message(title, (blocks.section(f"*{title}*"), blocks.section("\n".join(lines))))


def add_form(language: str, kinds: list[str]) -> Form:
    """The form that adds a source: its name, network, address, pace and tags."""
    options = [blocks.option(say(language, f"network.{kind}"), kind) for kind in kinds]
    words = {name: say(language, f"source.form.{name}") for name in ("name", "url", "every")}
    tags = blocks.text_input("tags", say(language, "source.form.tags"), most=300)
    every = blocks.text_input("every", words["every"], "60", most=6)
    return form_of(
        language,
        "add_source",
        "source.form",
        blocks.text_input("name", words["name"], say(language, "source.form.name_hint"), most=30),
        blocks.menu("kind", say(language, "source.form.kind"), options),
        blocks.text_input("url", words["url"], "https://", most=2000),
        {**every, "optional": True},
        {**tags, "optional": True},
        blocks.context(say(language, "source.form.note")),
    )


def tried(draft: Draft) -> Message:
    """What a source would have brought, and the buttons that let it begin or forget it."""
    facts, language = draft.facts, draft.language
    title = say(language, "source.tried", name=facts["name"], seconds=facts["seconds"])
    if facts.get("refused"):
        until = facts["until"]
        lines = [say(language, f"refusal.{facts['refused']}", name=facts["name"], until=until)]
    elif facts["trouble"]:
        what = say(language, f"source.trouble.{facts['trouble']}", detail=facts["detail"])
        lines = [say(language, "source.tried_trouble", what=what)]
    else:
        counts = {"media": facts["media"], "posts": facts["posts"]}
        lines = [say(language, "source.tried_seen", **counts)]
        lines += [f"• {blocks.escaped(page)}" for page in facts["pages"]]
    made = [blocks.section("\n".join([f"*{title}*", *lines]))]
    buttons = []
    if facts["is_paused"]:
        buttons.append(pressed(language, "source_start", facts["name"], "primary"))
    if facts["is_added"]:
        buttons.append(pressed(language, "source_drop", facts["name"]))
    return Message(title, (*made, *([blocks.actions(buttons)] if buttons else [])))


def rests(draft: Draft) -> Message:
    """A source failed again and again and is left alone for a while."""
    facts, language = draft.facts, draft.language
    what = say(language, f"source.trouble.{facts['trouble']}", detail=facts["detail"])
    failures = facts["failures"]
    return Message(say(language, "source.rests", name=facts["name"], failures=failures, what=what))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "sweep_asked": asked,
    "sweep_progress": sweeps.progress,
    "source_paused": told("source.paused"),
    "source_resumed": told("source.resumed"),
    "source_approved": told("source.approved"),
    "source_forgotten": told("source.forgotten"),
    "source_trial_begun": told("source.trial_begun"),
    "source_tried": tried,
    "source_rests": rests,
    "source_back": told("source.back"),
    "backlog_over": told("source.backlog_over"),
    "stream_back": told("source.stream_back"),
    "morning_line": told("source.morning"),
}
