"""Slack's side of leads: `/lead …`, and the two answers of whoever took one."""

from collections.abc import Awaitable, Callable

from bot.render import leads as render
from bot.render.message import Message
from bot.slack.alerts import number_of
from bot.slack.calls import Call, Handler, Table
from domain.access import Actor
from domain.leads import Lead
from domain.refusals import Reason, Refusal
from services import lead_reviews, leads
from services.desk import Desk

Verb = Callable[[Desk, Actor, int], Awaitable[Lead]]


async def listed(call: Call) -> Message:
    """`/lead list`"""
    found = await leads.list_leads(call.desk, call.actor)
    return render.listed(call.language, found, call.desk.policy.hours.wall_time)


async def shown(call: Call) -> Message:
    """`/lead show ID`: the link for whoever took it, for nobody else."""
    text = call.word(0, "lead.usage.show").lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(Reason.NO_SUCH_LEAD, number=text[:20])
    view = await leads.show_lead(call.desk, call.actor, int(text))
    return render.shown(call.language, view, call.desk.policy.hours.wall_time)


def _pressed(verb: Verb) -> Handler:
    """A button whose value is the number of the lead's alert."""

    async def press(call: Call) -> None:
        await verb(call.desk, call.actor, number_of(call.value))

    return press


TABLE = Table(
    commands={"lead": {"list": listed, "show": shown}},
    actions={
        "lead_confirm": _pressed(lead_reviews.confirm),
        "lead_dismiss": _pressed(lead_reviews.dismiss),
    },
)
