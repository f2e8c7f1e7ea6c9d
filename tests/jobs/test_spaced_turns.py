"""Turns are spaced as their networks ask for, and a long one that gets on is no standstill."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.networks import NETWORKS
from domain.policy import SourcePolicy
from domain.sources import Page, Watch
from jobs import trials as trial_job
from jobs.answers import Answer
from jobs.loops import Loops, Row
from jobs.sources import Http
from jobs.streams import Streams
from jobs.sweeper import metered
from jobs.websub import Subscriber
from services import trials
from services.desk import Desk
from tests.conftest import OFFICER, FakeClock, clock_of
from tests.jobs.test_streams import STREAM, TOKEN, ended, said
from tests.jobs.test_trials import Mute
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import SOURCE, Shelf, post, sweeper_at, swept_desk

URL = f"{SQUARE}/page"
A_MINUTE = timedelta(minutes=1)


@dataclass
class Noted(Script):
    """A web that notes how far apart its calls are to be."""

    spaced_s: list[float] = field(default_factory=list)

    def spaced(self, spacing_s: float) -> "Noted":
        self.spaced_s.append(spacing_s)
        return self


async def test_a_turn_is_spaced_as_its_network_says(desk: Desk) -> None:
    way = Noted()
    http: Http = metered(sweeper_at(swept_desk(desk), way, Shelf()), Watch(SOURCE))
    assert way.spaced_s == [NETWORKS[SOURCE.kind].spacing_s]
    http.keep_apart(URL, 7.0)
    assert way.apart == {URL: 7.0}


async def test_a_stream_is_opened_at_its_networks_pace(desk: Desk) -> None:
    way = Noted(said={STREAM: said(post(1))})
    opened = Streams(replace(sweeper_at(swept_desk(desk), way, Shelf()), secrets=TOKEN))
    await opened.tend()
    await ended(opened)
    assert way.spaced_s == [NETWORKS[SOURCE.kind].spacing_s]


async def silences(clock: FakeClock, what: Callable[[], Awaitable[object]]) -> float:
    """For how long a loop has said nothing at the end of one turn, in seconds."""
    silent = list[float]()

    async def turn() -> None:
        await what()
        silent.append(clock.monotonic() - loops.beats["long"].last_good_s)

    loops = Loops(clock, [Row("long", timedelta(seconds=5), turn)])
    await loops._turn("long")
    return silent[0]


async def test_a_turn_that_gets_answers_is_no_standstill(desk: Desk) -> None:
    http = metered(sweeper_at(swept_desk(desk), Script({URL: answer("")}), Shelf()), Watch(SOURCE))
    for ask in (http.get, http.post):

        async def turn(ask: Callable[[str], Awaitable[object]] = ask) -> None:
            clock_of(desk).advance(A_MINUTE)
            await ask(URL)

        assert await silences(clock_of(desk), turn) == 0


async def test_many_feeds_of_one_hub_are_no_standstill() -> None:
    clock = FakeClock()

    class Slow(Script):
        def _answer(self, url: str, given: dict[str, Any]) -> Answer:
            clock.advance(A_MINUTE)
            return answer("", 404)

    async def feeds() -> dict[str, str]:
        return {f"feed-{number}": f"{SQUARE}/{number}" for number in range(9)}

    async def told(_source: str) -> None: ...

    subscriber = Subscriber(Slow(), clock, SQUARE, feeds, told)
    assert await silences(clock, subscriber.tend) == 0


async def test_many_trials_of_what_is_mute_are_no_standstill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_job, "PATIENCE_S", 0.01)
    clock = clock_of(desk)

    class Slow(Mute):
        async def poll(self, watch: Watch, http: Http) -> Page:
            clock.advance(A_MINUTE)
            return await super().poll(watch, http)

    made = sweeper_at(swept_desk(desk), Script(), Shelf())
    for name in ("one", "two"):
        source = SourcePolicy(name, "gallery", f"{SQUARE}/{name}", A_MINUTE)
        await trials.add_source(made.desk, OFFICER, source)
    sweeper = replace(made, connectors={"gallery": Slow()})
    assert await silences(clock, lambda: trial_job.run(sweeper)) == 0
