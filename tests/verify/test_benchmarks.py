"""The benchmarks of monitoring, for a few kills, posts and pictures and for some seconds."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.verify.performance import ROOT

pytestmark = [pytest.mark.verify, pytest.mark.timeout(900)]


async def run(name: str, *options: str) -> dict[str, Any]:
    """The last line of a benchmark that must end well."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"benchmarks.{name}", "--json", *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return dict(json.loads(told.decode().splitlines()[-1]))


async def test_a_few_kills_lose_nothing_double_nothing_and_go_on_from_the_log(
    tmp_path: Path,
) -> None:
    log = ("--cases", "2", "--log", str(tmp_path / "crash.jsonl"))
    first = await run("crash", "--kills", "2", *log)
    told = await run("crash", "--kills", "4", *log)
    assert (first["kills"], told["kills"]) == (2, 4)
    assert (told["lost"], told["doubled"], told["lost_updates"]) == (0, 0, 0)
    assert 0 < told["alerts"] == told["expected"] <= told["posted"]


async def test_a_short_soak_looks_at_pictures_and_draws(tmp_path: Path) -> None:
    graph = tmp_path / "soak.svg"
    told = await run("soak", "--minutes", "0.5", "--every", "2", "--graph", str(graph))
    assert told["items"] > 0
    assert graph.read_text().startswith("<?xml")


async def test_a_few_posts_are_told_of_on_a_stream_in_a_crowd_and_by_polling() -> None:
    told = await run("latency", "--posts", "4", "--cases", "2", "--keywords", "1")
    assert told["posts"] == {"stream": 4, "crowded": 4, "poll": 4}
    assert 0 < told["stream_p50_s"] <= told["stream_p95_s"]
    assert told["keyword_s"] > 0


async def test_a_small_sweep_finds_its_copies_in_every_way() -> None:
    few = ("--pictures", "40", "--naive", "20", "--listed", "30", "--copies", "2", "--turns", "1")
    told = await run("sweep", *few)
    assert {name: way["matched"] for name, way in told["ways"].items()} == {
        "naive": 1,
        "full": 2,
        "canonical": 2,
    }
    assert set(told["ratios"]) == {"sweep_full", "sweep_canonical"}


async def test_a_small_measure_of_scale_leads_to_a_plant() -> None:
    told = await run("scale", "--media", "40", "--fingerprints", "20")
    assert told["measured"]["look_full_ms"] > 0
    assert told["plant"]
