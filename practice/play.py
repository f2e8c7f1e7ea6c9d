"""The scenario that `ansim demo` plays: a threatened minor, then a stalking victim, by what people do and see."""

import io
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from practice.scenery import scenery
from practice.square_visitor import Visitor
from practice.stage import Json, Stage, button_of, text_of

ALERTS = "C0ALERTS"
ZONE = ZoneInfo("Asia/Seoul")
SUPERVISOR, OFFICER, MANAGER = "U0SUPERVISOR", "U0OFFICER1", "U0MANAGER1"
ON_CALL, SECOND, LEAD = "U0ONCALL1", "U0ONCALL2", "U0SUPERVISOR"
PERSON = "victim1"
COPY_SEED = 4242
OTHERS = 20

Hash = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True)
class Plan:
    """What the demo knows of the policy it runs under: when a check-in counts as missed."""

    missed_after: timedelta


@dataclass
class Report:
    """Steps with their seconds, and what was measured on the way; filled as the play goes."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    posted: int = 0
    expected: int = 0
    posted_to_alert_s: float | None = None
    missed_to_page_s: float | None = None
    sos_to_staff_s: float | None = None


@dataclass
class Play:
    """One performance: the stage, the officer's own machine (`hash_file`), and what is told to whom."""

    stage: Stage
    plan: Plan
    hash_file: Hash
    tell: Callable[[str, float], None]
    report: Report = field(default_factory=Report)
    case: str = ""
    stalked: str = ""

    async def perform(self) -> None:
        """Every step in its order; raises NotSeen at the first that was not seen to happen."""
        for name, scene in self._scenes():
            began = time.monotonic()
            await scene()
            seconds = round(time.monotonic() - began, 3)
            self.report.steps.append({"name": name, "seconds": seconds})
            self.tell(name, seconds)

    def _scenes(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        return [
            ("roles", self.give_roles),
            ("rota", self.set_rota),
            ("intake", self.take_intake),
            ("consents", self.record_consents),
            ("fingerprint", self.register),
            ("keywords", self.set_keywords),
            ("copy found", self.post_copy),
            ("match claimed", self.claim_match),
            ("match confirmed", self.confirm_match),
            ("stalking intake", self.take_stalking_intake),
            ("enrolment", self.enrol),
            ("check-in answered", self.answer_checkin),
            ("check-in missed", self.miss_checkin),
            ("missed claimed", self.claim_missed),
            ("SOS", self.call_for_help),
            ("SOS claimed", self.claim_sos),
        ]

    async def give_roles(self) -> None:
        """The supervisor gives everybody their role."""
        for person in (await self.stage.state())["people"]:
            if person["role"] in ("deletion_officer", "case_manager", "counsellor", "on_call"):
                line = f"/ansim role <@{person['id']}> {person['role']}"
                await self.stage.order(SUPERVISOR, line, person["id"])

    async def set_rota(self) -> None:
        """The supervisor sets the rota for the week."""
        for person, rung in ((ON_CALL, "first"), (SECOND, "second"), (LEAD, "lead")):
            await self.stage.order(SUPERVISOR, f"/oncall set <@{person}> {rung}", person)

    async def take_intake(self) -> None:
        """An officer opens the case of a threatened minor; nothing has spread yet."""
        self.case = await self._open_case(OFFICER, "하늘", "threat", ["minor"], "C0YOUTH")

    async def take_stalking_intake(self) -> None:
        """A case manager opens a stalking case, with the consents that check-ins need."""
        self.stalked = await self._open_case(MANAGER, "바다", "stalking", [], "C0STALKING")
        for part in ("personal_data", "checkins"):
            line = f"/case consent {self.stalked} give {part}"
            await self.stage.order(MANAGER, line, self.stalked)

    async def _open_case(
        self, user: str, alias: str, harm: str, flags: list[str], channel: str
    ) -> str:
        async def act() -> None:
            await self.stage.post("/practice/slack/shortcut", user=user, callback_id="case_new")
            form = await self.stage.form(user, "case_new")
            values = {"alias": alias, "harm": harm, "flags": flags}
            await self.stage.post(
                "/practice/slack/submit", user=user, view_id=form["id"], values=values
            )

        async def answer() -> Json | None:
            cards = [m for m in await self.stage.slack(channel) if alias in text_of(m)]
            return cards[-1] if cards else None

        card = await self.stage.until_answered(f"case {alias}", act, answer)
        return str(card["text"]).split()[1]

    async def record_consents(self) -> None:
        """The parts that a minor's case needs before it is swept for."""
        for part in ("personal_data", "fingerprints"):
            line = f"/case consent {self.case} give {part}"
            await self.stage.order(OFFICER, line, self.case)

    async def register(self) -> None:
        """Hashes made on the officer's own machine are registered; the picture stays there."""
        hashes = await self.hash_file(picture(COPY_SEED))

        async def act() -> None:
            await self.stage.command(OFFICER, f"/fingerprint add {self.case}")
            form = await self.stage.form(OFFICER, "fingerprint_add")
            file = await self.stage.send_file(OFFICER, "prints.json", hashes)
            await self.stage.post(
                "/practice/slack/submit",
                user=OFFICER,
                view_id=form["id"],
                values={"file": {"file": [file]}},
            )

        since = await self.stage.now()

        async def answer() -> Json | None:
            return await self.stage.told(OFFICER, since, self.case, "1")

        await self.stage.until_answered("fingerprint registered", act, answer)

    async def set_keywords(self) -> None:
        """The words that the offender would use."""
        await self.stage.order(OFFICER, f"/keyword set {self.case} 하늘풍경 노을사진", self.case)

    async def post_copy(self) -> None:
        """A copy, re-encoded and resized, among twenty other pictures; found without a person looking."""
        async with Visitor(self.stage.practice, "stranger") as visitor:
            for seed in range(OTHERS // 2):
                await visitor.post(f"오늘의 풍경 {seed}", picture(seed, (640, 480)))
            copy = picture(COPY_SEED, (720, 540), quality=70)
            await visitor.post("이 사람 아는 사람 #하늘풍경", copy)
            posted = time.monotonic()
            self.report.posted, self.report.expected = OTHERS + 1, 1
            for seed in range(OTHERS // 2, OTHERS):
                await visitor.post(f"오늘의 풍경 {seed}", picture(seed, (640, 480)))
        alert = await self._alert(self.case)
        self.report.posted_to_alert_s = round(_age(alert, posted, time.monotonic()), 3)

    async def _alert(self, *words: str, channel: str = ALERTS) -> Json:
        """The newest unclaimed alert with these words."""

        def fits(message: Json) -> bool:
            has_words = all(word in text_of(message) for word in words)
            return has_words and button_of(message, "alert_claim") is not None

        return await self.stage.in_slack(f"alert {words}", fits, channel)

    async def claim_match(self) -> None:
        """The on-call officer presses 제가 맡을게요, and alone is shown the link."""
        await self._claim(ON_CALL, self.case)

    async def _claim(self, user: str, *words: str) -> None:
        alert = await self._alert(*words)
        button = button_of(alert, "alert_claim") or {}

        async def act() -> None:
            await self._press(user, alert, "alert_claim", button["value"])

        async def answer() -> bool:
            now = await self.stage.slack(ALERTS)
            same = next(one for one in now if one["ts"] == alert["ts"])
            return button_of(same, "alert_claim") is None and user in text_of(same)

        await self.stage.until_answered(f"claimed {words}", act, answer)

    async def _press(self, user: str, message: Json, action: str, value: str) -> None:
        await self.stage.post(
            "/practice/slack/press",
            user=user,
            channel=message["channel"],
            ts=message["ts"],
            action_id=action,
            value=value,
        )

    async def confirm_match(self) -> None:
        """피해촬영물 맞음: a person decides."""

        def fits(message: Json) -> bool:
            return button_of(message, "match_confirm") is not None

        review = await self.stage.in_slack("review of the match", fits)
        button = button_of(review, "match_confirm") or {}

        async def act() -> None:
            await self._press(ON_CALL, review, "match_confirm", button["value"])

        async def answer() -> bool:
            return any("피해촬영물 맞음" in text_of(m) for m in await self.stage.slack(ALERTS))

        await self.stage.until_answered("match confirmed", act, answer)

    async def enrol(self) -> None:
        """The victim opens the one-time link and answers the persona's questions."""
        link = await self._invitation()
        bot, _, token = link.removeprefix("https://t.me/").partition("?start=")

        async def start() -> None:
            await self.stage.post(
                "/practice/telegram/start", person=PERSON, payload=token, bot=bot
            )

        async def greeted() -> bool:
            return bool(await self._buttons())

        await self.stage.until_answered("enrolment begun", start, greeted)
        for word in ("korean", "agree", "good", "next", "next", "next", "next"):
            if not await self._step(word):
                break
        await self.stage.in_slack("enrolled", lambda m: _says_enrolled(m, self.stalked))
        await self._plan()

    async def _invitation(self) -> str:
        async def act() -> None:
            await self.stage.command(MANAGER, f"/checkin invite {self.stalked}")
            form = await self.stage.form(MANAGER, "checkin_invite")
            values = {
                "way": "practice_water_bot",
                "opens": "00:00",
                "closes": "23:59",
                "language": "ko",
                "code_word": "보리차",
                "duress_word": "옥수수차",
            }
            await self.stage.post(
                "/practice/slack/submit", user=MANAGER, view_id=form["id"], values=values
            )

        since = await self.stage.now()

        async def answer() -> Json | None:
            return await self.stage.told(MANAGER, since, "https://t.me/")

        told = await self.stage.until_answered("invitation", act, answer)
        words = text_of(told).replace("`", " ").replace("|", " ").replace(">", " ").split()
        return next(
            word.strip("<'\"") for word in words if word.strip("<'\"").startswith("https://t.me/")
        )
