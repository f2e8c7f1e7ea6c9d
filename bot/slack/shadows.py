"""Slack's side of shadow mode: `/sweep shadow …`, and the buttons that end it."""

from bot.render import shadows as render
from bot.render.message import Message
from bot.slack.calls import Call, Handler, Table
from domain.refusals import Reason, Refusal
from services import shadows, thresholds


async def shadow(call: Call) -> Message | None:
    """`/sweep shadow NAME [begin]`: what would have been; or from now on nobody is paged.

    `/sweep shadow limits`: what the limits on trial would have changed.
    """
    name = call.word(0, "source.usage.shadow")
    if name == "limits":
        return render.limits(call.language, await thresholds.report(call.desk, call.actor))
    if len(call.words) > 1:
        if call.words[1].lower() != "begin":
            raise Refusal(Reason.MISSING_WORDS, usage="source.usage.shadow")
        await shadows.begin(call.desk, call.actor, name)
        return None
    report = await shadows.report(call.desk, call.actor, name)
    return render.shadow(call.language, report, call.desk.policy.hours.wall_time)


def _ended(*, are_told: bool) -> Handler:
    async def end(call: Call) -> None:
        await shadows.end(call.desk, call.actor, call.value, are_told=are_told)

    return end


TABLE = Table(
    commands={"sweep": {"shadow": shadow}},
    actions={
        "shadow_end_told": _ended(are_told=True),
        "shadow_end": _ended(are_told=False),
    },
)
