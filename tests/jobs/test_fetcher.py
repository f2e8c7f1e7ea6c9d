"""Fetching from hostile servers, all of them on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from domain.sources import MalformedSource, Trouble
from jobs import fetcher as fetcher_module
from jobs import web as web_module
from jobs.fetcher import GuardedFetcher, user_agent
from jobs.guard import Guard
from jobs.web import Web
from services.ports import Unfetchable

CONTACT = "centre@example.org"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Liar(AbstractResolver):
    """A resolver that says of every name that it is here."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


@asynccontextmanager
async def serving(**paths: Handler) -> AsyncIterator[int]:
    """A server on a free port of loopback; the port."""
    app = web.Application()
    for name, handler in paths.items():
        app.router.add_get(f"/{name}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


@asynccontextmanager
async def fetching(port: int, **more: Any) -> AsyncIterator[GuardedFetcher]:
    made = GuardedFetcher(Guard(frozenset({("127.0.0.1", port)})), **more)
    yield made
    await made.close()


async def reason(fetcher: GuardedFetcher, url: str) -> str:
    with pytest.raises(Unfetchable) as caught:
        await fetcher.fetch(url)
    return caught.value.reason


def to(url: str) -> Handler:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": url})

    return redirect


async def picture(request: web.Request) -> web.Response:
    told = f"{request.headers['User-Agent']}|{request.headers.get('Cookie', '')}"
    return web.Response(text=told, headers={"Set-Cookie": "a=b"})


async def test_what_is_there_is_fetched_honestly_and_without_cookies() -> None:
    async with serving(a=picture, b=to("/a")) as port, fetching(port, contact=CONTACT) as fetcher:
        got = [(await fetcher.fetch(f"http://127.0.0.1:{port}/{path}")).data for path in "aba"]
    assert got == [f"{user_agent(CONTACT)}|".encode()] * 3
    assert CONTACT in user_agent(CONTACT)


async def test_a_redirect_to_another_loopback_port_is_refused_and_never_connected_to() -> None:
    reached: list[str] = []

    async def secret(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response(text="secret")

    async with serving(secret=secret) as other:
        for address in (f"http://127.0.0.1:{other}/secret", f"http://localhost:{other}/secret"):
            async with serving(a=to(address)) as port, fetching(port) as fetcher:
                assert await reason(fetcher, f"http://127.0.0.1:{port}/a") == "blocked"
    assert reached == []


async def test_a_name_that_leads_here_is_refused_when_it_is_connected_to() -> None:
    async with (
        serving(a=picture) as port,
        serving() as practice,
        fetching(practice, resolver=Liar(port)) as fetcher,
    ):
        assert await reason(fetcher, "http://rebound.example/a") == "blocked"


async def test_redirects_end() -> None:
    async with serving(a=to("/a")) as port, fetching(port) as fetcher:
        assert await reason(fetcher, f"http://127.0.0.1:{port}/a") == "redirects"


async def test_too_much_is_cut_off_while_it_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher_module, "MOST_BYTES", 1000)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x" * 1000)
        return response

    async def honest(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 1001)

    async with serving(a=endless, b=honest) as port, fetching(port) as fetcher:
        found = [await reason(fetcher, f"http://127.0.0.1:{port}/{path}") for path in "ab"]
    assert found == ["too_large", "too_large"]


async def test_a_video_may_be_larger_than_a_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetcher_module, "MOST_BYTES", 1_000)
    monkeypatch.setattr(fetcher_module, "most_of_a_video", lambda: 2_000)

    def serve(count: int, kind: str) -> Any:
        async def served(request: web.Request) -> web.Response:
            return web.Response(body=bytes(count), content_type=kind)

        return served

    pages = {"a": serve(2_000, "video/mp4"), "b": serve(2_001, "video/mp4")}
    pages["c"] = serve(1_001, "image/jpeg")
    async with serving(**pages) as port, fetching(port) as fetcher:
        assert len((await fetcher.fetch(f"http://127.0.0.1:{port}/a")).data) == 2_000
        found = [await reason(fetcher, f"http://127.0.0.1:{port}/{path}") for path in "bc"]
    assert found == ["too_large", "too_large"]


async def test_silence_ends_in_time() -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(a=silent) as port, fetching(port, time_out=0.2) as fetcher:
        assert await reason(fetcher, f"http://127.0.0.1:{port}/a") == "timeout"


@pytest.mark.parametrize(("status", "said"), [
        (404, "gone"), (410, "gone"), (500, "status"), (503, "resting"), (429, "resting"),
        (403, "refused"), (204, "empty"), (206, "bad_answer"), (304, "bad_answer"),
    ],
)  # fmt: skip
async def test_other_answers_have_their_reason(status: int, said: str) -> None:
    async def other(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with serving(a=other) as port, fetching(port) as fetcher:
        assert await reason(fetcher, f"http://127.0.0.1:{port}/a") == said


async def test_a_closed_port_is_unreachable() -> None:
    async with serving() as port:
        pass
    async with fetching(port) as fetcher:
        assert await reason(fetcher, f"http://127.0.0.1:{port}/a") == "unreachable"


async def test_calls_to_interfaces_go_through_the_same_guard() -> None:
    async with (
        serving(secret=picture) as other,
        serving(
            a=picture,
            b=to(f"http://127.0.0.1:{other}/secret"),
            c=to(f"http://localhost:{other}/secret"),
        ) as port,
    ):
        quiet = Web(Guard(frozenset({("127.0.0.1", port)})), contact=CONTACT)
        answer = await quiet.get(f"http://127.0.0.1:{port}/a")
        assert (answer.status, answer.body) == (200, f"{user_agent(CONTACT)}|".encode())
        for path in "bc":
            with pytest.raises(MalformedSource) as caught:
                await quiet.get(f"http://127.0.0.1:{port}/{path}")
            assert caught.value.trouble is Trouble.BLOCKED
        await quiet.close()


async def test_a_call_that_answers_too_much_or_nothing_is_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_module, "MOST_BYTES", 10)

    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(a=picture, b=silent) as port:
        quiet = Web(Guard(frozenset({("127.0.0.1", port)})), time_out=0.3)
        troubles = []
        for path in "ab":
            with pytest.raises(MalformedSource) as caught:
                await quiet.get(f"http://127.0.0.1:{port}/{path}")
            troubles.append(caught.value.trouble)
        await quiet.close()
    assert troubles == [Trouble.TOO_LARGE, Trouble.TIMEOUT]
