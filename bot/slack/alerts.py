"""What staff do with alerts in Slack: take, keep, give back, end, list."""

from collections.abc import Awaitable, Callable

from bot.render import alerts as render
from bot.render.message import Message
from bot.slack.calls import Call, Handler, Table
from domain.access import Actor
from domain.alerts import Alert
from domain.refusals import Reason, Refusal
from services import alerts
from services.desk import Desk

Verb = Callable[[Desk, Actor, int], Awaitable[Alert]]


def _pressed(verb: Verb) -> Handler:
    """A button whose value is the alert's number; the verb itself answers whoever pressed."""

    async def press(call: Call) -> None:
        await verb(call.desk, call.actor, number_of(call.value))

    return press


def number_of(word: str) -> int:
    """The number of an alert that was typed or carried by a button."""
    text = word.strip().lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(Reason.NO_SUCH_ALERT, number=text[:20])
    return int(text)


async def listed(call: Call) -> Message:
    """`/alert list`"""
    found = await alerts.list_alerts(call.desk, call.actor)
    return render.listed(found, call.language, lambda each: _since(call, each))


async def shown(call: Call) -> Message:
    """`/alert show NUMBER`"""
    number = number_of(call.word(0, "alert.usage.show"))
    found = await alerts.show_alert(call.desk, call.actor, number)
    return render.listed([found], call.language, lambda each: _since(call, each))


def _since(call: Call, alert: Alert) -> str:
    return call.desk.policy.hours.wall_time(alert.raised_at)


TABLE = Table(
    commands={"alert": {"list": listed, "show": shown}},
    actions={
        "alert_claim": _pressed(alerts.claim),
        "alert_keep": _pressed(alerts.keep),
        "alert_release": _pressed(alerts.release),
        "alert_close": _pressed(alerts.close),
    },
)
