"""The town square of the sample centre: strangers post scenery, and among it two copies."""

import asyncio
import random

import aiohttp

from practice.play_acts import ALERTS, ON_CALL, claim, confirm_match
from practice.sample_cases import DISTRIBUTED, THREATENED, SampleCase, number_of
from practice.scenery import jpeg_apart
from practice.square_visitor import Visitor
from practice.stage import Stage, button_of, text_of

STRANGERS = ("산책자", "여행자", "연습이웃")
OTHERS = 12
PAUSE_S = (120.0, 180.0)
_SMALL = (640, 480)
_FIRST_SEED = 9_000


async def post_scenery(stage: Stage) -> None:
    """A dozen pictures that are nobody's."""
    known, _ = await _posted(stage)
    async with Visitor(stage.practice, STRANGERS[0]) as visitor:
        for seed in range(OTHERS):
            text = f"오늘의 풍경 {seed + 1} · 연습"
            if text not in known:
                await visitor.post(text, await jpeg_apart(seed, _SMALL, 80))


async def find_and_confirm(stage: Stage) -> None:
    """A copy of the adult's material is found, taken by the on-call officer, and confirmed."""
    number = await _spread(stage, DISTRIBUTED)
    alert = await stage.in_slack("alert", lambda one: number in text_of(one), ALERTS)
    if button_of(alert, "alert_claim") is not None:
        await claim(stage, ON_CALL, alert)
    if "맞음" not in text_of(alert):
        await confirm_match(stage, ON_CALL)


async def leave_waiting(stage: Stage) -> None:
    """A copy of the threatened minor's material is found; nobody has taken that alert yet."""
    number = await _spread(stage, THREATENED)
    await stage.in_slack("alert", lambda one: number in text_of(one), ALERTS)


async def go_on_living(stage: Stage) -> None:
    """Somebody posts a scenery every few minutes, for ever; a square that is down is left alone."""
    seed = _FIRST_SEED
    while True:
        await asyncio.sleep(random.uniform(*PAUSE_S))
        seed = random.randrange(_FIRST_SEED, 2**31)
        try:
            async with Visitor(stage.practice, random.choice(STRANGERS)) as visitor:
                await visitor.post("지나가다 본 풍경 · 연습", await jpeg_apart(seed, _SMALL, 70))
        except (aiohttp.ClientError, TimeoutError):
            continue


async def _spread(stage: Stage, case: SampleCase) -> str:
    """Post a smaller, re-encoded copy of a case's scenery, once; the case's number."""
    tag = case.keywords.split()[0]
    _, tags = await _posted(stage)
    if case.seed is not None and tag not in tags:
        async with Visitor(stage.practice, STRANGERS[1]) as visitor:
            await visitor.post(f"#{tag}", await jpeg_apart(case.seed, (720, 540), 70))
    return await number_of(stage, case)


async def _posted(stage: Stage) -> tuple[str, set[str]]:
    """What is written in the newest posts, and their hashtags."""
    posts = await stage.timeline()
    tags = {tag["name"] for post in posts for tag in post["tags"]}
    return "\n".join(post["content"] for post in posts), tags
