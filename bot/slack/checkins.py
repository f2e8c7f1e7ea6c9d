"""Slack's side of check-ins: `/checkin …` and the invitation's form."""

from bot.render import checkins as render
from bot.render.message import Form, Message
from bot.render.personas import line
from bot.slack.calls import Call, Submission, Table
from domain.checkins import days_from
from domain.conversations import checked_agreement
from domain.refusals import Reason, Refusal
from domain.walltime import time_from
from services import answers, hotline, invites, phones, plans, relays

_REACHED = {"ok": True, "no_answer": False}


async def invite(call: Call) -> Form:
    """`/checkin invite NUMBER`: what is agreed, before any link is made."""
    number = call.word(0, "plan.usage.invite")
    case, bots = await invites.find_bots(call.desk, call.actor, number)
    named = [(bot, _name(call, bot)) for bot in bots]
    return render.invite_form(call.language, case, named)


async def plan(call: Call) -> None:
    """`/checkin plan NUMBER 09:00,21:00 [mon,wed] [zone=Asia/Seoul]`"""
    number = call.word(0, "plan.usage.plan")
    times = [time_from(word) for word in call.word(1, "plan.usage.plan").split(",") if word]
    rest = call.words[2:]
    zone = next((word[5:] for word in rest if word.startswith("zone=")), "")
    days = [day for word in rest if not word.startswith("zone=") for day in word.split(",") if day]
    await plans.plan(call.desk, call.actor, number, times, days_from(days), zone)


async def list_all(call: Call) -> Message:
    """`/checkin list`"""
    return render.listing(call.language, await plans.list_checkins(call.desk, call.actor))


async def log(call: Call) -> None:
    """`/checkin log NUMBER ok|no_answer`"""
    number, word = call.word(0, "plan.usage.log"), call.word(1, "plan.usage.log")
    if word not in _REACHED:
        raise Refusal(Reason.MISSING_WORDS, usage="plan.usage.log")
    await answers.log_call(call.desk, call.actor, number, is_reached=_REACHED[word])


async def pause(call: Call) -> None:
    """`/checkin pause NUMBER HOURS`"""
    number, hours = call.word(0, "plan.usage.pause"), call.word(1, "plan.usage.pause")
    if not hours.isdecimal() or len(hours) > 4:
        raise Refusal(Reason.NOT_A_NUMBER, word=hours[:20])
    await plans.pause(call.desk, call.actor, number, int(hours))


async def stop(call: Call) -> None:
    """`/checkin stop NUMBER`"""
    await plans.stop(call.desk, call.actor, call.word(0, "plan.usage.number"))


async def trust(call: Call) -> None:
    """`/checkin trust NUMBER`: the phone is in the right hands."""
    await relays.trust_phone(call.desk, call.actor, call.word(0, "plan.usage.number"))


async def renew(call: Call) -> None:
    """`/checkin renew NUMBER`: the safe contact holds for another term."""
    await invites.renew_contact(call.desk, call.actor, call.word(0, "plan.usage.number"))


async def callback(call: Call) -> None:
    """`/checkin callback NUMBER [done]`: open a call-back request, or say that the call was made."""
    number = call.word(0, "plan.usage.callback").lstrip("#")
    if not number.isdecimal() or len(number) > 9:
        raise Refusal(Reason.NO_SUCH_CALL_BACK, number=number[:20])
    if "done" in call.words[1:]:
        await hotline.finish_call_back(call.desk, call.actor, int(number))
    else:
        await hotline.open_call_back(call.desk, call.actor, int(number))


async def check_invite(call: Call) -> dict[str, Refusal]:
    """What is wrong with an invitation, under the input that it is about."""
    found = {}
    for name in ("opens", "closes"):
        try:
            time_from(str(call.values[name]))
        except Refusal as refusal:
            found[name] = refusal
    if call.values["way"] != render.TELEPHONE:
        try:
            checked_agreement(str(call.values["code_word"]), str(call.values["duress_word"]))
        except Refusal as refusal:
            found["code_word"] = refusal
    return found


async def submit_invite(call: Call) -> None:
    """The invitation's form was sent."""
    way = str(call.values["way"])
    wish = invites.Wish(
        bot="" if way == render.TELEPHONE else way,
        opens=time_from(str(call.values["opens"])),
        closes=time_from(str(call.values["closes"])),
        zone=call.desk.policy.hours.zone,
        language=str(call.values["language"]),
        code_word=str(call.values.get("code_word") or ""),
        duress_word=str(call.values.get("duress_word") or ""),
    )
    await invites.invite(call.desk, call.actor, call.private, wish)


def _name(call: Call, bot: str) -> str:
    return line(call.language, phones.persona_of(call.desk, bot), "name")


TABLE = Table(
    commands={
        "checkin": {
            "invite": invite,
            "plan": plan,
            "list": list_all,
            "log": log,
            "pause": pause,
            "stop": stop,
            "trust": trust,
            "renew": renew,
            "callback": callback,
        }
    },
    forms={"checkin_invite": Submission(check_invite, submit_invite)},
)
