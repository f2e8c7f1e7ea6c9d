"""Quiet calls to the interfaces of sources, over connections that the guard has seen: httpx for
questions, aiohttp for what stays open.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from copy import copy
from functools import partial
from typing import Any

import httpcore
import httpx

from domain.networks import VISITING_S
from domain.sources import MalformedSource, Trouble
from jobs.answers import Answer
from jobs.fetcher import MOST_REDIRECTS, user_agent
from jobs.guard import Guard
from jobs.guarded import Blocked
from jobs.pacer import Pacer
from jobs.sockets import Lasting, Socket
from jobs.transport import Transport
from jobs.unpacking import ACCEPTED, TooMuch, Unasked, Unpacking

MOST_BYTES = 5_000_000
_MOVED = frozenset({301, 302, 303, 307, 308})
TIME_OUT = 10.0


class Web:
    """One for a process; every connection is checked, also those of redirects. Close it once.

    pacer: keeps the calls to each host apart, as far as we ask a site that we visit unless `spaced`;
    waiting for a turn is not part of the time-out.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        contact: str = "",
        time_out: float = TIME_OUT,
        pacer: Pacer | None = None,
    ) -> None:
        self._guard = guard
        self._client = httpx.AsyncClient(
            transport=Transport(guard),
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": ACCEPTED},
            follow_redirects=False,
            timeout=time_out,
            trust_env=False,
        )
        self._time_out = time_out
        self._lasting = Lasting(guard, contact=contact)
        self._pacer = Pacer(own=guard.own) if pacer is None else pacer
        self._spacing_s = VISITING_S

    def spaced(self, spacing_s: float) -> "Web":
        """The same connections and turns, for calls so many seconds apart."""
        same = copy(self)
        same._spacing_s = spacing_s
        return same

    def keep_apart(self, url: str, seconds: float) -> None:
        """The site of this address wants all calls to it to be so far apart."""
        self._pacer.keep_apart(url, seconds)

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One GET. Raises MalformedSource where there is no answer; any status is an answer."""
        return await self._ask("GET", url, params=params, headers=headers)

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One POST of a form or of JSON, as `get` else."""
        return await self._ask("POST", url, data=form, json=body, headers=headers)

    def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        """The lines of an answer that doesn't end; it is one call."""
        return self._lasting.lines(url, headers, partial(self._turn, url))

    def socket(self, url: str) -> AbstractAsyncContextManager[Socket]:
        """An open WebSocket; it is one call."""
        return self._lasting.socket(url, partial(self._turn, url))

    async def _turn(self, url: str) -> None:
        await self._pacer.turn(url, self._spacing_s)

    async def _ask(self, method: str, url: str, **asked: Any) -> Answer:
        """Follow where the answer leads; another host is told neither keys nor questions."""
        left, clock = self._time_out, asyncio.get_running_loop().time
        for _ in range(MOST_REDIRECTS + 1):
            if not self._guard.allows_url(url):
                raise MalformedSource(Trouble.BLOCKED)
            await self._turn(url)
            began = clock()
            answer = await self._answer(left, method, url, **asked)
            left -= clock() - began
            onward = answer.headers.get("location", "")
            if answer.status not in _MOVED or not onward or method != "GET":
                return answer
            url, before = _joined(answer.url, onward), httpx.URL(answer.url)
            is_same = _origin(httpx.URL(url)) == _origin(before)
            asked = {"headers": asked.get("headers")} if is_same else {}
        raise MalformedSource(Trouble.UNREACHABLE, "redirects")

    async def _answer(self, patience: float, method: str, url: str, **asked: Any) -> Answer:
        try:
            async with asyncio.timeout(patience):
                return await self._once(method, url, **asked)
        except (TimeoutError, httpx.TimeoutException):
            raise MalformedSource(Trouble.TIMEOUT) from None
        except Blocked:
            raise MalformedSource(Trouble.BLOCKED) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise MalformedSource(Trouble.BAD_ADDRESS) from None
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError):
            raise MalformedSource(Trouble.UNREACHABLE) from None

    async def _once(self, method: str, url: str, **asked: Any) -> Answer:
        self._client.cookies.clear()
        async with self._client.stream(method, url, **asked) as response:
            body = await _body_of(response)
            return Answer(response.status_code, dict(response.headers), body, str(response.url))

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()
        await self._lasting.close()


async def _body_of(response: httpx.Response) -> bytes:
    """All of it, unpacked by ourselves: httpx unpacks each piece whole, however large it gets."""
    odd = MalformedSource(Trouble.STATUS, f"{response.status_code}, Content-Encoding")
    try:
        unpacking = Unpacking(response.headers.get("content-encoding", ""), MOST_BYTES)
        async for piece in response.aiter_raw():
            unpacking.add(piece)
            if unpacking.has_ended:
                break
    except TooMuch:
        raise MalformedSource(Trouble.TOO_LARGE) from None
    except (Unasked, zlib.error):
        raise odd from None
    if not unpacking.is_whole:
        raise odd
    return bytes(unpacking.body)


def _joined(base: str, onward: str) -> str:
    try:
        return str(httpx.URL(base).join(onward))
    except httpx.InvalidURL:
        raise MalformedSource(Trouble.BAD_ADDRESS) from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
