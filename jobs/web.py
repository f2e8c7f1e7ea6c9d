"""Quiet calls to the interfaces of sources, over connections that the guard has seen: httpx for
questions, aiohttp for what stays open.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpcore
import httpx

from domain.sources import MalformedSource, Trouble
from jobs.answers import Answer
from jobs.fetcher import MOST_REDIRECTS, user_agent
from jobs.guard import Guard
from jobs.guarded import Blocked
from jobs.sockets import Lasting, Socket

MOST_BYTES = 5_000_000
_MOVED = frozenset({301, 302, 303, 307, 308})
TIME_OUT = 10.0

SocketOptions = Iterable[httpcore.SOCKET_OPTION]


class Web:
    """One for a process; every connection is checked, also those of redirects. Close it once."""

    def __init__(self, guard: Guard, *, contact: str = "", time_out: float = TIME_OUT) -> None:
        self._guard = guard
        self._client = httpx.AsyncClient(
            transport=_Transport(guard),
            headers={"User-Agent": user_agent(contact)},
            follow_redirects=False,
            timeout=time_out,
            trust_env=False,
        )
        self._time_out = time_out
        self._lasting = Lasting(guard, contact=contact)

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One GET. Raises MalformedSource where there is no answer; any status is an answer."""
        return await self._answer("GET", url, params=params, headers=headers)

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One POST of a form or of JSON, as `get` else."""
        return await self._answer("POST", url, data=form, json=body, headers=headers)

    def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        """The lines of an answer that doesn't end."""
        return self._lasting.lines(url, headers)

    def socket(self, url: str) -> AbstractAsyncContextManager[Socket]:
        """An open WebSocket."""
        return self._lasting.socket(url)

    async def _answer(self, method: str, url: str, **asked: Any) -> Answer:
        if not self._guard.allows_url(url):
            raise MalformedSource(Trouble.BLOCKED)
        try:
            async with asyncio.timeout(self._time_out):
                return await self._ask(method, url, **asked)
        except (TimeoutError, httpx.TimeoutException):
            raise MalformedSource(Trouble.TIMEOUT) from None
        except Blocked:
            raise MalformedSource(Trouble.BLOCKED) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise MalformedSource(Trouble.BAD_ADDRESS) from None
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError):
            raise MalformedSource(Trouble.UNREACHABLE) from None

    async def _ask(self, method: str, url: str, **asked: Any) -> Answer:
        """Follow where the answer leads; another host is told neither keys nor questions."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._once(method, url, **asked)
            onward = answer.headers.get("location", "")
            if answer.status not in _MOVED or not onward or method != "GET":
                return answer
            url, before = str(httpx.URL(answer.url).join(onward)), httpx.URL(answer.url)
            if not self._guard.allows_url(url):
                raise MalformedSource(Trouble.BLOCKED)
            is_same = _origin(httpx.URL(url)) == _origin(before)
            asked = {"headers": asked.get("headers")} if is_same else {}
        raise MalformedSource(Trouble.UNREACHABLE, "redirects")

    async def _once(self, method: str, url: str, **asked: Any) -> Answer:
        self._client.cookies.clear()
        async with self._client.stream(method, url, **asked) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise MalformedSource(Trouble.TOO_LARGE)
            return Answer(
                response.status_code, dict(response.headers), bytes(body), str(response.url)
            )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()
        await self._lasting.close()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class _Backend(httpcore.AsyncNetworkBackend):
    """Resolves by itself and connects to the address that the guard has checked, no other."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore.
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in found]
        allowed = [address for address in addresses if self._guard.allows(address, port)]
        if not allowed:
            raise Blocked("the guard refuses this address")
        return await self._network.connect_tcp(
            allowed[0], port, timeout, local_address, socket_options
        )


class _Transport(httpx.AsyncBaseTransport):
    """httpx's requests over a pool of guarded connections."""

    def __init__(self, guard: Guard) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Backend(guard)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            given = await self._pool.handle_async_request(asked)
        except httpcore.TimeoutException:
            raise httpx.TimeoutException("no answer in time", request=request) from None
        return httpx.Response(
            given.status, headers=given.headers, stream=_Body(given), extensions=given.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, given: httpcore.Response) -> None:
        self._given = given

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._given.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._given.aclose()
