"""The controls: state, clock, faults, log, who may use them, and a world that comes back."""

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


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"server": "post"}, "server is not one of slack, telegram, square."),
        ({"server": "slack"}, "kind is not one of drop, twice, slow, status, down, reorder."),
        ({"server": "slack", "kind": "drop"}, "Say either count (of calls) or seconds."),
        (
            {"server": "slack", "kind": "drop", "count": 0},
            "count is not a number from 1 to 1000000000.",
        ),
        (
            {"server": "slack", "kind": "drop", "count": 1, "rate": 2},
            "rate is not a number from 0 to 1.",
        ),
        (
            {"server": "slack", "kind": "drop", "count": 1, "on": "x"},
            "on is neither call nor push.",
        ),
    ],
)
async def test_a_fault_that_is_none_is_refused(
    tmp_path: Path, body: dict[str, object], sentence: str
) -> None:
    async with a_town(tmp_path) as town:
        answer = await town.call("POST", "/practice/faults", json=body)
        _, listed = await town.call("GET", "/practice/faults")
    assert answer == (400, {"ok": False, "error": sentence})
    assert listed["faults"] == []


async def _break(town: Town, kind: str, **more: object) -> None:
    fault = {"server": "square", "kind": kind, "count": 1, **more}
    status, _ = await town.call("POST", "/practice/faults", json=fault)
    assert status == 200


async def test_a_call_meets_the_fault_that_is_in_force_once(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await _break(town, "status", status=429)
        limited, body, headers = await town.get("/feed.xml")
        for kind in ("drop", "down"):
            await _break(town, kind)
            with pytest.raises(aiohttp.ClientConnectionError):
                await town.call("POST", "/api/v1/apps", data={"client_name": "x"})
        await _break(town, "slow", delay_s=0.05)
        slow, _, _ = await town.get("/feed.xml")
        _, log = await town.call("GET", "/practice/log")
    assert (limited, headers["Retry-After"], slow) == (429, "1", 200)
    assert json.loads(body) == {"error": "practice fault"}
    outcomes = [(call["method"], call["outcome"]) for call in log["calls"]]
    assert outcomes == [
        ("GET /feed.xml", "429"),
        ("POST /api/v1/apps", "dropped"),
        ("POST /api/v1/apps", "dropped"),
        ("GET /feed.xml", "200"),
    ]


async def test_a_call_handled_twice_posts_twice_unless_it_has_a_key(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        await _break(town, "twice", on="call")
        await asyncio.to_thread(api.status_post, "again")
        await _break(town, "twice", on="call")
        media = await asyncio.to_thread(api.media_post, picture(), "image/jpeg")
        await _break(town, "twice", on="call")
        await asyncio.to_thread(api.status_post, "once", media_ids=[media], idempotency_key="k")
        _, timeline = await town.call("GET", "/api/v1/timelines/public")
        _, log = await town.call("GET", "/practice/log")
    methods = [call["method"] for call in log["calls"]]
    assert len(timeline) == 3
    assert methods.count("POST /api/v1/statuses") == 4
    assert methods.count("POST /api/v2/media") == 2


async def test_a_handled_call_may_lose_its_answer(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        headers = {"Authorization": f"Bearer {(await town.sign_in()).access_token}"}
        await _break(town, "drop", is_handled=True, on="call")
        with pytest.raises(aiohttp.ClientConnectionError):
            await town.call("POST", "/api/v1/statuses", json={"status": "x"}, headers=headers)
        _, timeline = await town.call("GET", "/api/v1/timelines/public")
    assert [post["content"] for post in timeline] == ["<p>x</p>"]


async def test_cleared_faults_and_other_servers_faults_hit_nobody(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await _break(town, "down", seconds=60)
        await town.call("DELETE", "/practice/faults")
        await _break(town, "down", server="telegram")
        await _break(town, "down", rate=0)
        status, _, _ = await town.get("/feed.xml")
        _, listed = await town.call("GET", "/practice/faults")
    assert status == 200
    assert [fault["server"] for fault in listed["faults"]] == ["telegram", "square"]


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
