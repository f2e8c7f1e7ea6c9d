"""Reading a body that may be hostile: capped as it is sent, and again as it is unpacked."""

import zlib

import aiohttp

from jobs.room import Hold
from services.ports import Unfetchable

_CHUNK = 65_536
_ZIPPED = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER = 32 + zlib.MAX_WBITS  # With gzip's header or with zlib's.


async def body_of(response: aiohttp.ClientResponse, most: int, hold: Hold) -> bytes:
    """All of it, `most` bytes at most; raises Unfetchable. The session must not unpack by itself.

    hold: takes a place before more than a little is in memory.
    """
    length = response.content_length or 0
    if length > most:
        raise Unfetchable("too_large")
    await hold.make_sure(length)
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing in ("", "identity"):
        return await _read(response, most, hold)
    if packing not in _ZIPPED:  # We asked for none at all.
        raise Unfetchable("bad_answer", "encoding")
    try:
        return await _unzipped(response, most, hold)
    except zlib.error:
        raise Unfetchable("truncated", "encoding") from None


async def _read(response: aiohttp.ClientResponse, most: int, hold: Hold) -> bytes:
    pieces = bytearray()
    async for piece in response.content.iter_chunked(_CHUNK):
        pieces += piece
        if len(pieces) > most:
            raise Unfetchable("too_large")
        await hold.make_sure(len(pieces))
    return bytes(pieces)


async def _unzipped(response: aiohttp.ClientResponse, most: int, hold: Hold) -> bytes:
    """No step makes more than what is still allowed, and one byte that shows that it is too much."""
    unzip, pieces = zlib.decompressobj(_EITHER), bytearray()
    async for piece in response.content.iter_chunked(_CHUNK):
        pieces += unzip.decompress(piece, most + 1 - len(pieces))
        if len(pieces) > most:
            raise Unfetchable("too_large")
        await hold.make_sure(len(pieces))
        if unzip.eof:
            return bytes(pieces)
    raise Unfetchable("truncated", "encoding")
