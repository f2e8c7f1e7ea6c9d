"""The sample centre: played once into a practice world as soon as a bot is there, part by part."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection
from functools import partial

import aiohttp

from practice.play_acts import ALERTS, SUPERVISOR, Hash, await_bot, give_roles, set_rota
from practice.sample_cases import CASES, register, take_in
from practice.sample_phones import answer, ask_for_call, enrol
from practice.sample_square import find_and_confirm, go_on_living, leave_waiting, post_scenery
from practice.stage import NotSeen, Stage, text_of

Tell = Callable[[str], None]
Part = tuple[str, Callable[[], Awaitable[None]]]

NOTICE = (
    "여기는 연습 센터입니다. 사람과 사례는 모두 지어낸 것이고, 사진은 그려 낸 풍경입니다."
    " This is a practice centre: people and cases are invented, pictures are drawn scenery."
)
BEGUN = " begun"
_LOOK_S = 0.25  # Gentle: the bot may live in the same process.
_SECOND_TRY_S = 15.0
_AGAIN_S = 3.0


async def play(practice: str, hash_file: Hash, tell: Tell) -> None:
    """Play what is missing of the sample centre; waits for a bot, also when it dies meanwhile.

    `hash_file` turns a picture into a hash file on the officer's own machine; `tell` hears the
    name of each part once it is done.
    """
    async with aiohttp.ClientSession() as http:
        stage = Stage(http, practice, _LOOK_S, _SECOND_TRY_S)
        while True:
            if await _is_played(stage, hash_file, tell):
                return
            await asyncio.sleep(_AGAIN_S)


async def live(practice: str, hash_file: Hash, tell: Tell) -> None:
    """Play the sample centre, then let the town square live; never comes back."""
    await play(practice, hash_file, tell)
    async with aiohttp.ClientSession() as http:
        await go_on_living(Stage(http, practice))


async def _is_played(stage: Stage, hash_file: Hash, tell: Tell) -> bool:
    """Go on with the next part that is missing; false where something stood in the way."""
    try:
        done = (await stage.state())["sample"]["done"]
        for name, part in parts(stage, hash_file):
            if name not in done:
                await await_bot(stage, math.inf)
                await _let_arrive(stage, name, done)
                await part()
                await stage.post("/practice/sample", done=name)
                tell(name)
    except (NotSeen, aiohttp.ClientError, OSError, LookupError):
        return False
    return True


async def _let_arrive(stage: Stage, part: str, done: Collection[str]) -> None:
    """A part that broke off may have been heard all the same: what it asked for gets time to come."""
    mark = f"{part}{BEGUN}"
    if mark in done:
        await asyncio.sleep(_SECOND_TRY_S)
    else:
        await stage.post("/practice/sample", done=mark)


def parts(stage: Stage, hash_file: Hash) -> list[Part]:
    """Everything that is played, in its order; each part may be played again where it broke off."""
    with_material = [case for case in CASES if case.seed is not None]
    return [
        ("notice", partial(_give_notice, stage)),
        ("roles", partial(give_roles, stage)),
        ("rota", partial(set_rota, stage)),
        *((f"case_{case.name}", partial(take_in, stage, case)) for case in CASES),
        ("enrolment", partial(enrol, stage)),
        *((f"material_{c.name}", partial(register, stage, c, hash_file)) for c in with_material),
        ("scenery", partial(post_scenery, stage)),
        ("match_confirmed", partial(find_and_confirm, stage)),
        ("match_waiting", partial(leave_waiting, stage)),
        ("call_back", partial(ask_for_call, stage)),
        ("checkin_answered", partial(answer, stage)),
    ]


async def _give_notice(stage: Stage) -> None:
    """A person says in the alert channel what this is."""
    if not any(NOTICE in text_of(one) for one in await stage.slack(ALERTS)):
        await stage.post("/practice/slack/say", user=SUPERVISOR, channel=ALERTS, text=NOTICE)
