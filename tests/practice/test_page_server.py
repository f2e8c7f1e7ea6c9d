"""The page's server side: who may open it, what it serves, the feed, and stories as data."""

import json
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from matching.hashing import hash_picture
from practice.page.files import stories
from practice.page.pictures import HASHES, SEEDS, jpeg
from practice.world import World
from tests.architecture.tree import ROOT
from tests.practice_world import whole_world

STATIC = ROOT / "practice" / "page" / "static"
WHERE = {"slack", "phone", "square"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with whole_world(tmp_path / "world") as made:
        yield made


@pytest.fixture
async def http(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(world.addresses.practice) as session:
        yield session


async def test_the_page_lets_a_browser_load_nothing_from_elsewhere(
    http: aiohttp.ClientSession,
) -> None:
    async with http.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize("path", ["/", "/practice/live", "/practice/page/static/js/main.js"])
async def test_another_sites_page_is_refused(http: aiohttp.ClientSession, path: str) -> None:
    for header in ({"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example"}):
        async with http.get(path, headers=header) as answer:
            assert answer.status == 403


async def test_only_the_pages_own_files_are_served(http: aiohttp.ClientSession) -> None:
    for path in ("%2e%2e/__init__.py", "../files.py", "js/none.js"):
        async with http.get(f"/practice/page/static/{path}") as answer:
            assert answer.status == 404


async def test_an_open_page_is_told_what_changed(http: aiohttp.ClientSession, world: World) -> None:
    async with http.ws_connect("/practice/live") as line:
        first = await line.receive_json()
        body = {"user": "U0SUPERVISOR", "channel": "C0GENERAL", "text": "안녕하세요"}
        await http.post("/practice/slack/say", json=body)
        told = await _until(line, "message")
        await http.post("/practice/clock", json={"rate": 10})
        clock = await _until(line, "clock")
    assert first[0]["what"] == "clock"
    assert (told["channel"], told["by"], told["is_new"]) == ("C0GENERAL", "U0SUPERVISOR", True)
    assert clock["rate"] == 10


async def _until(line: aiohttp.ClientWebSocketResponse, what: str) -> dict[str, Any]:
    while True:
        for hint in await line.receive_json():
            if hint["what"] == what:
                return dict(hint)


async def test_messages_come_in_pages(http: aiohttp.ClientSession) -> None:
    for number in range(5):
        body = {"user": "U0SUPERVISOR", "channel": "C0GENERAL", "text": str(number)}
        await http.post("/practice/slack/say", json=body)
    newest = await _messages(http, limit="2")
    older = await _messages(http, limit="2", before=newest[0]["ts"])
    assert [one["text"] for one in newest] == ["3", "4"]
    assert [one["text"] for one in older] == ["1", "2"]


async def _messages(http: aiohttp.ClientSession, **query: str) -> list[dict[str, Any]]:
    given = {"channel": "C0GENERAL", **query}
    async with http.get("/practice/slack/messages", params=given) as answer:
        return list((await answer.json())["messages"])


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"before": "then"}])
async def test_a_page_that_makes_no_sense_is_refused(
    http: aiohttp.ClientSession, query: dict[str, str]
) -> None:
    async with http.get("/practice/slack/messages", params=query) as answer:
        assert answer.status == 400


async def test_a_file_is_handed_to_a_person_as_a_download(http: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData({"user": "U0SUPERVISOR", "channel": "C0GENERAL"})
    form.add_field("file", b"words", filename="기록.txt")
    async with http.post("/practice/slack/upload", data=form) as answer:
        number = (await answer.json())["file_id"]
    async with http.get(f"/practice/slack/file/{number}") as answer:
        assert await answer.read() == b"words"
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_the_pictures_are_scenery_with_their_hash_files(
    http: aiohttp.ClientSession,
) -> None:
    async with http.get("/practice/page/pictures") as answer:
        assert (await answer.json())["pictures"] == list(SEEDS)
    async with http.get("/practice/page/pictures/hills.jpg") as answer:
        with Image.open(BytesIO(await answer.read())) as picture:
            assert picture.size == (1280, 960)
    async with http.get("/practice/page/pictures/nobody.jpg") as answer:
        assert answer.status == 400


def test_the_hash_files_are_those_of_the_pictures() -> None:
    for name in SEEDS:
        kept = json.loads((HASHES / f"{name}.json").read_text(encoding="utf-8"))["items"][0]
        assert kept["pdq"] == hash_picture(jpeg(name)).pdq.hex


def test_the_practice_slack_offers_what_the_manifest_tells() -> None:
    told = (ROOT / "docs" / "slack-manifest.json").read_text(encoding="utf-8")
    assert (ROOT / "practice" / "slack" / "manifest.json").read_text(encoding="utf-8") == told


def test_both_languages_say_the_same_things() -> None:
    words = {name: _words(name) for name in ("ko", "en")}
    assert words["ko"].keys() == words["en"].keys()
    for key, text in words["ko"].items():
        assert text.count("{") == words["en"][key].count("{"), key


def _words(language: str) -> dict[str, str]:
    path = STATIC / "words" / f"{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_every_story_says_everything_in_both_languages() -> None:
    for where, pair in _texts(stories()):
        assert set(pair) == {"ko", "en"}, where
        assert all(text.strip() for text in pair.values()), where


def _texts(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from _texts(one, f"{where}/{at}")
    elif isinstance(value, dict) and "ko" in value:
        yield where, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, f"{where}/{name}")


def test_every_step_waits_for_something_that_can_be_seen() -> None:
    for story in stories():
        names = [step["id"] for step in story["steps"]]
        assert len(set(names)) == len(names)
        for at, step in enumerate(story["steps"]):
            assert step["see"]["where"] in WHERE
            assert step.get("after", names[0]) in names[: max(at, 1)]
            assert ("within_s" in step) == ("well" in step) == ("slow" in step)


def test_every_story_is_listed_in_the_docs() -> None:
    page = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")
    assert [story["id"] for story in stories() if story["id"] not in page] == []


def test_nothing_on_the_page_reads_data_as_markup() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    found = [
        f"{path.name}: {word}"
        for path in sorted(STATIC.rglob("*.js"))
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
