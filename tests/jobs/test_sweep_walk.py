"""From a post on the square to an alert in Slack: the second walk, over real sockets on loopback."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from sqlmodel import select

from bot.keyring import square_keyring
from jobs.answers import Answer
from jobs.candidates import examine_waiting
from jobs.connectors import connectors
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.sources import Http, Way
from jobs.streams import Streams
from jobs.sweep import look_back, run_once
from jobs.sweeper import Sweeper
from jobs.web import Web
from services import alerts, keywords, matches, reviews, sources
from services.candidates import EXAMINE
from services.desk import Desk
from services.examiner import Examiner
from storage.alerts import AlertRow
from storage.matches import MatchRow
from storage.outbox import OutboxRow
from tests.conftest import OFFICER
from tests.practice.town import Town, a_town
from tests.square_sweeps import SOURCE, InProcess, jpeg, open_case, register, swept_desk


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "world") as made:
        yield made


@pytest.fixture
async def sweeper(desk: Desk, town: Town) -> AsyncIterator[Sweeper]:
    port = int(town.address.rpartition(":")[2])
    guard = Guard(frozenset({("127.0.0.1", port)}))
    at_square = replace(SOURCE, url=town.address)
    feed = replace(SOURCE, name="feed", kind="rss", url=f"{town.address}/feed.xml")
    gallery = replace(SOURCE, name="gallery", kind="gallery", url=f"{town.address}/gallery")
    ready = swept_desk(desk, at_square, feed, gallery)
    web, fetcher = Web(guard), GuardedFetcher(guard)
    examiner = Examiner(InProcess(), InProcess(), ready.policy.tiers)
    yield Sweeper(ready, examiner, web, fetcher, connectors(ready.clock))
    await web.close()
    await fetcher.close()


@dataclass
class Listening:
    """Passes calls on, and keeps their addresses."""

    http: Http
    calls: list[str]

    def spaced(self, _spacing_s: float) -> "Listening":
        return self

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        self.calls.append(url)
        return await self.http.get(url, params, headers)


@dataclass
class Ear:
    """Passes a stream's lines on, and knows when the first has come."""

    http: Web
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    def spaced(self, _spacing_s: float) -> "Ear":
        return self

    async def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        async with aclosing(self.http.lines(url, headers)) as lines:
            async for line in lines:
                self.is_open.set()
                yield line


async def post(town: Town, api: Any, text: str, picture: bytes) -> None:
    media = await asyncio.to_thread(api.media_post, picture, "image/jpeg")
    await asyncio.to_thread(api.status_post, text, media_ids=[media])


def everything_in(folder: Path) -> bytes:
    return b"".join([file.read_bytes() for file in folder.glob("ansim.sqlite*")])


async def rows(desk: Desk, table: Any) -> list[Any]:
    async with desk.database.reading() as tx:
        return list((await tx.exec(select(table))).all())


async def test_a_copy_among_other_pictures_raises_one_alert(town: Town, sweeper: Sweeper) -> None:
    case = await open_case(sweeper.desk, is_minor=True)
    await register(sweeper.desk, case, 7)
    api = await town.sign_in()
    for seed in (1, 2, 3):
        await post(town, api, "오늘의 풍경", jpeg(seed))
    await post(town, api, "오늘의 풍경", jpeg(7, (480, 360), 60))
    assert await run_once(sweeper, "square") == 1
    [found] = await alerts.list_alerts(sweeper.desk, OFFICER)
    assert (found.case_number, found.severity, found.facts["tier"]) == (case.number, "A", "A")
    assert found.facts["source"] == "square"


async def test_a_copy_that_the_stream_alone_tells_of_raises_an_alert(
    town: Town, sweeper: Sweeper
) -> None:
    case = await open_case(sweeper.desk, is_minor=True)
    await register(sweeper.desk, case, 7)
    taken_in, api = asyncio.Event(), await town.sign_in()
    secrets = await square_keyring(town.address)
    desk = replace(sweeper.desk, wake=lambda loop: taken_in.set() if loop == EXAMINE else None)
    ear = Ear(cast(Web, sweeper.http))
    streams = Streams(replace(sweeper, desk=desk, secrets=secrets, http=cast(Way, ear)))
    await streams.tend()
    async with asyncio.timeout(30):
        await ear.is_open.wait()
        await post(town, api, "오늘의 풍경", jpeg(7, (480, 360), 60))
        await taken_in.wait()
    assert await examine_waiting(sweeper) == 1
    [found] = await alerts.list_alerts(sweeper.desk, OFFICER)
    assert (found.case_number, found.facts["source"]) == (case.number, "square")
    await streams.stop()


async def test_the_same_post_seen_by_feed_and_gallery_raises_no_second_alert(
    town: Town, sweeper: Sweeper
) -> None:
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7)
    await post(town, await town.sign_in(), "오늘의 풍경", jpeg(7, (480, 360), 60))
    matched = [await run_once(sweeper, name) for name in ("square", "feed", "gallery", "square")]
    assert matched == [1, 0, 0, 0]
    assert len(await rows(sweeper.desk, AlertRow)) == 1


@pytest.mark.parametrize("name", ["feed", "gallery"])
async def test_feed_and_gallery_find_it_too(town: Town, sweeper: Sweeper, name: str) -> None:
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7)
    await post(town, await town.sign_in(), "오늘의 풍경", jpeg(7, (480, 360), 60))
    assert await run_once(sweeper, name) == 1
    [source] = [
        one for one in await sources.list_sources(sweeper.desk, OFFICER) if one.name == name
    ]
    assert (source.trouble, source.matched, source.waiting) == (None, 1, 0)


async def test_what_was_seen_before_it_was_registered_is_found_by_looking_back(
    town: Town, sweeper: Sweeper
) -> None:
    await post(town, await town.sign_in(), "오늘의 풍경", jpeg(7, (480, 360), 60))
    assert await run_once(sweeper, "square") == 0
    case = await open_case(sweeper.desk)
    await register(sweeper.desk, case, 7)
    assert [await look_back(sweeper), await look_back(sweeper)] == [1, 0]
    assert len(await alerts.list_alerts(sweeper.desk, OFFICER)) == 1


async def test_a_keyword_is_asked_for_by_tag_and_lies_nowhere_in_the_clear(
    town: Town, sweeper: Sweeper, tmp_path: Path
) -> None:
    case = await open_case(sweeper.desk)
    await keywords.set_keywords(sweeper.desk, OFFICER, case.number, ("planted비밀낱말",))
    calls: list[str] = []
    http = cast(Way, Listening(sweeper.http, calls))
    await run_once(replace(sweeper, http=http), "square")
    path = f"/api/v1/timelines/tag/{quote('planted비밀낱말')}"
    assert [call for call in calls if call.endswith(path)] == calls[-2:-1]
    kept = await asyncio.to_thread(everything_in, tmp_path)
    assert b"planted" not in kept


async def test_the_claimer_reads_the_link_and_confirms(town: Town, sweeper: Sweeper) -> None:
    desk = sweeper.desk
    case = await open_case(desk)
    await register(desk, case, 7)
    await post(town, await town.sign_in(), "오늘의 풍경", jpeg(7, (480, 360), 60))
    await run_once(sweeper, "square")
    [alert] = await alerts.list_alerts(desk, OFFICER)
    [kept] = await rows(desk, MatchRow)
    assert (await matches.show_match(desk, OFFICER, kept.id)).link == ""
    await alerts.claim(desk, OFFICER, alert.id)
    assert (await matches.show_match(desk, OFFICER, kept.id)).link.startswith(town.address)
    await reviews.confirm(desk, OFFICER, alert.id)
    assert (await matches.show_match(desk, OFFICER, kept.id)).match.state == "confirmed"
    assert await alerts.list_alerts(desk, OFFICER) == []
    assert "match_decided" in {row.kind for row in await rows(desk, OutboxRow)}
