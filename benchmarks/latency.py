"""How long from a post to the alert in Slack, on a stream and by polling, and from a keyword to its first find.

Everything is done and seen through the practice world's interface; moments are those of its clock: of
the post as its id says it, of the alert as its message says it.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.cases import Known, apart, copied, stranger, take_in
from benchmarks.crash import policy
from benchmarks.crash_tally import alert_of, case_of
from benchmarks.measuring import hand_over, say
from benchmarks.stand import Stand
from practice.play_acts import ALERTS, OFFICER, await_bot, order
from practice.square_visitor import Visitor
from practice.stage import Stage

SEED = 6
GOALS = {
    "stream_p50_s": 3.0,
    "stream_p95_s": 10.0,
    "poll_p50_s": 22.0,
    "keyword_s": 30.0,
}
_FIRST_SEED, _FIRST_OLD_SEED = 5_300, 5_400
_ABOVE = 45  # A listing begins with the forty newest: what is older is found by its word alone.
_AGE_S = 3_600.0  # Polls look back some minutes from the newest: what is to be old is older.
_PATIENCE_S = 240.0
_START_S = 300.0
# The longest pause before a case's next post. Slack takes a message a second in a channel: six cases
# stay below that, or go to twice as much.
_CALM_S, _CROWDED_S, _POLLED_S = 15.0, 3.0, 30.0
_SOURCE = """checked_on = 2026-11-01
[[source]]
name = "{name}"
kind = "mastodon"
url = "{{square}}"
every_seconds = 30.0
"""
# The practice world hands out a token for the stream of the source of this name, and of no other.
_STREAMED, _POLLED = _SOURCE.format(name="square"), _SOURCE.format(name="plaza")


def main() -> None:
    """Print the medians and the slow ends in seconds, and the goals beside them."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="ansim-latency-") as folder:
        hand_over(asyncio.run(_measured(asked, Path(folder))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--posts",
        type=int,
        default=48,
        help="on the stream, as many at twice Slack's pace, and as many by polling",
    )
    parser.add_argument(
        "--cases", type=int, default=6, help="one post of each is under way at once"
    )
    parser.add_argument("--keywords", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


async def _measured(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        stand = Stand(folder, policy() | {"sources.toml": _STREAMED})
        await stack.enter_async_context(stand)
        stage = Stage(await stack.enter_async_context(aiohttp.ClientSession()), stand.practice)
        visitor = await stack.enter_async_context(Visitor(stage.practice, "stranger"))
        old = range(_FIRST_OLD_SEED, _FIRST_OLD_SEED + asked.keywords)
        await _make_old(stage, visitor, old)
        await stand.start_bot()
        cases = await take_in(stage, range(_FIRST_SEED, _FIRST_SEED + asked.cases))
        forgotten = await take_in(stage, old)
        watch = Watch(stage, visitor, [each.number for each in (*cases, *forgotten)])
        streamed = await watch.posts(cases, asked.posts, _CALM_S)
        say(f"on the stream: {sorted(streamed)}")
        crowded = await watch.posts(cases, asked.posts, _CROWDED_S)
        say(f"two a second: {sorted(crowded)}")
        keywords = [await watch.keyword(each) for each in forgotten]
        say(f"by keyword: {sorted(keywords)}")
        await stand.end_bot()
        stand.write({"sources.toml": _POLLED})
        await stand.start_bot()
        await await_bot(stage, _START_S)
        polled = await watch.posts(cases, asked.posts, _POLLED_S)
        say(f"by polling: {sorted(polled)}")
    return result({"stream": streamed, "crowded": crowded, "poll": polled}, keywords)


async def _make_old(stage: Stage, visitor: Visitor, seeds: Sequence[int]) -> None:
    """Copies that are public before the centre is there, and under many newer posts."""
    for seed in seeds:
        await visitor.post(f"#{_word(seed)}", await apart(copied, seed, seed))
    await stage.clock(advance_s=_AGE_S)
    for number in range(_ABOVE):
        await visitor.post(f"풍경 {number}", await apart(stranger, number))


def _word(seed: int) -> str:
    return f"조각말{seed}"


def result(taken: Mapping[str, Sequence[float]], keywords: Sequence[float]) -> dict[str, Any]:
    """The figures; p95 is the value that one in twenty exceeds."""
    told: dict[str, Any] = {}
    for name, seconds in taken.items():
        told[f"{name}_p50_s"] = round(statistics.median(seconds), 2)
        told[f"{name}_p95_s"] = round(statistics.quantiles(seconds, n=20)[-1], 2)
    told["keyword_s"] = round(statistics.median(keywords), 2)
    told["keyword_slowest_s"] = round(max(keywords), 2)
    return told | {"posts": {name: len(each) for name, each in taken.items()}, "goals": GOALS}


@dataclass
class Watch:
    """Sees which alerts came for which case; of each case one is awaited at a time."""

    stage: Stage
    visitor: Visitor
    numbers: Sequence[str]
    seen: set[str] = field(default_factory=set)
    posted: int = 0

    async def posts(self, cases: Sequence[Known], count: int, pause_s: float) -> list[float]:
        """Seconds from post to alert of so many copies, shared among cases that go on side by side."""
        share = -(-count // len(cases))
        each = [self._posts_of(one, share, pause_s) for one in cases]
        return [seconds for taken in await asyncio.gather(*each) for seconds in taken]

    async def _posts_of(self, case: Known, count: int, pause_s: float) -> list[float]:
        chance = random.Random(SEED + case.seed)
        taken = []
        for _ in range(count):
            await asyncio.sleep(chance.uniform(0, pause_s))
            self.posted += 1
            picture = await apart(copied, case.seed, self.posted)
            post = await self.visitor.post(f"풍경 {self.posted}", picture)
            taken.append(await self._alerted(case) - moment_of(post))
        return taken

    async def keyword(self, case: Known) -> float:
        """Seconds from the typing of a case's word until something old is told of."""
        began = await self.stage.now()
        await order(
            self.stage, OFFICER, f"/keyword set {case.number} {_word(case.seed)}", case.number
        )
        return await self._alerted(case) - began

    async def _alerted(self, case: Known) -> float:
        def is_new(message: dict[str, Any]) -> bool:
            alert = alert_of(message)
            is_meant = case_of(message, self.numbers) == case.number
            return bool(alert) and is_meant and alert not in self.seen

        message = await self.stage.in_slack(
            f"alert of {case.number}", is_new, ALERTS, patience=_PATIENCE_S
        )
        self.seen.add(alert_of(message))
        return float(message["ts"])


def moment_of(post: str) -> float:
    """When a post was made, by its id: milliseconds above the lowest 16 bits."""
    return (int(post) >> 16) / 1_000


if __name__ == "__main__":
    main()
