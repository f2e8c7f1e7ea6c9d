"""The centre is killed again and again while copies are posted: what is lost, what is told twice.

A practice world lives on; the centre beside it gets SIGKILL at moments drawn by chance: while it
starts, and later while it polls, examines and delivers. Everything is counted through the practice
world's interface: copies on the square, alerts in the channel. With `--log` a run that was broken off
goes on where it was.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.cases import Known, take_in
from benchmarks.crash_people import People, copies_on
from benchmarks.crash_tally import Log, alerts_in, counted
from benchmarks.measuring import hand_over, say
from benchmarks.stand import Stand, one_alert_each
from practice.play_acts import ALERTS, await_bot
from practice.stage import NotSeen, Stage

SEED = 5
CASES = 4
_FIRST_SEED = 4_300
_STARTING = 0.35  # The share of kills that fall into a start.
_LIVES_S = 5.0  # The others fall into the first seconds after it.
_FIRST_GUESS_S = 3.0
_LONGEST_START_S = 300.0
_BREATH = 25  # So many copies untold of: the next centre lives until fewer are.
_BREATH_S = 90.0
_QUIET_S = 60.0
_LATE_S = 3_600.0  # What failed is tried again within this time.
_LATE_TURNS = 3
_LOOK_S = 0.1
_MORE_CALLS = 100_000
_LADDER = """checked_on = 2026-11-01
bundle_minutes = 0.0
{rungs}"""
_RUNG = '[ladder.{}]\nrungs = [[0.0, "on_call"]]\nclaim_lasts = 100000.0\nreminder_grace = 60.0\n'


def main() -> None:
    """Exit code 1 where anything was lost or doubled."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="ansim-crash-") as folder:
        file = (asked.log or Path(folder) / "crash.jsonl").absolute()
        state = file.with_suffix(".state") if asked.log else Path(folder) / "state"
        result = asyncio.run(_run(asked, Log(file), state))
    hand_over(result)
    raise SystemExit(bool(result["lost"] or result["doubled"] or result["lost_updates"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--log", type=Path, help="go on with this file; its state lies beside it")
    parser.add_argument("--cold", action="store_true", help="load the program anew at each start")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def policy() -> dict[str, str]:
    """One message for each match; what was taken stays taken, and nobody else is paged."""
    ladder = _LADDER.format(rungs="".join(_RUNG.format(each) for each in "ABC"))
    return one_alert_each() | {"alerts.toml": ladder}


async def _run(asked: argparse.Namespace, log: Log, folder: Path) -> dict[str, Any]:
    port = log.of("begun")[-1]["port"] if log.of("begun") else 0
    async with AsyncExitStack() as stack:
        stand = await stack.enter_async_context(
            Stand(folder, policy(), is_warm=not asked.cold, port=port)
        )
        http = await stack.enter_async_context(aiohttp.ClientSession())
        log.add("begun", port=stand.port)
        stage = Stage(http, stand.practice)
        await stage.post("/practice/square/limit", limit=_MORE_CALLS)
        cases = await _cases(stand, stage, log, asked.cases)
        chance = random.Random(SEED + len(log.events))
        run = Run(stand, stage, http, People(stage, cases, chance), log, chance)
        await run.kill(asked.kills)
        return await run.result()


async def _cases(stand: Stand, stage: Stage, log: Log, wanted: int) -> list[Known]:
    if not log.of("case"):
        await stand.start_bot()
        for known in await take_in(stage, range(_FIRST_SEED, _FIRST_SEED + wanted)):
            log.add("case", number=known.number, seed=known.seed)
        await stand.end_bot()
    return [Known(each["number"], each["seed"]) for each in log.of("case")]


@dataclass
class Run:
    """The kills that are still to be done, and what is seen after them."""

    stand: Stand
    stage: Stage
    http: aiohttp.ClientSession
    people: People
    log: Log
    chance: random.Random
    start_s: float = _FIRST_GUESS_S

    async def kill(self, wanted: int) -> None:
        """Kill until there were so many, counting those of earlier runs."""
        await self.recall()
        tasks = [
            asyncio.create_task(each)
            for each in (self.people.post_for_ever(), self.people.take_for_ever())
        ]
        try:
            for number in range(len(self.log.of("killed")) + 1, wanted + 1):
                await self._kill_one(number, tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def recall(self) -> None:
        """What is public already, where a run goes on."""
        posted = await self._posted()
        self.people.number = sum(posted.values())
        self.people.posted = self.people.number - posted[""]

    async def _kill_one(self, number: int, tasks: list[asyncio.Task[None]]) -> None:
        await self.stand.start_bot()
        phase = await self._some_moment()
        age = time.monotonic() - self.stand.started
        waiting = self.people.waiting
        await self.stand.end_bot()
        phase = "working" if phase == "living" and waiting else phase
        self.log.add("killed", phase=phase, after_s=round(age, 3), waiting=waiting)
        for task in tasks:
            if task.done():
                task.result()
        if number % 10 == 0:
            say(f"{number} kills, {self.people.posted} copies, {waiting} not told of yet")
        await self._until(False, _LOOK_S * 100)

    async def _some_moment(self) -> str:
        """Wait for the moment to kill; what the centre was at then."""
        if self.chance.random() < _STARTING and self.people.waiting < _BREATH:
            await asyncio.sleep(self.chance.uniform(0, self.start_s))
            return "living" if await self._is_up() else "starting"
        await self._until(True, _LONGEST_START_S)
        self.start_s += 0.3 * (time.monotonic() - self.stand.started - self.start_s)
        if self.people.waiting >= _BREATH:
            await self._breathe()
        await asyncio.sleep(self.chance.uniform(0, _LIVES_S))
        return "living"

    async def _breathe(self) -> None:
        until = time.monotonic() + _BREATH_S
        while self.people.waiting >= _BREATH // 2 and time.monotonic() < until:  # noqa: ASYNC110 - the channel tells nobody
            await asyncio.sleep(_LOOK_S)

    async def _until(self, is_up: bool, patience_s: float) -> None:
        until = time.monotonic() + patience_s
        while await self._is_up() is not is_up:
            if time.monotonic() > until:
                raise NotSeen(f"the centre {'up' if is_up else 'down'}")
            await asyncio.sleep(_LOOK_S)

    async def _is_up(self) -> bool:
        return bool((await self.stage.state())["is_connected"])

    async def _posted(self) -> dict[str, int]:
        return await copies_on(self.stage, self.http, [each.number for each in self.people.cases])

    async def result(self) -> dict[str, Any]:
        """Let it settle, and count."""
        await self.stand.start_bot()
        await await_bot(self.stage, _LONGEST_START_S)
        posted = await self._posted()
        others, expected = posted.pop(""), sum(posted.values())
        await self._settle(expected)
        late = expected - self.people.alerts.total
        for _ in range(_LATE_TURNS if late else 0):
            await self.stage.clock(advance_s=_LATE_S)
            await self._settle(expected)
        numbers = [each.number for each in self.people.cases]
        alerts = alerts_in(await self.stage.slack(ALERTS), numbers)
        killed = self.log.of("killed")
        return {
            "kills": len(killed),
            "kills_while": dict(Counter(each["phase"] for each in killed)),
            "posted": expected + others,
            **counted(posted, alerts),
            "lost_updates": len(self.people.acked - alerts.taken),
            "updates": len(self.people.acked),
            "late": late,
            "start_s": round(self.start_s, 2),
            "is_warm": self.stand.is_warm,
        }

    async def _settle(self, expected: int) -> None:
        """Until every copy was told of and every press seen, or nothing has moved for a minute."""
        seen, since = (-1, -1), time.monotonic()
        while time.monotonic() - since < _QUIET_S:
            await self.people.look()
            alerts = self.people.alerts
            now = alerts.total, len(alerts.taken)
            if now != seen:
                seen, since = now, time.monotonic()
            is_whole = alerts.total >= expected and self.people.acked <= alerts.taken
            if is_whole and time.monotonic() - since > _QUIET_S / 4:
                return
            await asyncio.sleep(_LOOK_S)


if __name__ == "__main__":
    main()
