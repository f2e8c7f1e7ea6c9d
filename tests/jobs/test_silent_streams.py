"""A stream that is closed, or mute where it never should be, is told of once, and once when it is back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.render.sources import status
from domain.networks import NETWORKS
from domain.policy import SourcePolicy
from domain.sources import Item, MalformedSource, Page, Trouble, Watch
from domain.streams import Deaf
from jobs import streams as jobs_streams
from jobs.streams import Streams
from services import alerts, candidates, silences, sources, turns
from services.desk import Desk
from tests.conftest import OFFICER, clock_of
from tests.post_office import PostOffice
from tests.scripted_web import Script
from tests.square_sweeps import SOURCE, Shelf, sweeper_at, swept_desk

SKY = SourcePolicy("sky", "bluesky", "https://view.example", timedelta(seconds=5))
MINUTE = timedelta(minutes=1)


@dataclass
class Wire:
    """A connector whose stream tells what the test hands it; one that is cut can't be opened."""

    kind: str
    pages: "asyncio.Queue[Page]" = field(default_factory=asyncio.Queue)
    taken: int = 0
    is_cut: bool = False

    @property
    def network(self) -> Any:
        return NETWORKS[self.kind]

    async def stream(self, _watch: Watch, _http: object) -> AsyncIterator[Page]:
        if self.is_cut:
            raise MalformedSource(Trouble.UNREACHABLE)
        yield Page((), {"at": 1})
        while True:
            yield await self.pages.get()


@dataclass
class Night:
    """A desk, one stream of it, and minutes that pass while its loops run."""

    desk: Desk
    wire: Wire
    streams: Streams

    async def passes(self, minutes: int, *, polled: bool = True) -> None:
        """So many minutes, in each of which the source's polls are answered."""
        for _ in range(minutes):
            clock_of(self.desk).advance(MINUTE)
            if polled:
                await candidates.take_in(self.desk, self.name, Page((), {}))
            await self.tend()
            await silences.look(self.desk)

    async def tend(self) -> None:
        """Every stream takes its turn, and gets as far as it can."""
        await self.streams.tend()
        for _ in range(50):
            await asyncio.sleep(0)
        stream = self.streams._known.get(self.name)
        if self.wire.is_cut and stream and stream.task:
            await asyncio.gather(stream.task, return_exceptions=True)

    async def tell(self) -> None:
        """A post arrives by the stream."""
        self.wire.taken += 1
        here = f"https://a.example/{self.wire.taken}"
        self.wire.pages.put_nowait(Page((Item(here, 0, f"{here}.jpg", here),), {"at": 2}))
        while (await self.source()).seen < self.wire.taken:  # noqa: ASYNC110 - it is taken in by the database
            await asyncio.sleep(0)

    @property
    def name(self) -> str:
        return self.desk.policy.sources[0].name

    async def source(self) -> Any:
        [found] = await sources.list_sources(self.desk, OFFICER)
        return found

    async def told(self) -> list[tuple[str, object]]:
        found = await alerts.list_alerts(self.desk, OFFICER)
        return [(str(alert.facts["cause"]), alert.facts["minutes"]) for alert in found]


def night(desk: Desk, source: SourcePolicy) -> Night:
    ready, wire = swept_desk(desk, source), Wire(source.kind)
    sweeper = sweeper_at(ready, Script(), Shelf())
    secrets = {source.kind: {"token": "t"}}
    made = replace(sweeper, connectors={source.kind: wire}, secrets=secrets)  # type: ignore[dict-item]  # it only streams
    return Night(ready, wire, Streams(made))


async def test_a_closed_stream_is_told_of_once_though_polls_do_well(desk: Desk) -> None:
    dark = night(desk, SOURCE)
    dark.wire.is_cut = True
    await dark.tend()
    await dark.passes(11)
    assert await dark.told() == []
    await dark.passes(20)
    assert await dark.told() == [("stream_closed", 11)]
    source = await dark.source()
    assert (source.trouble, source.stream.trouble) == (None, Trouble.UNREACHABLE)
    shown = str(status("en", [source], desk.policy.hours.wall_time).blocks)
    assert "The stream has been closed since 11-23 12:01." in shown
    assert "Trouble of the stream: The server can't be reached." in shown


async def test_that_it_is_back_is_told_once(desk: Desk) -> None:
    dark = night(desk, SOURCE)
    dark.wire.is_cut = True
    await dark.tend()
    await dark.passes(15)
    dark.wire.is_cut = False
    office = PostOffice()
    await office.empty(dark.desk)
    await dark.passes(10)
    assert await office.posts(dark.desk, "stream_back") == ["C0ALERTS"]
    assert len(await dark.told()) == 1
    assert (await dark.source()).stream.deaf is None
    await dark.streams.stop()


async def test_a_small_server_may_be_mute_for_hours(desk: Desk) -> None:
    quiet = night(desk, SOURCE)
    await quiet.passes(150)
    assert await quiet.told() == []
    await quiet.streams.stop()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_firehose_that_is_open_but_mute_is_told_of(desk: Desk, heard: bool) -> None:
    sky = night(desk, SKY)
    await sky.tend()
    if heard:
        await sky.tell()
    await sky.passes(30)
    assert [cause for cause, _ in await sky.told()] == ["stream_mute"]
    assert (await sky.source()).stream.deaf is Deaf.MUTE
    await sky.tell()
    office = PostOffice()
    await office.empty(sky.desk)
    await sky.tend()
    await silences.look(sky.desk)
    assert await office.posts(sky.desk, "stream_back") == ["C0ALERTS"]
    await sky.streams.stop()


async def test_one_that_is_held_back_while_much_waits_is_not_mute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sky = night(desk, SKY)
    monkeypatch.setattr(jobs_streams, "ROOM_S", 0)
    monkeypatch.setattr(turns, "MOST_WAITING", 1)
    await sky.tend()
    await sky.tell()
    for _ in range(30):
        clock_of(sky.desk).advance(MINUTE)
        stream = sky.streams._known["sky"]
        while (stream.heard_s or 0.0) < sky.desk.clock.monotonic():  # noqa: ASYNC110 - the stream's own
            await asyncio.sleep(0)
        await sky.tend()
        await silences.look(sky.desk)
    assert await sky.told() == []
    await sky.streams.stop()


async def test_a_paused_source_and_one_without_its_key_are_told_of_nowhere(desk: Desk) -> None:
    dark = night(desk, SOURCE)
    dark.wire.is_cut = True
    await dark.tend()
    await dark.passes(5)
    await sources.set_paused(dark.desk, OFFICER, "square", is_paused=True)
    await dark.passes(30)
    assert (await dark.told(), (await dark.source()).stream) == ([], None)
    keyless = replace(dark.streams.sweeper, secrets={})
    await sources.set_paused(dark.desk, OFFICER, "square", is_paused=False)
    dark.streams = Streams(keyless)
    await dark.passes(30)
    assert await dark.told() == []
