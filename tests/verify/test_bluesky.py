"""Bluesky against a real PDS: what is posted there is listed, arrives by firehose, and can be fetched."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from bot.clocks import SystemClock
from domain.policy import SourcePolicy
from domain.sources import Cursor, Gap, Item, Page, Watch
from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from jobs.sources.bluesky_pds import Pds
from jobs.web import Web
from tests.square_sweeps import jpeg
from tests.verify.bluesky_peer import Author, author_at, bluesky_pds

pytestmark = pytest.mark.verify

PATIENCE = 30


class Place:
    """A PDS, its connector, and what reaches the one from the other."""

    def __init__(self, base: str) -> None:
        port = urlsplit(base).port or 0
        guard = Guard(frozenset({("127.0.0.1", port)}))
        self.base = base
        self.web, self.fetcher = Web(guard), GuardedFetcher(guard)
        self.connector = Pds(SystemClock())
        self.watch = Watch(SourcePolicy("pds", "bluesky_pds", base, timedelta(seconds=30)))

    async def walked(self, cursor: Cursor) -> Page:
        """All pages of a walk, as one."""
        page = await self.connector.poll(replace(self.watch, cursor=cursor), self.web)
        if not page.is_more:
            return page
        rest = await self.walked(page.cursor or {})
        return replace(rest, items=page.items + rest.items, posts=page.posts + rest.posts)

    async def streamed(self, cursor: Cursor, uri: str) -> Page:
        """The page of the stream with which this post arrives."""
        watch = replace(self.watch, cursor=cursor)
        stream = cast(Any, self.connector.stream(watch, self.web))
        async with asyncio.timeout(PATIENCE), aclosing(stream) as pages:
            async for page in pages:
                if any(post.native_id == uri for post in page.posts):
                    return cast(Page, page)
        raise AssertionError("the stream ended")

    async def close(self) -> None:
        await self.web.close()
        await self.fetcher.close()


@pytest.fixture(scope="module")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with bluesky_pds(tmp_path_factory.mktemp("pds")) as base:
        yield base


@pytest.fixture
async def place(pds: str) -> AsyncIterator[Place]:
    made = Place(pds)
    yield made
    await made.close()


def expected(author: Author, uri: str, cid: str) -> tuple[str, int, str]:
    address = f"{author.base}/xrpc/com.atproto.sync.getBlob?did={author.did}&cid={cid}"
    return uri, 0, address


def said_by(author: Author, page: Page) -> dict[str, str]:
    return {post.native_id: post.text for post in page.posts if author.did in post.native_id}


def listed(items: list[Item]) -> list[tuple[str, int, str]]:
    return [(item.native_id, item.media_index, item.media_url) for item in items]


async def test_a_picture_posted_on_a_pds_is_listed_and_its_bytes_are_fetched(place: Place) -> None:
    picture = jpeg(41)
    async with author_at(place.base, "hana") as author:
        blob = await author.upload(picture)
        uri = await author.post("언덕 위의 풍경", blob)
        page = await place.walked({})
        found = [item for item in page.items if author.did in item.native_id]
        assert listed(found) == [expected(author, uri, blob["ref"]["$link"])]
        assert said_by(author, page) == {uri: "언덕 위의 풍경 언덕 그림"}
        assert (await place.fetcher.fetch(found[0].media_url)).data == picture


async def test_a_picture_posted_on_a_pds_arrives_by_its_firehose(place: Place) -> None:
    async with author_at(place.base, "dul") as author:
        blob = await author.upload(jpeg(42))
        uri = await author.post("안개 낀 언덕", blob)
        await author.like(uri)
        page = await place.streamed({"seq": 0}, uri)
        found = [item for item in page.items if author.did in item.native_id]
        assert listed(found) == [expected(author, uri, blob["ref"]["$link"])]
        assert said_by(author, page) == {uri: "안개 낀 언덕 언덕 그림"}
        again = await author.post("그 다음 글")
        later = await place.streamed(page.cursor or {}, again)
        assert [post.native_id for post in later.posts] == [again]
        assert (await place.fetcher.fetch(found[0].media_url)).data == jpeg(42)


async def test_a_deleted_post_and_what_is_no_post_are_not_listed(place: Place) -> None:
    async with author_at(place.base, "set") as author:
        kept, taken = await author.post("남는 글"), await author.post("지우는 글")
        await author.like(kept)
        await author.delete(taken)
        assert said_by(author, await place.walked({})) == {kept: "남는 글"}


async def test_a_second_walk_reads_only_what_has_changed(place: Place) -> None:
    async with author_at(place.base, "neset") as author:
        await author.post("첫 글")
        first = (await place.walked({})).cursor or {}
        later = {**first, "since": first["since"] + 400 * 1_000_000}
        assert (await place.walked(later)).posts == ()
        uri = await author.post("새 글")
        assert uri in said_by(author, await place.walked(first))


async def test_a_gap_is_filled_in_from_the_repositories(place: Place) -> None:
    async with author_at(place.base, "dasut") as author:
        uri = await author.post("빠진 시간의 글")
        now = datetime.now(UTC)
        gap = Gap(now - timedelta(hours=1), now)
        page = await place.connector.backfill(place.watch, gap, place.web)
        assert said_by(author, page) == {uri: "빠진 시간의 글"}
        end = await place.connector.backfill(
            replace(place.watch, cursor=page.cursor or {}), gap, place.web
        )
        assert (page.is_more, end.posts, end.is_more) == (True, (), False)


async def test_a_number_that_the_server_has_not_reached_leaves_a_gap_and_the_stream_goes_on(
    place: Place,
) -> None:
    async with author_at(place.base, "yosut") as author:
        an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
        cursor = {"seq": 999_999_999, "at": int(an_hour_ago * 1_000_000)}

        async def post_until_seen() -> Page:
            stream = cast(
                Any, place.connector.stream(replace(place.watch, cursor=cursor), place.web)
            )
            async with asyncio.timeout(PATIENCE), aclosing(stream) as pages:
                coming = asyncio.ensure_future(anext(pages))
                while not coming.done():
                    await author.post("계속 올리는 글")
                return cast(Page, await coming)

        page = await post_until_seen()
        assert page.gap is not None
        assert page.gap.since == datetime.fromtimestamp(cursor["at"] / 1e6, UTC)
        assert (page.cursor or {})["seq"] < 999_999_999


async def test_a_pds_says_that_it_answers(place: Place) -> None:
    assert (await place.connector.health(place.watch, place.web)).trouble is None
