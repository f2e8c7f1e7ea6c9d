"""The second half of the play: a stalking victim enrols, answers, falls silent, and calls for help."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from practice.play_acts import (
    MANAGER,
    ON_CALL,
    Report,
    claim,
    open_case,
    order,
    send_form,
    unclaimed,
)
from practice.stage import Json, Stage, text_of

ZONE = ZoneInfo("Asia/Seoul")
PERSON, BOT = "victim1", "practice_water_bot"
LONG_BEFORE = timedelta(seconds=4)
MOST_STEPS = 12


@dataclass
class StalkedVictim:
    """A stalking case, from the intake to an SOS. `missed_after` is what the policy in force says."""

    stage: Stage
    report: Report
    missed_after: timedelta
    case: str = ""
    asked: int = 0
    due: float = 0.0

    def scenes(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Every step, in its order."""
        return [
            ("stalking intake", self.take_intake),
            ("enrolment", self.enrol),
            ("check-ins planned", self.plan),
            ("check-in answered", self.answer),
            ("check-in missed", self.miss),
            ("missed claimed", self.claim_missed),
            ("SOS", self.call_for_help),
            ("SOS claimed", self.claim_sos),
        ]

    async def take_intake(self) -> None:
        """The case, with the consents that check-ins need."""
        self.case = await open_case(self.stage, MANAGER, "바다", "stalking", [], "C0STALKING")
        for part in ("personal_data", "checkins"):
            await order(self.stage, MANAGER, f"/case consent {self.case} give {part}", self.case)

    async def enrol(self) -> None:
        """The victim opens the one-time link and answers the persona's questions."""
        token = (await self._invitation()).partition("?start=")[2]

        async def start() -> None:
            body = {"person": PERSON, "bot": BOT, "payload": token}
            await self.stage.post("/practice/telegram/start", **body)

        async def greeted() -> bool:
            return bool(await self.newest_with("s:"))

        await self.stage.until_answered("enrolment begun", start, greeted)
        for _ in range(MOST_STEPS):
            if await self.is_enrolled():
                return
            await self._take_step()

    async def _invitation(self) -> str:
        """The link that staff are given, as they would hand it over."""
        since = await self.stage.now()

        async def act() -> None:
            await self.stage.command(MANAGER, f"/checkin invite {self.case}")
            agreed = {"way": BOT, "opens": "00:00", "closes": "23:59", "language": "ko"}
            words = {"code_word": "보리차", "duress_word": "옥수수차"}
            await send_form(self.stage, MANAGER, "checkin_invite", **agreed, **words)

        async def answer() -> Json | None:
            return await self.stage.told(MANAGER, since, "https://t.me/")

        told = await self.stage.until_answered("invitation", act, answer)
        after = text_of(told).partition("https://t.me/")[2]
        end = next(
            n for n, letter in enumerate(after) if not (letter.isalnum() or letter in "_-?=")
        )
        return f"https://t.me/{after[:end]}"

    async def _take_step(self) -> None:
        """Press the first button of the question on the phone."""
        question = await self.newest_with("s:")
        if question is None:
            return
        data = datas_of(question)[0]

        async def act() -> None:
            await self.press(question, data)

        async def answer() -> bool:
            newest = await self.newest_with("s:")
            moved = newest is not None and newest["message_id"] != question["message_id"]
            return moved or await self.is_enrolled()

        await self.stage.until_answered(f"step {data}", act, answer)

    async def is_enrolled(self) -> bool:
        told = await self.stage.slack("C0STALKING")
        return any("등록을 마쳤습니다" in text_of(one) for one in told)

    async def plan(self) -> None:
        """Two check-ins a few minutes from now, on her own wall clock."""
        now = datetime.fromtimestamp(await self.stage.now(), UTC).astimezone(ZONE)
        soon = now.replace(second=0, microsecond=0)
        times = [(soon + timedelta(minutes=after)).strftime("%H:%M") for after in (3, 30)]
        line = f"/checkin plan {self.case} {','.join(times)}"
        await order(self.stage, MANAGER, line, self.case)

    async def answer(self) -> None:
        """The first is asked and answered with the persona's own word."""
        question = await self._asked(timedelta(minutes=4))
        data = datas_of(question)[0]

        async def act() -> None:
            await self.press(question, data)

        async def answered() -> bool:
            newest = (await self.stage.phone(PERSON))[-1]
            return bool(newest["message_id"] > question["message_id"])

        await self.stage.until_answered("check-in answered", act, answered)

    async def _asked(self, by: timedelta) -> Json:
        """The next question on the phone, with the clock moved on to it."""
        await self.stage.clock(advance_s=by.total_seconds())
        self.due = await self.stage.now()

        async def look() -> Json | None:
            found = await self.newest_with("a:")
            is_new = found is not None and found["message_id"] > self.asked
            return found if is_new else None

        question = dict(await self.stage.wait("check-in asked", look))
        self.asked = int(question["message_id"])
        return question

    async def miss(self) -> None:
        """The second is not answered: a reminder, then staff are paged."""
        question = await self._asked(timedelta(minutes=27))
        self.report.expected += 1
        missed = self.due + self.missed_after.total_seconds()
        reminded = await self.stage.on_phone(
            PERSON, "reminder", lambda one: one["message_id"] > question["message_id"]
        )
        if not reminded:
            return
        alert = await unclaimed(self.stage, self.case)
        rate = await self.stage.rate()
        self.report.missed_to_page_s = round((float(alert["ts"]) - missed) / rate, 3)

    async def claim_missed(self) -> None:
        """The on-call officer takes it."""
        await claim(self.stage, ON_CALL, await unclaimed(self.stage, self.case))

    async def call_for_help(self) -> None:
        """Words of distress at any time: stored, passed on, and only then answered."""
        self.report.expected += 1
        said = await self.stage.now()

        async def act() -> None:
            await self.stage.post(
                "/practice/telegram/say", person=PERSON, bot=BOT, text="도와주세요"
            )

        async def answer() -> Json | None:
            newest = [one for one in await self.stage.phone(PERSON) if "112" in str(one)]
            return newest[-1] if newest else None

        await self.stage.until_answered("SOS answered", act, answer)
        alert = await unclaimed(self.stage, self.case)
        rate = await self.stage.rate()
        self.report.sos_to_staff_s = round((float(alert["ts"]) - said) / rate, 3)

    async def claim_sos(self) -> None:
        """A human takes it, and she hears that."""
        before = (await self.stage.phone(PERSON))[-1]["message_id"]
        await claim(self.stage, ON_CALL, await unclaimed(self.stage, self.case))
        await self.stage.on_phone(PERSON, "told", lambda one: one["message_id"] > before)

    async def press(self, question: Json, data: str) -> None:
        body = {"person": PERSON, "message_id": question["message_id"], "data": data}
        await self.stage.post("/practice/telegram/press", **body)

    async def newest_with(self, prefix: str) -> Json | None:
        """The newest question on the phone whose first button's data begins like this."""
        for message in reversed(await self.stage.phone(PERSON)):
            datas = datas_of(message)
            if datas and datas[0].startswith(prefix) and not message.get("deleted"):
                return message
        return None


def datas_of(message: Json) -> list[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]
