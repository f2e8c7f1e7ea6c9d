"""httpx's requests over connections that the guard has seen, each to the very address it allowed."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import httpcore
import httpx

from jobs.guard import Guard
from jobs.guarded import Blocked

_MOST_ADDRESSES = 3  # They share the time in which a connection is to be made.

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
        """The first of a host's allowed addresses that can be connected to, of three at most."""
        *others, last = await self._allowed(host, port)
        patience = None if timeout is None else timeout / (len(others) + 1)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(
                    address, port, patience, local_address, socket_options
                )
        return await self._network.connect_tcp(last, port, patience, local_address, socket_options)

    async def _allowed(self, host: str, port: int) -> list[str]:
        """One address at least; raises Blocked."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(info[4][0]) for info in found)
        allowed = [address for address in addresses if self._guard.allows(address, port)]
        if not allowed:
            raise Blocked("the guard refuses this address")
        return allowed[:_MOST_ADDRESSES]


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
