"""The sample centre: played part by part, once, and gone on with where it broke off."""

import asyncio
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from practice.play_acts import ALERTS
from practice.sample import NOTICE, parts, play
from practice.sample_cases import CASES, STALKED
from practice.sample_square import OTHERS
from practice.stage import Stage, button_of, text_of
from tests.centre_apart import CentreApart, played
from tests.practice_world import whole_world


async def no_hash(picture: bytes, key: str) -> bytes:
    raise AssertionError("nothing is to be hashed")


async def test_what_was_played_is_remembered_by_the_world(tmp_path: Path) -> None:
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        stage = Stage(http, world.addresses.practice)
        assert (await stage.state())["sample"] == {"is_wanted": True, "done": []}
        await stage.post("/practice/sample", done="roles")
        again = await stage.post("/practice/sample", done="roles")
        assert again == {"ok": True, "done": ["roles"]}
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        state = await Stage(http, world.addresses.practice).state()
        assert state["sample"]["done"] == ["roles"]


@pytest.mark.parametrize("done", ["", 7, None, "x" * 61])
async def test_a_part_without_a_proper_name_is_not_marked(tmp_path: Path, done: object) -> None:
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        stage = Stage(http, world.addresses.practice)
        answer = await stage.post("/practice/sample", done=done)
        assert answer["ok"] is False
        assert (await stage.state())["sample"]["done"] == []


async def test_nothing_is_played_before_a_bot_is_there(tmp_path: Path) -> None:
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        stage = Stage(http, world.addresses.practice)
        told: list[str] = []
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await play(world.addresses.practice, no_hash, told.append)
        assert (told, await stage.slack()) == ([], [])


async def test_a_sample_that_was_played_is_not_played_again(tmp_path: Path) -> None:
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        stage = Stage(http, world.addresses.practice)
        for name, _ in parts(stage, no_hash):
            await stage.post("/practice/sample", done=name)
        await play(world.addresses.practice, no_hash, lambda part: pytest.fail(part))
        assert await stage.slack() == []


def test_every_sample_case_is_marked_as_practice() -> None:
    assert [case.alias for case in CASES if not case.alias.endswith("(연습)")] == []
    assert [case.name for case in CASES if not case.note.startswith("연습 사례.")] == []


@pytest.mark.verify
async def test_a_centre_without_tokens_begins_to_play_its_sample(tmp_path: Path) -> None:
    async with CentreApart(tmp_path) as centre:
        stage = await centre.stage()
        await played(stage, "notice", "roles", "rota")
        texts = [message["text"] for message in await stage.slack(ALERTS)]
    assert texts == [NOTICE]
    assert [line[9:] for line in centre.lines if "U0OFFICER1 is now" in line] == [
        "U0OFFICER1 is now: deletion officer · U0SUPERVISOR\n"
    ]


@pytest.mark.verify
@pytest.mark.timeout(600)
async def test_the_sample_is_whole_and_single_although_the_centre_was_killed(
    tmp_path: Path,
) -> None:
    async with CentreApart(tmp_path) as centre:
        await played(await centre.stage(), "case_stalked")
        centre.kill()
    async with CentreApart(tmp_path) as centre:
        stage = await centre.stage()
        await played(stage, "match_confirmed")
        centre.kill()
    async with CentreApart(tmp_path) as centre:
        stage = await centre.stage()
        await played(stage, "call_back")
        await stage.clock(advance_s=120)
        await played(stage, *(name for name, _ in parts(stage, no_hash)))
        await assert_whole(stage)
    told = [line for line in centre.lines if "practice sample" in line]
    async with CentreApart(tmp_path) as centre:
        await (await centre.stage()).wait("started", lambda: is_ready(centre))
    assert told
    assert [line for line in centre.lines if "practice sample" in line] == []


async def is_ready(centre: CentreApart) -> bool:
    """Whether it has said all that it says at its start."""
    return any("ansim demo --once" in line for line in centre.lines)


async def assert_whole(stage: Stage) -> None:
    """One card for each case, one alert that waits, one that was confirmed, one call that is taken."""
    cards = await stage.slack("C0YOUTH") + await stage.slack("C0DELETION")
    cards += await stage.slack(STALKED.channel)
    found = Counter(case.alias for case in CASES for one in cards if case.alias in one["text"])
    assert {case.alias: found[case.alias] for case in CASES if case is not STALKED} == {
        case.alias: 1 for case in CASES if case is not STALKED
    }
    alerts = [one for one in await stage.slack(ALERTS) if "경보" in one["text"]]
    waiting = [one for one in alerts if button_of(one, "alert_claim") is not None]
    confirmed = [one for one in alerts if "확인: 피해촬영물 맞음" in text_of(one)]
    posts = await stage.timeline()
    assert (len(waiting), len(confirmed), len(posts)) == (1, 1, OTHERS + 2)
