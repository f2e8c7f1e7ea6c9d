"""The controls: state, clock, log, who may use them, and a world that comes back."""

import asyncio
import json
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from practice.server import serve
from practice.world import World
from tests.practice.town import Town, a_town, picture

_PATIENCE_S = 20


async def test_the_state_tells_who_there_is_and_where(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        town.world.is_socket_open = lambda: True
        status, state = await town.call("GET", "/practice/state")
    assert (status, state["ok"], state["is_connected"]) == (200, True, True)
    first = {"id": "U0SUPERVISOR", "name": "한지원", "role": "supervisor"}
    assert {name: state["people"][0][name] for name in first} == first
    assert state["addresses"]["slack_api"] == f"{town.address}/slack/api/"
    assert [phone["id"] for phone in state["phones"]][:2] == ["victim1", "victim2"]
    assert {"C0ALERTS", "C0YOUTH"} <= {channel["id"] for channel in state["channels"]}
    assert "practice_hotline_bot" in {bot["username"] for bot in state["bots"]}
    assert state["clock"]["rate"] == 1.0


async def test_the_clock_jumps_and_runs_fast(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        before = town.world.clock.now()
        _, jumped = await town.call("POST", "/practice/clock", json={"advance_s": 3600})
        _, fast = await town.call("POST", "/practice/clock", json={"rate": 60})
    assert datetime.fromisoformat(jumped["clock"]["now"]) - before >= timedelta(hours=1)
    assert (fast["clock"]["rate"], fast["clock"]["version"]) == (60.0, 2)


async def test_who_waits_for_the_clock_is_told_of_a_change(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        waiting = asyncio.create_task(town.call("GET", "/practice/clock?after=0&wait=30"))
        await _until_called(waiting)
        await town.call("POST", "/practice/clock", json={"advance_s": 1})
        _, told = await asyncio.wait_for(waiting, _PATIENCE_S)
        _, at_once = await town.call("GET", "/practice/clock?after=0&wait=30")
        _, in_vain = await town.call("GET", "/practice/clock?after=1&wait=0.05")
    versions = [answer["clock"]["version"] for answer in (told, at_once, in_vain)]
    assert versions == [1, 1, 1]


async def _until_called(task: asyncio.Task[Any]) -> None:
    done, _ = await asyncio.wait([task], timeout=0.2)
    assert not done


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Say either rate or advance_s."),
        ({"rate": 0.01}, "rate is not a number from 0.1 to 10000."),
        ({"rate": 10_001}, "rate is not a number from 0.1 to 10000."),
        ({"rate": True}, "rate is not a number from 0.1 to 10000."),
        ({"rate": "nan"}, "rate is not a number from 0.1 to 10000."),
        ({"advance_s": -1}, "advance_s is not a number from 0 to 316224000."),
        ([], "The body is not a JSON object."),
    ],
)
async def test_a_clock_that_cannot_be_is_refused(
    tmp_path: Path, body: object, sentence: str
) -> None:
    async with a_town(tmp_path) as town:
        answer = await town.call("POST", "/practice/clock", json=body)
    assert answer == (400, {"ok": False, "error": sentence})


def test_the_clock_goes_on_at_its_rate_after_a_kill(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.clock.advance(86_400)
    world.clock.set_rate(1000)
    last = world.clock.now()
    again = World(tmp_path)
    assert again.clock.now() >= last
    assert (again.clock.rate, again.clock.version) == (1000.0, 2)


async def test_the_log_holds_sizes_and_never_contents(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await town.get("/api/v1/timelines/tag/secretword?limit=5")
        await town.call("POST", "/api/v1/apps", data={"client_name": "secretword"})
        _, log = await town.call("GET", "/practice/log")
        _, later = await town.call("GET", f"/practice/log?since={log['calls'][0]['number']}")
    calls = [(call["server"], call["method"], call["sizes"]) for call in log["calls"]]
    assert calls == [
        ("square", "GET /api/v1/timelines/tag/{tag}", {"limit": 1}),
        ("square", "POST /api/v1/apps", {"client_name": 10}),
    ]
    assert later["calls"] == log["calls"][1:]
    assert "secretword" not in json.dumps(log)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_other_sites_may_not_use_the_controls(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with a_town(tmp_path) as town:
        status, answer = await town.call("GET", "/practice/state", headers=headers)
        own = {"Origin": town.address}
        allowed, _ = await town.call("GET", "/practice/state", headers=own)
        public, _, _ = await town.get("/gallery", headers=headers)
    assert (status, answer["ok"], allowed, public) == (403, False, 200, 200)


async def test_an_unknown_control_is_refused_in_json(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        unknown = await town.call("GET", "/practice/nothing")
        wrong, _ = await town.call("PUT", "/practice/clock")
    assert unknown == (404, {"ok": False, "error": "Not Found: GET /practice/nothing"})
    assert wrong == 405


async def test_a_port_that_is_taken_is_an_error_and_a_kept_one_is_left(tmp_path: Path) -> None:
    async with a_town(tmp_path / "one") as town:
        port = int(town.address.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await serve(World(tmp_path / "two"), port)
        third = World(tmp_path / "three")
        third.shelf.put("address", "port", {"port": port})
        runner = await serve(third, 0)
        await runner.cleanup()
    assert third.addresses.practice != town.address


_RUN = "from practice.server import run; run(int(sys.argv[1]), pathlib.Path(sys.argv[2]), True)"


async def _begin(folder: Path, port: int = 0) -> asyncio.subprocess.Process:
    code, pipe = f"import pathlib, sys; {_RUN}", asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(port), str(folder), stdout=pipe, stderr=pipe
    )


async def _start(folder: Path) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    process = await _begin(folder)
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), _PATIENCE_S)
    return process, json.loads(line)


async def test_a_world_that_cannot_start_says_why_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    async with a_town(tmp_path / "one") as town:
        port = int(town.address.rpartition(":")[2])
        first, _ = await _start(tmp_path / "two")
        wrong = [(tmp_path / "two", 0), (tmp_path / "three", port), (tmp_path / "file", 0)]
        said = []
        for folder, wanted in wrong:
            process = await _begin(folder, wanted)
            _, text = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
            said.append((process.returncode, text.decode()))
        first.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(first.wait(), _PATIENCE_S) == 0
    assert said[:2] == [
        (1, f"Another practice world lives in {tmp_path / 'two'}.\n"),
        (1, f"Port {port} can't be opened: Address already in use.\n"),
    ]
    assert said[2][1].startswith(f"The practice world can't start in {tmp_path / 'file'}: ")


async def test_a_killed_world_comes_back_as_it_was(tmp_path: Path) -> None:
    process, addresses = await _start(tmp_path)
    world = World(tmp_path / "unused")
    world.addresses.practice = addresses["practice"]
    async with aiohttp.ClientSession() as session:
        town = Town(world, None, session)  # type: ignore[arg-type]
        api = await town.sign_in("stays")
        post = await town.post(api, "#here", seed=9)
        process.kill()
        await process.wait()
    process, again = await _start(tmp_path)
    async with aiohttp.ClientSession() as session:
        town.session = session
        timeline = await asyncio.to_thread(api.timeline_hashtag, "here")
        later = await asyncio.to_thread(api.status_post, "#here again")
        media = await town.get(post.media_attachments[0].url.removeprefix(town.address))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), _PATIENCE_S) == 0
    assert again == addresses
    assert [one.id for one in timeline] == [post.id]
    assert media[1] == picture(9)
    assert int(later.id) > int(post.id)
