"""Words planted by every door are found in no file that the bot keeps: not before, not after a kill."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.play_acts import MANAGER, OFFICER, order, send_form
from practice.scenery import jpeg
from practice.square_visitor import Visitor
from tests.verify.centre import Centre, centre_at_work
from tests.verify.performance import ROOT

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]

NOTE = "심은메모자두나무 planted-note-quince"
KEYWORD = "심은낱말모과"
WORDS = "심은말씀살구 planted-words-plum"
ANSWER = "심은답장포도 planted-answer-grape"
NUMBER = "010-8765-4321"
HOURS = "심은시간대추"
AUTHOR = "plantedauthor7"
POST = "심은글석류 planted-post-fig"
REAL_NAME = "심은솔"
HANDLE = "planted_handle_8"
CODE_WORDS = ("보리차", "옥수수차")
PEOPLE = ("victim1", "하나", "700000001", "700000005")
# The alias is in the clear: staff make it up, and cases are found by it.
IN_THE_CLEAR = "하늘"
TEXTS = (
    NOTE,
    KEYWORD,
    WORDS,
    ANSWER,
    NUMBER,
    NUMBER.replace("-", ""),
    HOURS,
    AUTHOR,
    POST,
    REAL_NAME,
    HANDLE,
)
PLANTED = (*(word for text in TEXTS for word in text.split()), *CODE_WORDS, *PEOPLE)


async def test_planted_words_are_found_nowhere(tmp_path: Path) -> None:
    async with centre_at_work(tmp_path, LOG_LEVEL="debug") as centre:
        await plant_in_slack(centre)
        await plant_in_telegram(centre)
        await plant_in_the_square(centre)
        assert_nowhere(tmp_path, await backed_up(tmp_path, "before.sqlite"))
        centre.troupe.kill_bot()
        assert_nowhere(tmp_path)
        await centre.until_connected()
        await centre.say("아직 들리나요")
        await centre.in_channel("아직 들리나요")
        assert_nowhere(tmp_path, await backed_up(tmp_path, "after.sqlite"))


async def plant_in_slack(centre: Centre) -> None:
    await centre.minor.take_intake()
    await centre.minor.record_consents()
    await centre.minor.register()
    case = centre.minor.case
    await order(centre.stage, OFFICER, f"/keyword set {case} {KEYWORD}", case)
    await order(centre.stage, OFFICER, f"/case note {case} {NOTE}", case)
    await plant_a_name(centre, case)


async def plant_a_name(centre: Centre, case: str) -> None:
    """By the form, whose answer tells all spellings again."""
    since = await centre.stage.now()

    async def act() -> None:
        await centre.stage.command(OFFICER, f"/keyword add {case}")
        words = {"real_name": REAL_NAME, "handle": HANDLE}
        await send_form(centre.stage, OFFICER, "keyword_add", **words)

    await centre.stage.until_answered(
        "the spellings", act, lambda: centre.stage.told(OFFICER, since, REAL_NAME, HANDLE)
    )


async def plant_in_telegram(centre: Centre) -> None:
    await centre.stalked.take_intake()
    await centre.stalked.enrol()
    await centre.say(WORDS)
    heard = await centre.in_channel(WORDS)
    await centre.reply(heard, ANSWER)
    await centre.on_phone(ANSWER)
    await ask_for_a_call(centre)
    await order(
        centre.stage, MANAGER, f"/case note {centre.stalked.case} {NOTE}", centre.stalked.case
    )


async def ask_for_a_call(centre: Centre) -> None:
    hotline = {"person": "stranger1", "bot": "practice_hotline_bot"}
    await centre.stage.post("/practice/telegram/start", **hotline)
    await centre.on_phone("112", "stranger1")
    await centre.say("/callback", **hotline)
    await centre.on_phone("번호", "stranger1")
    await centre.say(NUMBER, **hotline)
    await centre.stage.wait("asked for hours", lambda: shown(centre, "언제"))
    await centre.say(HOURS, **hotline)
    await centre.stage.wait("asked to confirm", lambda: shown(centre, HOURS))


async def shown(centre: Centre, text: str) -> bool:
    newest = (await centre.stage.phone("stranger1"))[-1]
    return bool(newest["is_from_bot"]) and text in str(newest.get("text"))


async def plant_in_the_square(centre: Centre) -> None:
    async with Visitor(centre.stage.practice, AUTHOR) as visitor:
        await visitor.post(f"#{KEYWORD} {POST}", jpeg(4242, (720, 540), quality=70))
        await visitor.post(f"{REAL_NAME} {POST}", jpeg(4343, (720, 540), quality=70))
    await until_a_lead(centre)
    await centre.stage.in_slack("the alert", lambda one: centre.minor.case in str(one), "C0ALERTS")


async def until_a_lead(centre: Centre) -> None:
    """The post that only names the person was found."""
    since = await centre.stage.now()

    async def act() -> None:
        await centre.stage.command(OFFICER, "/lead list")

    await centre.stage.until_answered(
        "the lead", act, lambda: centre.stage.told(OFFICER, since, centre.minor.case, "#1")
    )


async def backed_up(folder: Path, name: str) -> Path:
    """What `ansim backup` makes of the bot's database while it works."""
    line = [sys.executable, "-m", "bot", "backup", str(folder / name)]
    home = {"ANSIM_HOME": str(folder / "home"), "ANSIM_MODE": "practice", "PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run, line, env=home, cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return folder / name


def assert_nowhere(folder: Path, *more: Path) -> None:
    """No planted word stands in the database, its log, the bot's own log, the keys or a backup."""
    kept = [*(folder / "home").rglob("*"), folder / "bot.log", *more]
    files = [path for path in kept if path.is_file()]
    names = {path.name for path in files}
    assert {"ansim.sqlite", "ansim.sqlite-wal", "bot.log", "house.key"} <= names
    assert [found for path in files for found in in_file(path)] == []
    assert IN_THE_CLEAR.encode() in b"".join(path.read_bytes() for path in files)


def in_file(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    for word in PLANTED:
        escaped = json.dumps(word)[1:-1]
        forms = {word.encode(), escaped.encode(), word.encode("utf-16-le"), word.encode("cp949")}
        if any(form in data for form in forms):
            yield f"{path.name}: {word}"
