"""A small server on loopback that answers byte for byte what a test wants, honest or not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard

Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Hostile:
    """Where it listens, and the requests that it got."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "/a.jpg") -> str:
        """An address on it."""
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def hostile(answering: Answering | bytes) -> AsyncIterator[Hostile]:
    """Answers every request alike, and hangs up where it is done."""
    here = Hostile()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            here.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            if isinstance(answering, bytes):
                writer.write(answering)
                await writer.drain()
            else:
                await answering(writer)
        writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    here.port = int(server.sockets[0].getsockname()[1])
    try:
        yield here
    finally:
        server.close()


@asynccontextmanager
async def fetcher_for(here: Hostile, time_out: float = 5.0) -> AsyncIterator[GuardedFetcher]:
    """The product's own fetcher, allowed to reach this server alone."""
    made = GuardedFetcher(Guard(frozenset({("127.0.0.1", here.port)})), time_out=time_out)
    yield made
    await made.close()


def head(*lines: str, status: str = "200 OK") -> bytes:
    """The beginning of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def dripping(start: bytes, drop: bytes) -> Answering:
    """Begins well and goes on so slowly, and for so long, that nobody could wait."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return answer


def endless(start: bytes, piece: bytes) -> Answering:
    """Never stops, as fast as it is read."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()

    return answer


def chunked(*pieces: bytes) -> Iterator[bytes]:
    """Well-formed chunks without the last one."""
    return (b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
