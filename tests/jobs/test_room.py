"""Only so many large pieces of media are held at once; little ones never wait, and nobody for ever."""

import asyncio

import pytest
from aiohttp import web

from jobs import fetcher as fetcher_module
from jobs import room as module
from jobs.fetcher import GuardedFetcher
from services.ports import Fetched, Unfetchable
from tests.jobs.test_fetcher import fetching, serving

LARGE, SMALL = b"\0" * 40_000, b"\0" * 9_000


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LITTLE", 10_000)
    monkeypatch.setattr(fetcher_module, "Room", lambda: module.Room(1, 1))


async def large(_: web.Request) -> web.Response:
    return web.Response(body=LARGE, content_type="image/png")


async def video(_: web.Request) -> web.Response:
    return web.Response(body=LARGE, content_type="video/mp4")


async def small(_: web.Request) -> web.Response:
    return web.Response(body=SMALL, content_type="image/png")


async def unmeasured(request: web.Request) -> web.StreamResponse:
    """Doesn't say how much is coming."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(LARGE)
    return response


async def broken(request: web.Request) -> web.StreamResponse:
    """Says more than it sends."""
    response = web.StreamResponse(headers={"Content-Length": "50000"})
    await response.prepare(request)
    await response.write(SMALL)
    assert request.transport is not None
    request.transport.close()
    return response


async def waits(fetcher: GuardedFetcher, url: str) -> "asyncio.Task[Fetched]":
    """A fetch that has had every chance to end, and hasn't."""
    fetch = asyncio.create_task(fetcher.fetch(url))
    done, _ = await asyncio.wait([fetch], timeout=0.3)
    assert not done
    return fetch


@pytest.mark.parametrize("kind", ["large", "unmeasured"])
async def test_a_large_one_waits_until_another_is_let_go_and_a_small_one_does_not(
    kind: str,
) -> None:
    async with (
        serving(large=large, small=small, unmeasured=unmeasured) as port,
        fetching(port) as fetcher,
    ):
        base = f"http://127.0.0.1:{port}"
        first = await fetcher.fetch(f"{base}/{kind}")
        second = await waits(fetcher, f"{base}/{kind}")
        assert len((await fetcher.fetch(f"{base}/small")).data) == len(SMALL)
        first.let_go()
        await second


async def test_a_large_picture_does_not_wait_for_videos_nor_they_for_it() -> None:
    async with serving(large=large, video=video) as port, fetching(port) as fetcher:
        base = f"http://127.0.0.1:{port}"
        first = await fetcher.fetch(f"{base}/video")
        second = await waits(fetcher, f"{base}/video")
        picture = await fetcher.fetch(f"{base}/large")
        third = await waits(fetcher, f"{base}/large")
        first.let_go()
        await second
        picture.let_go()
        await third


async def test_one_that_is_given_up_leaves_its_place() -> None:
    async with serving(large=large, broken=broken) as port, fetching(port) as fetcher:
        base = f"http://127.0.0.1:{port}"
        with pytest.raises(Unfetchable):
            await fetcher.fetch(f"{base}/broken")
        held = await fetcher.fetch(f"{base}/large")
        waiting = await waits(fetcher, f"{base}/large")
        waiting.cancel()
        await asyncio.wait([waiting])
        held.let_go()
        held.let_go()
        (await fetcher.fetch(f"{base}/large")).let_go()


async def test_who_waits_too_long_comes_back_and_loses_no_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    async with serving(large=large) as port, fetching(port) as fetcher:
        base = f"http://127.0.0.1:{port}"
        await fetcher.fetch(f"{base}/large")
        with pytest.raises(Unfetchable) as caught:
            await fetcher.fetch(f"{base}/large")
        assert (caught.value.reason, caught.value.retry_after) == ("crowded", module.COMES_BACK)
