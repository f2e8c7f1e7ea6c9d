"""Reading a body that may be hostile: capped as it is sent, and again as it is unpacked."""

import zlib

import aiohttp

from jobs.room import Hold
from jobs.unpacking import TooMuch, Unasked, Unpacking
from services.ports import Unfetchable

_CHUNK = 65_536


async def body_of(response: aiohttp.ClientResponse, most: int, hold: Hold) -> bytes:
    """All of it, `most` bytes at most; raises Unfetchable. The session must not unpack by itself.

    hold: takes a place before more than a little is in memory.
    """
    length = response.content_length or 0
    if length > most:
        raise Unfetchable("too_large")
    await hold.make_sure(length)
    try:
        return await _unpacked(response, most, hold)
    except TooMuch:
        raise Unfetchable("too_large") from None
    except Unasked:
        raise Unfetchable("bad_answer", "encoding") from None
    except zlib.error:
        raise Unfetchable("truncated", "encoding") from None


async def _unpacked(response: aiohttp.ClientResponse, most: int, hold: Hold) -> bytes:
    unpacking = Unpacking(response.headers.get("Content-Encoding", ""), most)
    async for piece in response.content.iter_chunked(_CHUNK):
        unpacking.add(piece)
        await hold.make_sure(len(unpacking.body))
        if unpacking.has_ended:
            break
    if not unpacking.is_whole:
        raise Unfetchable("truncated", "encoding")
    return bytes(unpacking.body)
