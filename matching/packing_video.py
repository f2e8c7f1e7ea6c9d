"""A video's print as a few bytes to be kept sealed, and read back exactly."""

import struct
from collections.abc import Iterator
from zlib import crc32

from domain.fingerprints import HASH_BYTES, Pdq
from domain.videos import Frame, VideoPrint

_OPENING = b"ANV1"
_HEAD = struct.Struct("<4sIdI")  # What it is, the sum over all that follows, length, frames.
_FRAME = struct.Struct("<dHH?")  # Its moment, how many forms and variants, is it held strict.
_HASH = HASH_BYTES + 1  # And its quality.


class BadPacked(ValueError):
    """Bytes that are no packed video, or not whole."""


def packed(video: VideoPrint) -> bytes:
    """Version, checksum, then each frame: 13 bytes and 33 for each hash."""
    frames = b"".join(_packed_frame(frame) for frame in video.frames)
    tail = struct.pack("<dI", video.duration_s, len(video.frames))
    return _HEAD.pack(_OPENING, crc32(tail + frames), video.duration_s, len(video.frames)) + frames


def unpacked(data: bytes) -> VideoPrint:
    """What `packed` was given. Raises BadPacked, and nothing else."""
    try:
        opening, total, duration_s, count = _HEAD.unpack_from(data)
    except struct.error:
        raise BadPacked("too short to be a packed video") from None
    if opening != _OPENING or crc32(data[8:]) != total:
        raise BadPacked("no packed video, or a damaged one")
    try:
        return VideoPrint(duration_s, tuple(_frames(data, count)))
    except (struct.error, ValueError, IndexError):
        raise BadPacked("a packed video that was made otherwise") from None


def _packed_frame(frame: Frame) -> bytes:
    hashes = (*frame.forms, *frame.variants)
    head = _FRAME.pack(frame.at_s, len(frame.forms), len(frame.variants), frame.is_strict)
    return head + b"".join(each.bits + bytes((each.quality,)) for each in hashes)


def _frames(data: bytes, count: int) -> Iterator[Frame]:
    at = _HEAD.size
    for _ in range(count):
        at_s, forms, variants, is_strict = _FRAME.unpack_from(data, at)
        first, at = at + _FRAME.size, at + _FRAME.size + (forms + variants) * _HASH
        hashes = tuple(_hash(data[place : place + _HASH]) for place in range(first, at, _HASH))
        yield Frame(at_s, hashes[:forms], hashes[forms:], is_strict)
    if at != len(data):
        raise BadPacked("a packed video of another length")


def _hash(row: bytes) -> Pdq:
    return Pdq(row[:HASH_BYTES], row[HASH_BYTES])
