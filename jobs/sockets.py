"""Connections that stay open: the lines of an answer that doesn't end, and WebSockets."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
)
from contextlib import asynccontextmanager, contextmanager

import aiohttp

from domain.sources import MalformedSource, Trouble
from jobs.answers import Answer, require_ok
from jobs.fetcher import user_agent
from jobs.guard import Guard
from jobs.guarded import guarded_session, is_blocked

CONNECT_TIME_OUT = 10.0
SILENCE = 90.0  # Every network that we listen to says something more often.
HEARTBEAT = 25.0
MOST_BYTES = 5_000_000  # Of one line or message.

_CONNECTIONS = 100  # One for each stream, for as long as it lasts.
_READ_AT_ONCE = MOST_BYTES // 2  # aiohttp takes lines up to twice this.
Turn = Callable[[], Awaitable[None]]

_TEXTS = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)


async def at_once() -> None:
    """A turn that needs no waiting."""


class Socket:
    """An open WebSocket: what arrives, as text or bytes, until the other side ends it."""

    def __init__(self, opened: aiohttp.ClientWebSocketResponse) -> None:
        self._opened = opened

    async def send(self, text: str) -> None:
        """Send a text."""
        await self._opened.send_str(text)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        async for message in self._opened:
            if message.type in _TEXTS:
                yield message.data
        if self._opened.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
            raise MalformedSource(Trouble.TOO_LARGE)


class Lasting:
    """Opens what stays open; one for a process. Close it once."""

    def __init__(self, guard: Guard, *, contact: str = "", silence: float = SILENCE) -> None:
        self._guard = guard
        self._name = user_agent(contact)
        self._silence = silence
        self._session: aiohttp.ClientSession | None = None

    async def lines(
        self, url: str, headers: Mapping[str, str] | None = None, turn: Turn = at_once
    ) -> AsyncGenerator[str, None]:
        """The lines of an answer as they come, without their ends; ends with it.

        turn: waits until it may be opened. Raises MalformedSource where it can't be, breaks off, or
        is silent for too long.
        """
        patience = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_TIME_OUT, sock_read=self._silence
        )
        with _told():
            session = self._opened(url)
            await turn()
            plain = {"Accept-Encoding": "identity", **(headers or {})}
            async with session.get(
                url, headers=plain, timeout=patience, allow_redirects=False
            ) as found:
                require_ok(Answer(found.status, _lower(found.headers), b"", url))
                if found.headers.get("Content-Encoding", "identity").lower() != "identity":
                    raise MalformedSource(Trouble.STATUS, f"{found.status}, Content-Encoding")
                async for line in found.content:
                    yield line.decode("utf-8", "replace").rstrip("\r\n")

    @asynccontextmanager
    async def socket(self, url: str, turn: Turn = at_once) -> AsyncIterator[Socket]:
        """A WebSocket after our turn; url begins with ws:// or wss://. Raises MalformedSource, also in the block."""
        with _told():
            session = self._opened(url)
            await turn()
            async with asyncio.timeout(CONNECT_TIME_OUT):
                opened = await session.ws_connect(url, heartbeat=HEARTBEAT, max_msg_size=MOST_BYTES)
            async with opened:
                yield Socket(opened)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self, url: str) -> aiohttp.ClientSession:
        if not self._guard.allows_url(url.replace("ws", "http", 1) if url[:2] == "ws" else url):
            raise MalformedSource(Trouble.BLOCKED)
        if self._session is None:
            self._session = guarded_session(
                self._guard,
                self._name,
                limit=_CONNECTIONS,
                limit_per_host=_CONNECTIONS,
                read_bufsize=_READ_AT_ONCE,
                is_unpacked=False,
            )
        return self._session


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def _told() -> Iterator[None]:
    """Whatever a connection dies of, told as what is wrong with the source."""
    try:
        yield
    except TimeoutError:
        raise MalformedSource(Trouble.TIMEOUT) from None
    except aiohttp.WSServerHandshakeError as refused:
        raise MalformedSource(Trouble.STATUS, str(refused.status)) from None
    except (aiohttp.InvalidURL, UnicodeError):
        raise MalformedSource(Trouble.BAD_ADDRESS) from None
    except ValueError as flaw:
        if isinstance(flaw, MalformedSource):
            raise
        raise MalformedSource(Trouble.TOO_LARGE) from None  # A line without an end.
    except (aiohttp.ClientError, OSError) as error:
        is_ours = is_blocked(error)
        raise MalformedSource(Trouble.BLOCKED if is_ours else Trouble.UNREACHABLE) from None
