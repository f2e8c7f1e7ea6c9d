"""The cases of the sample centre: invented, under aliases, and each marked as practice."""

from dataclasses import dataclass

from practice.play_acts import (
    MANAGER,
    OFFICER,
    Hash,
    open_case,
    order,
    register_picture,
)
from practice.scenery import jpeg_apart
from practice.stage import Stage, text_of

OFFICER2, MANAGER2, COUNSELLOR = "U0OFFICER2", "U0MANAGER2", "U0COUNSEL1"
MARK = "(연습)"


@dataclass(frozen=True)
class SampleCase:
    """What is told of one case; `seed` is the scenery that stands for its material."""

    name: str
    alias: str
    user: str
    second: str
    channel: str
    harm: str
    flags: tuple[str, ...]
    consents: tuple[str, ...]
    note: str
    seed: int | None = None
    keywords: str = ""


THREATENED = SampleCase(
    "threatened",
    f"하늘 {MARK}",
    OFFICER,
    COUNSELLOR,
    "C0YOUTH",
    "threat",
    ("minor",),
    ("personal_data", "fingerprints"),
    "연습 사례. 메신저에서 유포하겠다는 말을 들음. 확인된 게시물 없음. 보호자와 함께 상담 예약함.",
    seed=5101,
    keywords="하늘연습 노을연습",
)
DISTRIBUTED = SampleCase(
    "distributed",
    f"보리 {MARK}",
    OFFICER,
    OFFICER2,
    "C0DELETION",
    "distribution",
    (),
    ("personal_data", "deletion_support", "fingerprints"),
    "연습 사례. 본인이 링크 두 개를 알려 줌. 삭제지원과 모니터링을 원함. 연락은 평일 오후.",
    seed=5102,
    keywords="보리연습",
)
STALKED = SampleCase(
    "stalked",
    f"바다 {MARK}",
    MANAGER,
    COUNSELLOR,
    "C0STALKING",
    "stalking",
    (),
    ("personal_data", "checkins"),
    "연습 사례. 위험 평가: 주의. 두 주에 한 번 다시 평가. 하루 한 번 안부확인을 함께 정함.",
)
AFRAID = SampleCase(
    "afraid",
    f"솔잎 {MARK}",
    OFFICER2,
    COUNSELLOR,
    "C0DELETION",
    "fear",
    (),
    ("personal_data",),
    "연습 사례. 퍼졌을지 걱정됨. 어디까지 도울 수 있는지 설명함. 다음 상담에서 모니터링을 정함.",
)
FAKED = SampleCase(
    "faked",
    f"구름 {MARK}",
    OFFICER2,
    OFFICER,
    "C0DELETION",
    "faked",
    (),
    ("personal_data", "deletion_support", "fingerprints"),
    "연습 사례. 합성으로 보이는 이미지 하나. 경찰 접수번호는 다음 상담에서 확인.",
    seed=5103,
    keywords="구름연습",
)
YOUNG = SampleCase(
    "young",
    f"새싹 {MARK}",
    COUNSELLOR,
    MANAGER2,
    "C0YOUTH",
    "bullying",
    ("minor",),
    ("personal_data",),
    "연습 사례. 학교 상담교사가 연결함. 보호자에게 알리는 방법을 본인과 먼저 정하기로 함.",
)
CASES = (THREATENED, DISTRIBUTED, STALKED, AFRAID, FAKED, YOUNG)


async def number_of(stage: Stage, case: SampleCase) -> str:
    """The number on the case's card; empty where it hasn't been opened."""
    cards = [one for one in await stage.slack(case.channel) if case.alias in text_of(one)]
    return str(cards[0]["text"]).split()[1] if cards else ""


async def take_in(stage: Stage, case: SampleCase) -> None:
    """Intake, consents, a second person and a note."""
    number = await number_of(stage, case)
    if not number:
        flags = list(case.flags)
        number = await open_case(stage, case.user, case.alias, case.harm, flags, case.channel)
    for part in case.consents:
        await order(stage, case.user, f"/case consent {number} give {part}", number)
    await order(stage, case.user, f"/case assign {number} <@{case.second}> second", number)
    await order(stage, case.user, f"/case note {number} {case.note}", number)


async def register(stage: Stage, case: SampleCase, hash_file: Hash) -> None:
    """Its hash file, made on the officer's own machine, and the words to look for."""
    number = await number_of(stage, case)
    if case.seed is None or not number:
        return
    await register_picture(stage, case.user, number, await jpeg_apart(case.seed), hash_file)
    await order(stage, case.user, f"/keyword set {number} {case.keywords}", number)
