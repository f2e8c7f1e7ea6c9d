"""Pages that serve videos of all manners on loopback: small, large, slow, broken."""

import asyncio
import gzip
import os

from aiohttp import web

from tests.jobs.test_fetcher import Handler

LARGE, SMALL, HUGE = os.urandom(25_000), os.urandom(9_000), os.urandom(50_000)


def served(body: bytes, **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, content_type="video/mp4", headers=named)

    return answer


def dripped(body: bytes, claimed: int = 0) -> Handler:
    """Piece by piece; claimed: bytes that it says are coming, where it says so at all."""

    async def answer(request: web.Request) -> web.StreamResponse:
        length = {"Content-Length": str(claimed)} if claimed else {}
        response = web.StreamResponse(headers={"Content-Type": "video/webm", **length})
        await response.prepare(request)
        for at in range(0, len(body), 7_000):
            await response.write(body[at : at + 7_000])
        if claimed:
            assert request.transport is not None
            request.transport.close()
        return response

    return answer


async def stalled(request: web.Request) -> web.StreamResponse:
    """Says how much is coming, and sends nothing."""
    length = {"Content-Length": str(len(LARGE))}
    response = web.StreamResponse(headers={"Content-Type": "video/mp4", **length})
    await response.prepare(request)
    await asyncio.Event().wait()
    return response


def slowly(pause_s: float) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        length = {"Content-Length": str(len(LARGE))}
        response = web.StreamResponse(headers={"Content-Type": "video/mp4", **length})
        await response.prepare(request)
        for at in range(0, len(LARGE), 7_000):
            await asyncio.sleep(pause_s)
            await response.write(LARGE[at : at + 7_000])
        return response

    return answer


PAGES = {
    "stalled": stalled,
    "steady": slowly(0.15),
    "too_slow": slowly(0.5),
    "large": served(LARGE),
    "small": served(SMALL),
    "huge": served(HUGE),
    "dripped_large": dripped(LARGE),
    "dripped_small": dripped(SMALL),
    "dripped_huge": dripped(HUGE),
    "broken": dripped(LARGE[:14_000], len(LARGE)),
    "packed": served(gzip.compress(LARGE), Content_Encoding="gzip"),
    "packed_small": served(gzip.compress(SMALL), Content_Encoding="gzip"),
}
