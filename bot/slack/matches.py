"""Slack's side of matches: `/match …`, and the buttons of whoever took one."""

from collections.abc import Awaitable, Callable

from bot.render import matches as render
from bot.render.message import Message
from bot.slack.alerts import number_of
from bot.slack.calls import Call, Handler, Table
from domain.access import Actor
from domain.matches import Match
from domain.refusals import Reason, Refusal
from services import matches
from services.desk import Desk

Verb = Callable[[Desk, Actor, int], Awaitable[Match]]


async def listed(call: Call) -> Message:
    """`/match list`"""
    found = await matches.list_matches(call.desk, call.actor)
    return render.listed(call.language, found, call.desk.policy.hours.wall_time)


async def shown(call: Call) -> Message:
    """`/match show ID`: the link for whoever took it, for nobody else."""
    word = call.word(0, "match.usage.show").lstrip("#")
    if not word.isdecimal() or len(word) > 9:
        raise Refusal(Reason.NO_SUCH_MATCH, number=word[:20])
    view = await matches.show_match(call.desk, call.actor, int(word))
    return render.shown(call.language, view, call.desk.policy.hours.wall_time)


def _pressed(verb: Verb) -> Handler:
    """A button whose value is the alert's number; the verb itself answers."""

    async def press(call: Call) -> None:
        await verb(call.desk, call.actor, number_of(call.value))

    return press


TABLE = Table(
    commands={"match": {"list": listed, "show": shown}},
    actions={
        "match_confirm": _pressed(matches.confirm),
        "match_dismiss": _pressed(matches.dismiss),
        "match_second_look": _pressed(matches.ask_second_look),
    },
)
