"""Fetches public media into memory: guarded addresses, few redirects, a cap on bytes and time."""

import asyncio
from typing import Any
from urllib.parse import urljoin

import aiohttp

from jobs.guard import Guard
from jobs.guarded import guarded_session, is_blocked
from services.ports import Unfetchable

NAME = "Ansim/0.1"
MOST_BYTES = 20_000_000
MOST_VIDEO_BYTES = 40_000_000
TIME_OUT = 15.0
MOST_REDIRECTS = 5

_CHUNK = 65_536
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410, 451})
_CONNECTIONS = 32
_CONNECTIONS_TO_A_HOST = 4


def user_agent(contact: str) -> str:
    """Who visits, and how its people are reached."""
    parts = ["victim-support centre", "looks for copies of registered media", contact]
    return f"{NAME} ({'; '.join(filter(None, parts))})"


class GuardedFetcher:
    """Keeps no cookies, uses no proxies, writes nothing to disk. Close it once."""

    def __init__(
        self,
        guard: Guard,
        *,
        contact: str = "",
        resolver: Any = None,
        time_out: float = TIME_OUT,
    ) -> None:
        self._guard = guard
        self._name = user_agent(contact)
        self._time_out = time_out
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str) -> bytes:
        """The bytes there, 20 MB at most, or 40 of what says that it is a video.

        Raises Unfetchable, and nothing else.
        """
        try:
            async with asyncio.timeout(self._time_out):
                return await self._follow(url)
        except TimeoutError:
            raise Unfetchable("timeout") from None
        except (aiohttp.InvalidURL, UnicodeError):
            raise Unfetchable("bad_address") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unfetchable("blocked" if is_blocked(error) else "unreachable") from None

    async def _follow(self, url: str) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            if not self._guard.allows_url(url):
                raise Unfetchable("blocked")
            async with self._opened().get(url, allow_redirects=False) as response:
                if response.status not in _MOVED:
                    return await _body(response)
                url = urljoin(url, response.headers.get("Location", ""))
        raise Unfetchable("status", "too many redirects")

    def _opened(self) -> aiohttp.ClientSession:
        """Made at the first call, since it belongs to the running loop."""
        if self._session is None:
            self._session = guarded_session(
                self._guard,
                self._name,
                resolver=self._resolver,
                limit=_CONNECTIONS,
                limit_per_host=_CONNECTIONS_TO_A_HOST,
                accept="image/*,video/*;q=0.8,*/*;q=0.5",
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status in _GONE:
        raise Unfetchable("gone", str(response.status))
    if response.status != 200:
        raise Unfetchable("status", str(response.status))
    most = MOST_VIDEO_BYTES if response.content_type.startswith("video/") else MOST_BYTES
    if (response.content_length or 0) > most:
        raise Unfetchable("too_large")
    pieces = bytearray()
    async for piece in response.content.iter_chunked(_CHUNK):
        pieces += piece
        if len(pieces) > most:
            raise Unfetchable("too_large")
    return bytes(pieces)
