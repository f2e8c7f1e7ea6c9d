"""Streams are opened, held back while too much waits, opened again when they end, and closed."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.networks import NETWORKS
from domain.sources import Gap, MalformedSource, Page, Trouble, Watch
from jobs import gaps, streams
from jobs.streams import Streams
from jobs.sweeper import Sweeper
from services import candidates, sources, turns
from services.desk import Desk
from tests.conftest import OFFICER, clock_of, with_policy
from tests.scripted_web import SQUARE, Script
from tests.square_sweeps import SOURCE, Shelf, post, states, sweeper_at, swept_desk

STREAM = f"{SQUARE}/api/v1/streaming/public"
TOKEN = {"mastodon": {"token": "t"}}


def said(*posts: dict[str, Any]) -> list[str | bytes | MalformedSource]:
    lines: list[str | bytes | MalformedSource] = [":)", ":thump"]
    for each in posts:
        lines += ["event: update", f"data: {json.dumps(each)}", ""]
    return lines


def at(desk: Desk, script: Script, secrets: dict[str, dict[str, str]] | None = None) -> Sweeper:
    made = sweeper_at(swept_desk(desk), script, Shelf())
    return replace(made, secrets=TOKEN if secrets is None else secrets)


async def ended(opened: Streams) -> None:
    """Until every task has ended by itself."""
    tasks = [stream.task for stream in opened._known.values() if stream.task]
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_a_stream_tells_is_taken_in_and_what_is_no_post_left_out(desk: Desk) -> None:
    lines = [*said(post(1)), "event: delete", "data: 1", "event: update", "data: {", *said(post(2))]
    script = Script(said={STREAM: lines})
    opened = Streams(at(desk, script))
    await opened.tend()
    await ended(opened)
    assert await states(opened.sweeper.desk) == [("waiting", ""), ("waiting", "")]
    assert script.asked == [(STREAM, {"Authorization": "Bearer t"})]
    [source] = await sources.list_sources(opened.sweeper.desk, OFFICER)
    assert (source.streamed_at, source.seen) == (clock_of(desk).now(), 2)


async def test_given_another_address_it_is_opened_anew(desk: Desk) -> None:
    opened = Streams(at(desk, Script(said={STREAM: said(post(1))})))
    await opened.tend()
    before = opened._known["square"]
    moved = replace(SOURCE, url="https://circle.example")
    opened.sweeper = replace(opened.sweeper, desk=with_policy(desk, sources=(moved,)))
    await opened.tend()
    assert opened._known["square"] is not before
    await opened.stop()


async def test_without_its_key_no_stream_is_opened(desk: Desk) -> None:
    script = Script(said={STREAM: said(post(1))})
    opened = Streams(at(desk, script, {}))
    await opened.tend()
    assert (opened._known, script.asked) == ({}, [])


async def test_a_stream_that_ends_is_opened_again_after_a_growing_wait(desk: Desk) -> None:
    script = Script(said={STREAM: [MalformedSource(Trouble.UNREACHABLE)]})
    opened, clock = Streams(at(desk, script)), clock_of(desk)
    for wait in (1, 2, 4):
        await opened.tend()
        await ended(opened)
        clock.advance(timedelta(seconds=wait - 0.1))
        await opened.tend()
        await ended(opened)
        clock.advance(timedelta(seconds=0.1))
    assert len(script.asked) == 3
    [source] = await sources.list_sources(opened.sweeper.desk, OFFICER)
    assert source.stream is not None
    assert (source.stream.trouble, source.stream.failures) == (Trouble.UNREACHABLE, 3)
    assert (source.trouble, source.failures) == (None, 0)  # Its polls have none.


async def test_a_wait_that_the_other_side_asks_for_is_kept(desk: Desk) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=2))
    opened = Streams(at(desk, Script(said={STREAM: [busy]})))
    await opened.tend()
    await ended(opened)
    clock_of(desk).advance(timedelta(seconds=119))
    await opened.tend()
    await ended(opened)
    assert len(opened.sweeper.http.asked) == 1  # type: ignore[attr-defined]  # a Script


class Waiting:
    """A connector whose stream tells once and then stays open."""

    def __init__(self) -> None:
        self.network = NETWORKS["mastodon"]
        self.told: list[str] = []
        self.waits = asyncio.Event()

    async def stream(self, watch: Watch, _http: object) -> Any:
        try:
            while True:
                self.told.append("page")
                yield Page((), {"seq": len(self.told)})
                if len(self.told) == 3:
                    self.waits.set()
                    await asyncio.Event().wait()
        finally:
            self.told.append("closed")

    async def backfill(self, watch: Watch, gap: Gap, _http: object) -> Page:
        at_ = int(watch.cursor.get("at", 0)) + 1
        self.told.append(f"{at_}")
        return Page((), {"at": at_}, is_more=at_ < 3)


async def test_a_paused_source_and_a_stopping_centre_close_it(desk: Desk) -> None:
    connector = Waiting()
    opened = Streams(replace(at(desk, Script()), connectors={"mastodon": connector}))  # type: ignore[dict-item]  # it only streams
    await opened.tend()
    await connector.waits.wait()
    await sources.set_paused(opened.sweeper.desk, OFFICER, "square", is_paused=True)
    await opened.tend()
    assert connector.told[-1] == "closed"
    await sources.set_paused(opened.sweeper.desk, OFFICER, "square", is_paused=False)
    await opened.tend()
    await opened.stop()
    assert opened._known == {}


async def test_while_too_much_waits_nothing_more_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = Waiting()
    told_before: list[int] = []

    async def has_room(*_: object) -> bool:
        told_before.append(len(connector.told))
        return len(told_before) > 2

    monkeypatch.setattr(turns, "has_room", has_room)
    monkeypatch.setattr(streams, "ROOM_S", 0)
    opened = Streams(replace(at(desk, Script()), connectors={"mastodon": connector}))  # type: ignore[dict-item]  # it only streams
    await opened.tend()
    await connector.waits.wait()
    await opened.stop()
    assert told_before[:4] == [1, 1, 1, 2]


async def test_a_gap_is_filled_page_by_page_from_where_it_stopped(desk: Desk) -> None:
    connector = Waiting()
    sweeper = replace(at(desk, Script()), connectors={"mastodon": connector})  # type: ignore[dict-item]  # it only fills in
    now = clock_of(desk).now()
    gap = Gap(now - timedelta(hours=2), now)
    await turns.begin_turn(sweeper.desk, "square")
    await candidates.take_in_stream(sweeper.desk, "square", Page((), {"seq": 1}, gap=gap))
    await gaps.fill(sweeper)
    assert connector.told == ["1", "2", "3"]
    assert await turns.begin_gap(sweeper.desk, "square") is None
