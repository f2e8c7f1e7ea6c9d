"""Quiet calls to the interfaces of sources: httpx over connections that the guard has seen."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

import httpcore
import httpx

from domain.sources import MalformedSource, Trouble
from jobs.fetcher import MOST_REDIRECTS, Blocked, user_agent
from jobs.guard import Guard

MOST_BYTES = 5_000_000
TIME_OUT = 10.0

SocketOptions = Iterable[httpcore.SOCKET_OPTION]


@dataclass(frozen=True)
class Answer:
    """What a source answered: status, headers by lower-case name, body, and the final address."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Web:
    """One for a process; every connection is checked, also those of redirects. Close it once."""

    def __init__(self, guard: Guard, *, contact: str = "", time_out: float = TIME_OUT) -> None:
        self._guard = guard
        self._client = httpx.AsyncClient(
            transport=_Transport(guard),
            headers={"User-Agent": user_agent(contact)},
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            timeout=time_out,
            trust_env=False,
        )
        self._time_out = time_out

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One GET. Raises MalformedSource where there is no answer; any status is an answer."""
        if not self._guard.allows_url(url):
            raise MalformedSource(Trouble.BLOCKED)
        try:
            async with asyncio.timeout(self._time_out):
                return await self._get(url, params, headers)
        except (TimeoutError, httpx.TimeoutException):
            raise MalformedSource(Trouble.TIMEOUT) from None
        except Blocked:
            raise MalformedSource(Trouble.BLOCKED) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise MalformedSource(Trouble.BAD_ADDRESS) from None
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError):
            raise MalformedSource(Trouble.UNREACHABLE) from None

    async def _get(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None
    ) -> Answer:
        self._client.cookies.clear()
        async with self._client.stream("GET", url, params=params, headers=headers) as response:
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
