"""What runs inside a process that decodes videos: its limits first, then one video after another.

Nothing heavy is imported here at the top, for the reason that matching/child.py gives.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_double
from typing import TYPE_CHECKING, BinaryIO

from matching import child

if TYPE_CHECKING:
    from matching.video_decoding import Progress

MOST_BYTES = 4_000_000_000
LONGEST_SECONDS = 2 * 3600
LONGEST_LOOK = 300

_MEMORY = 2_000_000_000  # Sixteen reference frames of 36 megapixels, and a window of them to hash.
_LEAST_SECONDS = 120
_BYTES_A_SECOND = 100_000  # A slow machine's worst: long, small, still footage.
_shares: list[c_double] = []
_films: list[int] = []


def confine(share: c_double, film: int | None = None) -> None:
    """Set this process's limits; runs once. share: told how far the video at hand has come, 0 to 1.
    film: the descriptor of the one video that it is there for.
    """
    _shares[:] = [share]
    _films[:] = [] if film is None else [film]
    child.confine_to(_MEMORY, _warm_up)


def seconds_for(size: int, *, is_dense: bool = True) -> int:
    """How long a file of so many bytes may take, by the processor's clock and by ours; where key frames
    alone are asked for, others wait for it, and it may take no more than LONGEST_LOOK.
    """
    seconds = min(LONGEST_SECONDS, _LEAST_SECONDS + size // _BYTES_A_SECOND)
    return seconds if is_dense else min(seconds, LONGEST_LOOK)


def hash_file(path: str, is_whole: bool) -> tuple[bytes, bytes]:
    """The SHA-256 of a file and the packed print that may be passed on: canonical hashes alone, or
    the whole of it, to be sealed.

    Raises Undecodable, also where none of these has enough texture; OSError if it can't be opened.
    """
    from domain.videos import LEAST_QUALITY, Frame, VideoPrint
    from matching.decoding import Undecodable, Why
    from matching.packing_video import packed
    from matching.video import hash_video
    from matching.video_decoding import VideoLimits

    with open(path, "rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(0)
        limits = VideoLimits(most_bytes=MOST_BYTES)
        with child.time_limit(seconds_for(size)):
            sha256 = hashlib.file_digest(opened, "sha256").digest()
            made = hash_video(opened, dense=True, progress=_progress(), limits=limits)
    if all(frame.forms[0].quality < LEAST_QUALITY for frame in made.frames):
        raise Undecodable(Why.PLAIN)
    if is_whole:
        return sha256, packed(made)
    frames = tuple(Frame(each.at_s, each.forms, (), each.is_strict) for each in made.frames)
    return sha256, packed(VideoPrint(made.duration_s, frames))


def hash_confined(data: bytes, dense: bool) -> bytes:
    """The packed print of a video: all that is registered of it, or key frames to ask with."""
    from matching.packing_video import packed
    from matching.video import hash_video

    with child.time_limit(seconds_for(len(data), is_dense=dense)):
        return packed(hash_video(data, dense=dense))


def finer_confined(data: bytes, around_s: Sequence[float]) -> bytes:
    """The packed print of more frames around some moments."""
    from matching.packing_video import packed
    from matching.video import finer

    with child.time_limit(seconds_for(len(data), is_dense=False)):
        return packed(finer(data, around_s))


def hash_film(dense: bool) -> bytes:
    """The same of the film that this process was born with."""
    from matching.packing_video import packed
    from matching.video import hash_video

    with _film() as (opened, seconds), child.time_limit(seconds):
        return packed(hash_video(opened, dense=dense))


def finer_film(around_s: Sequence[float]) -> bytes:
    """The packed print of more frames of that film around some moments."""
    from matching.packing_video import packed
    from matching.video import finer

    with _film() as (opened, seconds), child.time_limit(seconds):
        return packed(finer(opened, around_s))


@contextmanager
def _film() -> "Iterator[tuple[BinaryIO, int]]":
    """The film from its beginning, and how long it may take."""
    [number] = _films
    with open(number, "rb", closefd=False) as opened:
        size = opened.seek(0, 2)
        opened.seek(0)
        yield opened, seconds_for(size, is_dense=False)


def _progress() -> "Progress":
    [share] = _shares

    def told(done: float) -> None:
        share.value = done

    return told


def _warm_up() -> None:
    """Load everything a video will need, while files may still be opened and memory is free."""
    import io

    import av
    import cv2
    import numpy as np

    from matching.video import hash_video

    cv2.setNumThreads(1)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="avi") as target:
        stream = target.add_stream("mjpeg", rate=2)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
        for level in range(3):
            grey = np.full((64, 64, 3), 80 * level, np.uint8)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        target.mux(stream.encode(None))
    hash_video(buffer.getvalue(), dense=True)
