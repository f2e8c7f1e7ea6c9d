"""Reading a body that may be hostile: capped as it is sent, and again as it is unpacked."""

import zlib
from collections.abc import Callable

import aiohttp

from domain.films import Content
from jobs.films import IN_ONE_PIECE, Reel
from jobs.room import Hold
from jobs.unpacking import TooMuch, Unasked, Unpacking, is_unpacked
from services.ports import Unfetchable

_CHUNK = 65_536


async def film_of(
    response: aiohttp.ClientResponse, most: int, hold: Hold, more_time: Callable[[], None]
) -> Content:
    """All of a video, `most` bytes at most: a film where it is large, else its bytes; raises
    Unfetchable. What is packed is taken as any body is.

    more_time: called whenever as much has come as may be handed on in one piece.
    """
    length = response.content_length or 0
    is_plain = is_unpacked(response.headers.get("Content-Encoding", ""))
    if most <= IN_ONE_PIECE or not is_plain or 0 < length <= IN_ONE_PIECE:
        return await body_of(response, min(most, IN_ONE_PIECE), hold)
    if length > most:
        raise Unfetchable("too_large")
    await hold.make_sure(length)
    return await _reeled(response, most, hold, more_time)


async def _reeled(
    response: aiohttp.ClientResponse, most: int, hold: Hold, more_time: Callable[[], None]
) -> Content:
    reel, is_whole = Reel(), False
    try:
        async for piece in response.content.iter_chunked(_CHUNK):
            if reel.size + len(piece) > most:
                raise Unfetchable("too_large")
            if reel.size // IN_ONE_PIECE < (reel.size + len(piece)) // IN_ONE_PIECE:
                more_time()
            reel.add(piece)
            await hold.make_sure(reel.size)
        whole, is_whole = reel.whole(), True
        return whole
    finally:
        if not is_whole:
            reel.drop()


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
