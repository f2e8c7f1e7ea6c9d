"""Slack's side of sources: `/sweep …`."""

from bot.render import sources as render
from bot.render.message import Message
from bot.slack.calls import Call, Table
from services import sources


async def now(call: Call) -> None:
    """`/sweep now [SOURCE]`"""
    await sources.sweep_now(call.desk, call.actor, call.words[0] if call.words else "")


async def status(call: Call) -> Message:
    """`/sweep status`: how each source fares."""
    found = await sources.list_sources(call.desk, call.actor)
    return render.status(call.language, found, call.desk.policy.hours.wall_time)


async def listed(call: Call) -> Message:
    """`/sweep sources`: where sweeps look."""
    return render.listed(call.language, await sources.list_sources(call.desk, call.actor))


TABLE = Table(commands={"sweep": {"now": now, "status": status, "sources": listed}})
