"""Fetches public media into memory: guarded addresses, few redirects, a cap on bytes and time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urljoin

import aiohttp

from domain.films import Content, Film
from domain.sightings import LONGEST_ETAG
from jobs.answers import Answer, retry_after
from jobs.bodies import body_of, film_of
from jobs.films import most_of_a_video
from jobs.guard import Guard, host_of
from jobs.guarded import guarded_session, is_blocked
from jobs.politeness import Politeness, Resting
from jobs.room import Hold, Room
from services.ports import Fetched, Unfetchable

NAME = "Ansim/0.1"
MOST_BYTES = 20_000_000
TIME_OUT = 15.0
MOST_REDIRECTS = 5

_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410, 451})
_BUSY = frozenset({429, 503})
_EMPTY = frozenset({204, 205})
_LATER = frozenset({408, 425})
_READ_AHEAD = 262_144  # Most pictures come without being held up on the way.
_CONNECTIONS = 256
_CONNECTIONS_TO_A_HOST = 64  # Politeness allows fewer.


def user_agent(contact: str) -> str:
    """Who visits, and how its people are reached."""
    parts = ["victim-support centre", "looks for copies of registered media", contact]
    return f"{NAME} ({'; '.join(filter(None, parts))})"


@dataclass(frozen=True)
class _Visit:
    """What one fetch takes along: the ETag that is known, its hold on room, and how it gets more time."""

    etag: str
    hold: Hold
    more_time: Callable[[], None]


class GuardedFetcher:
    """Keeps no cookies, uses no proxies, writes nothing to disk. Close it once.

    politeness: to the hosts of media; where none is given, the usual one.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        contact: str = "",
        resolver: Any = None,
        time_out: float = TIME_OUT,
        politeness: Politeness | None = None,
    ) -> None:
        self._guard = guard
        self._name = user_agent(contact)
        self._time_out = time_out
        self._resolver = resolver
        self._politeness = _usual(guard) if politeness is None else politeness
        self._room = Room()
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        """What lies there, 20 MB at most, or 200 of what says that it is a video.

        Only so many large ones are held at once: others wait a little, or come back. Each 40 MB of a
        video have the time that anything else has for all of it. Raises Unfetchable, and nothing else.
        """
        hold, fetched = self._room.hold(), None
        try:
            async with asyncio.timeout(self._time_out) as limit:
                visit = _Visit(etag, hold, partial(_later, limit, self._time_out))
                fetched = await self._follow(url, visit)
                return replace(fetched, let_go=partial(_let_go, fetched.data, hold))
        except Resting as rest:
            raise Unfetchable("resting", retry_after=_seconds(rest.seconds)) from None
        except TimeoutError:
            raise Unfetchable("timeout") from None
        except ValueError:
            raise Unfetchable("bad_address") from None
        except aiohttp.ClientPayloadError:
            raise Unfetchable("truncated", "body") from None
        except aiohttp.ClientResponseError:
            raise Unfetchable("bad_answer", "header") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unfetchable("blocked" if is_blocked(error) else "unreachable") from None
        finally:
            if fetched is None:
                hold.let_go()

    async def _follow(self, url: str, visit: _Visit) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            if not self._guard.allows_url(url):
                raise Unfetchable("blocked")
            found = await self._ask(url, visit)
            if isinstance(found, Fetched):
                return found
            url = urljoin(url, found)
        raise Unfetchable("redirects")

    async def _ask(self, url: str, visit: _Visit) -> Fetched | str:
        """What lies there, or where it leads."""
        host = host_of(url)
        async with (
            self._politeness.turn(host),
            self._opened().get(url, allow_redirects=False, headers=_asked(visit.etag)) as response,
        ):
            if response.status in _MOVED:
                return response.headers.get("Location", "")
            if response.status in _BUSY:
                raise self._let_rest(host, response)
            found = await _found(response, visit)
            self._politeness.well(host)
            return found

    def _let_rest(self, host: str, response: aiohttp.ClientResponse) -> Unfetchable:
        headers = {name.lower(): value for name, value in response.headers.items()}
        asked = retry_after(Answer(response.status, headers, b"", ""))
        seconds = self._politeness.rest(host, asked.total_seconds() if asked else None)
        return Unfetchable("resting", str(response.status), _seconds(seconds))

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
                read_bufsize=_READ_AHEAD,
                is_unpacked=False,
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _usual(guard: Guard) -> Politeness:
    return Politeness(time.monotonic, own=guard.own)


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _asked(etag: str) -> dict[str, str]:
    """Media is packed already: bytes that unpack to more are only ever meant to harm."""
    condition = {"If-None-Match": etag} if etag else {}
    return {"Accept-Encoding": "identity", **condition}


async def _found(response: aiohttp.ClientResponse, visit: _Visit) -> Fetched:
    if response.status == 304 and visit.etag:
        return Fetched(b"", visit.etag, is_unchanged=True)
    if response.status != 200:
        raise Unfetchable(_why(response.status), str(response.status))
    visit.hold.is_picture = response.content_type.startswith("image/")
    if response.content_type.startswith("video/"):
        film = await film_of(response, most_of_a_video(), visit.hold, visit.more_time)
        return Fetched(film, _etag_of(response))
    return Fetched(await body_of(response, MOST_BYTES, visit.hold), _etag_of(response))


def _later(limit: asyncio.Timeout, seconds: float) -> None:
    when = limit.when()
    if when is not None:
        limit.reschedule(when + seconds)


def _let_go(content: Content, hold: Hold) -> None:
    if isinstance(content, Film):
        content.close()
    hold.let_go()


def _why(status: int) -> str:
    if status in _GONE:
        return "gone"
    if status in _EMPTY:
        return "empty"
    if status < 400:
        return "bad_answer"
    return "status" if status >= 500 or status in _LATER else "refused"


def _etag_of(response: aiohttp.ClientResponse) -> str:
    """Its ETag as it stands; none where it is longer than any that is kept, or odd."""
    etag = response.headers.get("ETag", "").strip()
    is_well = len(etag) <= LONGEST_ETAG and etag.isascii() and etag.isprintable()
    return etag if is_well else ""
