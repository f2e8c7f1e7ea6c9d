"""Redirects of a source's interface: followed on the same host, and elsewhere without any of our keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from domain.sources import MalformedSource, Trouble
from jobs.guard import Guard
from jobs.web import Web


@asynccontextmanager
async def site(answers: dict[str, str]) -> AsyncIterator[tuple[str, int, list[dict[str, str]]]]:
    """A server on loopback: each path leads to an address, or answers; and what it was told."""
    heard: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append({**request.headers, "query": request.query_string})
        onward = answers.get(request.path, "")
        return web.Response(status=302, headers={"Location": onward}) if onward else web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site_ = web.TCPSite(runner, "127.0.0.1", 0)
    await site_.start()
    port = int(runner.addresses[0][1])
    yield f"http://127.0.0.1:{port}", port, heard
    await runner.cleanup()


KEY = {"X-Naver-Client-Secret": "planted"}


async def test_on_the_same_host_the_key_goes_along() -> None:
    async with site({"/a": "/b"}) as (address, port, heard):
        web_ = Web(Guard(frozenset({("127.0.0.1", port)})))
        assert (await web_.get(f"{address}/a", {"q": "w"}, KEY)).status == 200
        await web_.close()
    assert [each.get("X-Naver-Client-Secret") for each in heard] == ["planted", "planted"]


async def test_another_host_hears_neither_key_nor_word() -> None:
    async with (
        site({}) as (other, other_port, heard),
        site({"/a": f"{other}/b"}) as (address, port, _),
    ):
        pairs = frozenset({("127.0.0.1", port), ("127.0.0.1", other_port)})
        web_ = Web(Guard(pairs))
        assert (await web_.get(f"{address}/a", {"q": "w"}, KEY)).status == 200
        await web_.close()
    assert [(each.get("X-Naver-Client-Secret"), each["query"]) for each in heard] == [(None, "")]


@pytest.mark.parametrize(
    ("onward", "trouble"),
    [
        ("http://127.0.0.1:9/", Trouble.BLOCKED),
        ("http://169.254.169.254/latest", Trouble.BLOCKED),
        ("http://[::ffff:127.0.0.1]/", Trouble.BLOCKED),
        ("file:///etc/passwd", Trouble.BLOCKED),
        ("/a", Trouble.UNREACHABLE),
    ],
)
async def test_a_redirect_into_a_closed_network_or_a_circle_is_trouble(
    onward: str, trouble: Trouble
) -> None:
    async with site({"/a": onward}) as (address, port, _):
        web_ = Web(Guard(frozenset({("127.0.0.1", port)})))
        with pytest.raises(MalformedSource) as caught:
            await web_.get(f"{address}/a")
        await web_.close()
    assert caught.value.trouble is trouble
