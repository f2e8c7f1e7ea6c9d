"""httpx's requests over connections that the guard has seen, each to the very address it allowed."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable

import httpcore
import httpx

from jobs.guard import Guard
from jobs.guarded import Blocked

SocketOptions = Iterable[httpcore.SOCKET_OPTION]


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


class Transport(httpx.AsyncBaseTransport):
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
