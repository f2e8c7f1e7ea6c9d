"""Faults on demand hit the calls they are meant for, once, and nobody else."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from tests.practice.town import Town, a_town, picture


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


async def test_a_fault_of_one_path_lets_every_other_call_pass(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await _break(town, "status", path="/timelines/public")
        other, _, _ = await town.get("/feed.xml")
        hit, _, _ = await town.get("/api/v1/timelines/public")
        again, _, _ = await town.get("/api/v1/timelines/public")
    assert (other, hit, again) == (200, 503, 200)
