"""`/oncall`: who is on call, and changes to the rota."""

import re
from datetime import datetime

from bot.render import rota as render
from bot.render.message import Message
from bot.slack.calls import Call, Table
from domain.people import Rung, moment_named, rung_named
from domain.refusals import Reason, Refusal
from services import rota

_PERSON = re.compile(r"^@?([UW][A-Z0-9]{2,})$")
_SET = "rota.usage.set"
_SWAP = "rota.usage.swap"


async def show(call: Call) -> Message:
    """`/oncall show`"""
    shown = await rota.show_rota(call.desk, call.actor)
    return render.rota(shown, call.desk.policy.hours, call.language)


async def set_duty(call: Call) -> None:
    """`/oncall set @person [first|second|lead] [from] [to]`"""
    person = mentioned(call.word(0, _SET), _SET)
    rest = list(call.words[1:])
    rung = rung_named(rest.pop(0)) if rest and not rest[0][:1].isdigit() else Rung.ON_CALL
    if len(rest) > 2:
        raise Refusal(Reason.MISSING_WORDS, usage=_SET)
    starts, ends = (_moment(call, rest, place) for place in (0, 1))
    await rota.set_shift(call.desk, call.actor, person, rung, starts, ends)


async def swap(call: Call) -> None:
    """`/oncall swap NUMBER @person`, `/oncall swap NUMBER NUMBER`"""
    shift, other = _number(call.word(0, _SWAP)), call.word(1, _SWAP)
    if _PERSON.match(other):
        await rota.hand_over(call.desk, call.actor, shift, mentioned(other, _SWAP))
    else:
        await rota.swap_shifts(call.desk, call.actor, shift, _number(other))


def mentioned(word: str, usage: str) -> str:
    """The Slack id that a mention became; refuses with the command's usage where there is none."""
    found = _PERSON.match(word)
    if found is None:
        raise Refusal(Reason.MISSING_WORDS, usage=usage)
    return found[1]


def _number(word: str) -> int:
    text = word.lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(Reason.MISSING_WORDS, usage=_SWAP)
    return int(text)


def _moment(call: Call, words: list[str], place: int) -> datetime | None:
    if place >= len(words):
        return None
    desk = call.desk
    return moment_named(words[place], desk.policy.hours.zone, desk.clock.now())


TABLE = Table(commands={"oncall": {"show": show, "set": set_duty, "swap": swap}})
