"""Slack's side of sources: `/sweep …`, the form that adds one, and the buttons of a trial."""

from datetime import timedelta

from bot.render import sources as render
from bot.render.message import Form, Message
from bot.slack.calls import Call, Submission, Table
from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from services import sources, trials


async def now(call: Call) -> None:
    """`/sweep now [SOURCE|CASE]`"""
    await sources.sweep_now(call.desk, call.actor, call.words[0] if call.words else "")


async def status(call: Call) -> Message:
    """`/sweep status`: how each source fares."""
    found = await sources.list_sources(call.desk, call.actor)
    return render.status(call.language, found, call.desk.policy.hours.wall_time)


async def of_sources(call: Call) -> Message | Form | None:
    """`/sweep sources`: where sweeps look; `add`, `pause NAME`, `resume NAME`, `test NAME`,
    `approve NAME GROUND`, `forget NAME`.
    """
    if not call.words:
        return render.listed(call.language, await sources.list_sources(call.desk, call.actor))
    what, name = call.words[0].lower(), " ".join(call.words[1:2])
    if what == "add":
        return render.add_form(call.language, trials.addable())
    if what not in ("pause", "resume", "test", "approve", "forget"):
        raise Refusal(Reason.MISSING_WORDS, usage="source.usage.sources")
    call.word(1, "source.usage.sources")
    match what:
        case "pause" | "resume":
            is_paused = what == "pause"
            await sources.set_paused(call.desk, call.actor, name, is_paused=is_paused)
        case "test":
            await trials.try_source(call.desk, call.actor, name)
        case "approve":
            ground = call.rest(2, "source.usage.approve")
            await sources.approve(call.desk, call.actor, name, ground)
        case _:
            await sources.forget(call.desk, call.actor, name)
    return None


def _proposed(call: Call) -> SourcePolicy:
    """The source that the form describes."""
    values = call.values
    seconds = str(values.get("every") or "60").strip()
    every = timedelta(seconds=int(seconds) if seconds.isdecimal() and len(seconds) < 7 else 0)
    tags = tuple(str(values.get("tags") or "").replace("#", " ").replace(",", " ").split())
    name, url = str(values.get("name", "")).strip(), str(values.get("url", "")).strip()
    return SourcePolicy(name, str(values.get("kind", "")), url, every, tags)


async def _check(call: Call) -> dict[str, Refusal]:
    proposed = _proposed(call)
    wrong = trials.checked(proposed)
    if "name" not in wrong:
        try:
            await trials.refuse_taken(call.desk, call.actor, proposed.name)
        except Refusal as taken:
            wrong["name"] = taken
    return wrong


async def add(call: Call) -> None:
    """The form that adds a source was sent."""
    await trials.add_source(call.desk, call.actor, _proposed(call))


async def start(call: Call) -> None:
    """A source that was tried begins."""
    await sources.set_paused(call.desk, call.actor, call.value, is_paused=False)


async def drop(call: Call) -> None:
    """A source that was tried is forgotten."""
    await sources.forget(call.desk, call.actor, call.value)


TABLE = Table(
    commands={"sweep": {"now": now, "status": status, "sources": of_sources}},
    actions={
        "source_start": start,
        "source_drop": drop,
    },
    forms={"add_source": Submission(_check, add)},
)
