"""The benchmarks that kill and soak, for a few kills and for some seconds."""

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
