"""The first half of the play: a 15-year-old is threatened, and the first copy is found at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from practice.altered import CHANGES, copy
from practice.play_acts import (
    OFFICER,
    ON_CALL,
    Hash,
    Report,
    claim,
    confirm_match,
    open_case,
    order,
    register_picture,
    see_sources,
    unclaimed,
)
from practice.scenery import jpeg
from practice.square_visitor import Visitor
from practice.stage import Stage

COPY_SEED = 4242
OTHERS = 20


@dataclass
class ThreatenedMinor:
    """The case of a threatened minor. `hash_file` hashes a picture for a key on the officer's own machine."""

    stage: Stage
    report: Report
    hash_file: Hash
    case: str = ""

    def scenes(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Every step, in its order."""
        return [
            ("intake", self.take_intake),
            ("consents", self.record_consents),
            ("fingerprint", self.register),
            ("keywords", self.set_keywords),
            ("copy found", self.post_copy),
            ("match claimed", self.claim_match),
            ("match confirmed", self.confirm_match),
            *((f"{name} copy found", partial(self.post_altered, name)) for name in CHANGES),
            ("three kinds of source", partial(see_sources, self.stage, self.report, OFFICER)),
        ]

    async def take_intake(self) -> None:
        """Nothing has spread yet; the case is opened in seconds."""
        self.case = await open_case(self.stage, OFFICER, "하늘", "threat", ["minor"], "C0YOUTH")

    async def record_consents(self) -> None:
        """The parts that a minor's case needs before it is swept for."""
        for part in ("personal_data", "fingerprints"):
            await order(self.stage, OFFICER, f"/case consent {self.case} give {part}", self.case)

    async def register(self) -> None:
        """Hashes made on the officer's own machine are registered; the picture stays there."""
        await register_picture(self.stage, OFFICER, self.case, jpeg(COPY_SEED), self.hash_file)

    async def set_keywords(self) -> None:
        """The words that the offender would use."""
        line = f"/keyword set {self.case} 하늘풍경 노을사진"
        await order(self.stage, OFFICER, line, self.case)

    async def post_copy(self) -> None:
        """A copy, re-encoded and resized, among twenty other pictures."""
        async with Visitor(self.stage.practice, "stranger") as visitor:
            for seed in range(OTHERS):
                await visitor.post(f"오늘의 풍경 {seed}", jpeg(seed, (640, 480)))
            await visitor.post("#하늘풍경", jpeg(COPY_SEED, (720, 540), quality=70))
        posted, self.report.posted = await self.stage.now(), OTHERS + 1
        self.report.expected += 1
        alert = await unclaimed(self.stage, self.case)
        rate = await self.stage.rate()
        self.report.posted_to_alert_s = round((float(alert["ts"]) - posted) / rate, 3)

    async def claim_match(self) -> None:
        """The on-call officer takes it, and alone is shown the link."""
        await claim(self.stage, ON_CALL, await unclaimed(self.stage, self.case))

    async def confirm_match(self) -> None:
        """A person decides: 피해촬영물 맞음."""
        await confirm_match(self.stage, ON_CALL)

    async def post_altered(self, name: str) -> None:
        """A stranger posts it once more, altered; that copy is found, too, and taken."""
        async with Visitor(self.stage.practice, "stranger") as visitor:
            await visitor.post("#하늘풍경", copy(name, jpeg(COPY_SEED)))
        self.report.posted += 1
        self.report.expected += 1
        await claim(self.stage, ON_CALL, await unclaimed(self.stage, self.case))
        self.report.altered[name] = True
