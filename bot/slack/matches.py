"""Slack's side of matches: `/match …`, and the buttons of whoever took one."""

from collections.abc import Awaitable, Callable

from bot.render import matches as render
from bot.render.message import Message
from bot.slack.alerts import number_of
from bot.slack.calls import Call, Handler, Table
from bot.slack.fingerprints import number_of as number_of_fingerprint
from domain.access import Actor
from domain.matches import Match, MatchEvent, match_of
from domain.refusals import Reason, Refusal
from services import matches, reviews
from services.desk import Desk

Verb = Callable[[Desk, Actor, int], Awaitable[Match]]


async def listed(call: Call) -> Message:
    """`/match list`, or `/match list ID`: those of one fingerprint"""
    of_one = number_of_fingerprint(call.words[0]) if call.words else 0
    found = await matches.list_matches(call.desk, call.actor, of_one)
    return render.listed(call.language, found, call.desk.policy.hours.wall_time)


async def shown(call: Call) -> Message:
    """`/match show ID`: the link for whoever took it, for nobody else."""
    number = _number_of(call.word(0, "match.usage.show"))
    view = await matches.show_match(call.desk, call.actor, number)
    return render.shown(call.language, view, call.desk.policy.hours.wall_time)


async def reopen(call: Call) -> None:
    """`/match reopen ID`: a false alarm is taken back."""
    number = _number_of(call.word(0, "match.usage.reopen"))
    await reviews.take_back(call.desk, call.actor, number)


def _number_of(word: str) -> int:
    text = word.lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(Reason.NO_SUCH_MATCH, number=text[:20])
    return int(text)


def _pressed(verb: Verb, event: MatchEvent) -> Handler:
    """A button whose value is the alert's number, or names a match that a flood held back."""

    async def press(call: Call) -> None:
        held = match_of(call.value)
        if held:
            await reviews.decide_held(call.desk, call.actor, held, event)
        else:
            await verb(call.desk, call.actor, number_of(call.value))

    return press


TABLE = Table(
    commands={"match": {"list": listed, "reopen": reopen, "show": shown}},
    actions={
        "match_confirm": _pressed(reviews.confirm, MatchEvent.CONFIRM),
        "match_dismiss": _pressed(reviews.dismiss, MatchEvent.DISMISS),
        "match_second_look": _pressed(reviews.ask_second_look, MatchEvent.ASK_SECOND_LOOK),
    },
)
