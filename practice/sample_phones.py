"""The phones of the sample centre: one check-in answered, and one call asked for."""

from datetime import UTC, datetime, timedelta

from practice.play_acts import ALERTS, MANAGER, Report, claim, order
from practice.play_stalked import PERSON, ZONE, StalkedVictim, datas_of
from practice.sample_cases import COUNSELLOR, STALKED, number_of
from practice.stage import Json, Stage, button_of, text_of

CALLER, HOTLINE = "stranger1", "practice_hotline_bot"
_SOON = timedelta(minutes=2)
_LONGEST_WAIT_S = 300.0
_CALL_WANTED = "전화 요청"


async def enrol(stage: Stage) -> None:
    """The stalking victim's phone is enrolled by the one-time link, and a daily check-in planned."""
    victim = await _victim(stage)
    if not await victim.is_enrolled():
        await victim.enrol()
    now = datetime.fromtimestamp(await stage.now(), UTC).astimezone(ZONE)
    time = (now + _SOON).strftime("%H:%M")
    await order(stage, MANAGER, f"/checkin plan {victim.case} {time}", victim.case)


async def answer(stage: Stage) -> None:
    """The first check-in is asked within minutes, and answered."""
    victim = await _victim(stage)

    async def asked() -> Json | None:
        return await victim.newest_with("a:")

    question = await stage.wait("check-in asked", asked, _LONGEST_WAIT_S)

    async def act() -> None:
        await victim.press(question, datas_of(question)[0])

    async def answered() -> bool:
        newest = (await stage.phone(PERSON))[-1]
        return bool(newest["message_id"] > question["message_id"])

    await stage.until_answered("check-in answered", act, answered)


async def ask_for_call(stage: Stage) -> None:
    """Somebody asks the public bot to be called back; a counsellor takes it."""
    if await _call_alert(stage) is None:
        await _ask(stage)
    alert = dict(await stage.wait("call-back alert", lambda: _call_alert(stage)))
    if button_of(alert, "alert_claim") is not None:
        await claim(stage, COUNSELLOR, alert)


async def _ask(stage: Stage) -> None:
    """The dialogue: start, please call, a number that nobody has, when, yes."""
    await _said(stage, "start", "p:numbers", payload="")
    await _pressed(stage, "c:ask", "c:cancel")
    await _said(stage, "say", "c:cancel", text="010-0000-0000")
    await _said(stage, "say", "c:confirm", text="평일 오후 2시–4시 (연습)")
    await _pressed(stage, "c:confirm", "p:start")


async def _said(stage: Stage, how: str, shows: str, **body: str) -> None:
    """Write to the bot, and see an answer with this button."""
    before = await _newest_id(stage)

    async def act() -> None:
        await stage.post(f"/practice/telegram/{how}", person=CALLER, bot=HOTLINE, **body)

    await stage.until_answered(how, act, lambda: _shown(stage, before, shows))


async def _pressed(stage: Stage, data: str, shows: str) -> None:
    """Press the newest button of this kind, and see an answer with the other."""
    before = await _newest_id(stage)
    message = dict(await stage.wait(data, lambda: _shown(stage, 0, data)))

    async def act() -> None:
        body = {"person": CALLER, "message_id": message["message_id"], "data": data}
        await stage.post("/practice/telegram/press", **body)

    await stage.until_answered(data, act, lambda: _shown(stage, before, shows))


async def _shown(stage: Stage, after: int, data: str) -> Json | None:
    """The newest message after this one that has such a button."""
    for message in reversed(await stage.phone(CALLER)):
        if message["message_id"] > after and data in datas_of(message):
            return message
    return None


async def _newest_id(stage: Stage) -> int:
    return max((one["message_id"] for one in await stage.phone(CALLER)), default=0)


async def _call_alert(stage: Stage) -> Json | None:
    found = [one for one in await stage.slack(ALERTS) if _CALL_WANTED in text_of(one)]
    return found[-1] if found else None


async def _victim(stage: Stage) -> StalkedVictim:
    number = await number_of(stage, STALKED)
    return StalkedVictim(stage, Report(), timedelta(0), case=number)
