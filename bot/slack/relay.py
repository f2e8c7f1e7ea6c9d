"""Staff's replies in a conversation's thread, on their way to a phone: preview, send, don't send."""

from bot.slack.calls import Call, Table
from domain.refusals import Reason, Refusal
from services import relays


async def relay(call: Call) -> None:
    """A message in a thread: if the thread is a conversation's, its preview is shown."""
    if call.thread_ts and call.thread_ts != call.ts:
        place = (call.channel, call.thread_ts, call.ts)
        await relays.offer(call.desk, call.actor, *place, call.text)


async def send(call: Call) -> None:
    """The preview's first button."""
    await relays.send(call.desk, call.actor, _number(call))


async def cancel(call: Call) -> None:
    """The preview's second button."""
    await relays.cancel(call.desk, call.actor, _number(call))


def _number(call: Call) -> int:
    if not call.value.isdecimal():
        raise Refusal(Reason.NO_SUCH_RELAY)
    return int(call.value)


TABLE = Table(actions={"relay_send": send, "relay_cancel": cancel}, messages=(relay,))
