"""The one rule by which video bytes become upright luma pictures, and by which they are refused.

1. Nothing is fetched or opened beside the bytes: playlists and other formats that name further
   files are not read at all, and whatever a container asks to be opened is refused.
2. The header is looked at before a frame is decoded: its size, its length, whether there are moving
   pictures at all (the picture on an album's cover is none).
3. Frames are decoded at full resolution; their luma plane is what is hashed, stretched to full
   range, as vPDQ's own conversion gives it. The shape of pixels doesn't matter to PDQ.
4. The rotation that the container asks for is applied.
5. Where every frame is needed (registration), damaged or cut-off data is refused, as far as the
   header says how much there should be (a transport stream doesn't); a query makes do with the
   frames that can be decoded, so that a scratch hides no copy.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from domain.films import OPENING_BYTES
from matching.decoding import Undecodable, Why
from matching.kinds import is_video

Luma = NDArray[np.uint8]
Progress = Callable[[float], None]

FORMATS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg"

_BUFFER = 1 << 20
_SHORTEST_SIDE = 8
_BITS = 8
_QUARTER = 90
_FULL_RANGE = 2
# Video keeps luma between 16 and 235.
_STRETCH = ((np.arange(256) - 16) * (255 / 219)).round().clip(0, 255).astype(np.uint8)
_BAD_SHARE = 0.05  # More damaged packets than this are no whole video.
_LEAST_MISSING_S = 1.0
_MISSING_SHARE = 0.05  # At the end; a file's length may be its sound's, so there more is allowed.
_MISSING_SHARE_OF_FILE = 0.15
# What FFmpeg's bindings raise of hostile bytes; anything else is a mistake of ours and is raised.
_OF_BYTES = (av.FFmpegError, ArithmeticError, LookupError, OSError, RuntimeError, ValueError)

# Decoders print of damaged videos; nothing of a video may reach a terminal or a log.
av.logging.set_level(None)


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What is refused: bytes, seconds of footage, frames, pixels, a side's length.

    is_late: asked at each frame; where it says yes, the video takes too long and is given up.
    """

    most_bytes: int = 500_000_000
    most_seconds: float = 4 * 3600
    most_pixels: int = 36_000_000
    longest_side: int = 16_384
    most_frames: int = 1_000_000
    is_late: Callable[[], bool] = bool


class Footage:
    """An opened video. Its methods raise Undecodable; made by `opened` only."""

    def __init__(self, container: InputContainer, stream: VideoStream, limits: VideoLimits) -> None:
        self._container = container
        self._stream = stream
        self._limits = limits
        self._base = float(stream.time_base or 0)
        self._first = stream.start_time or 0
        self._packets = self._bad = 0
        self.seen = 0
        self.end_s = 0.0
        self.duration_s = self._duration()
        if self.duration_s > limits.most_seconds:
            raise Undecodable(Why.TOO_LONG)

    def keyframes(self, apart_s: float) -> Iterator[tuple[float, VideoFrame]]:
        """The frames that stand by themselves, no two nearer in time than `apart_s`."""
        self._stream.codec_context.skip_frame = "NONKEY"
        latest = -apart_s
        for packet in self._demuxed():
            at_s = self._time(packet.pts if packet.pts is not None else packet.dts, latest)
            if packet.size and (not packet.is_keyframe or at_s - latest < apart_s):
                continue
            if packet.size:
                latest = at_s
            yield from self._decoded(packet)

    def every_frame(self) -> Iterator[tuple[float, VideoFrame]]:
        """All frames from where the container stands, with their times."""
        for packet in self._demuxed():
            yield from self._decoded(packet)

    def rewind(self, to_s: float) -> None:
        """Stand at the last key frame before `to_s`, ready to decode every frame."""
        self._stream.codec_context.skip_frame = "DEFAULT"
        target = self._first + int(max(0.0, to_s) / self._base) if self._base else 0
        self._container.seek(target, stream=self._stream)

    def check_whole(self) -> None:
        """Raises Undecodable where what was decoded is less than the header promised."""
        missing = self.duration_s - self.end_s
        share = _MISSING_SHARE if self._stream.duration else _MISSING_SHARE_OF_FILE
        is_short = missing > max(_LEAST_MISSING_S, share * self.duration_s)
        if is_short or self._bad > _BAD_SHARE * self._packets:
            raise Undecodable(Why.TRUNCATED)

    def share_at(self, at_s: float) -> float:
        """How far through the video a moment is, 0 to 1; 0 where the length isn't known."""
        return min(1.0, at_s / self.duration_s) if self.duration_s else 0.0

    def _demuxed(self) -> Iterator["av.Packet[VideoStream]"]:
        """The packets of the stream, up to where the container is damaged beyond reading."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except _OF_BYTES:
                self._bad += 1
                return
            if packet is None:
                return
            yield packet

    def _decoded(self, packet: "av.Packet[VideoStream]") -> Iterator[tuple[float, VideoFrame]]:
        self._packets += bool(packet.size)
        try:
            frames = packet.decode()
        except _OF_BYTES:
            self._bad += 1
            return
        for frame in frames:
            self._check(frame)
            self.seen += 1
            self.end_s = at_s = self._time(frame.pts, self.end_s)
            yield at_s, frame

    def _check(self, frame: VideoFrame) -> None:
        check_size(frame.width, frame.height, self._limits)
        if self._limits.is_late():
            raise Undecodable(Why.TIMEOUT)
        if self.end_s > self._limits.most_seconds or self.seen > self._limits.most_frames:
            raise Undecodable(Why.TOO_LONG)

    def _time(self, pts: int | None, known: float) -> float:
        """Seconds from the start; without a time stamp one frame after what is known."""
        if pts is not None and self._base:
            return max(0.0, (pts - self._first) * self._base)
        rate = self._stream.average_rate
        return known + (1 / float(rate) if rate else 0.04)

    def _duration(self) -> float:
        """What the header says, in seconds; 0 where it says nothing."""
        if self._stream.duration and self._base:
            return max(0.0, self._stream.duration * self._base)
        return max(0.0, (self._container.duration or 0) / 1_000_000)


@contextmanager
def opened(data: bytes | BinaryIO, limits: VideoLimits) -> Iterator[Footage]:
    """The video in `data`. Raises Undecodable, and nothing else, also of what is done with it."""
    try:
        with _container(data, limits) as container:
            yield Footage(container, _stream(container, limits), limits)
    except Undecodable:
        raise
    except MemoryError:
        raise Undecodable(Why.BOMB) from None
    except _OF_BYTES:
        raise Undecodable(Why.TRUNCATED) from None


def luma_of(frame: VideoFrame) -> Luma:
    """(height, width) of a frame, upright, full range 0 to 255; its own copy."""
    layout = frame.format
    parts = layout.components
    if layout.is_planar and not layout.is_rgb and parts[0].is_luma and parts[0].bits == _BITS:
        plane = frame.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        luma = _stretched(rows[: frame.height, : frame.width], frame)
    else:
        luma = frame.reformat(format="gray").to_ndarray().astype(np.uint8)
    return np.ascontiguousarray(np.rot90(luma, frame.rotation // _QUARTER))


def check_size(width: int, height: int, limits: VideoLimits) -> None:
    """Raises Undecodable for what is absurdly large, or too small to be hashed."""
    if width * height > limits.most_pixels or max(width, height) > limits.longest_side:
        raise Undecodable(Why.BOMB)
    if min(width, height) < _SHORTEST_SIDE:
        raise Undecodable(Why.TOO_SMALL)


def _stretched(luma: Luma, frame: VideoFrame) -> Luma:
    if frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj"):
        return luma.copy()
    return cv2.LUT(luma, _STRETCH).astype(np.uint8, copy=False)


def _container(data: bytes | BinaryIO, limits: VideoLimits) -> InputContainer:
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    if not size:
        raise Undecodable(Why.EMPTY)
    if size > limits.most_bytes:
        raise Undecodable(Why.TOO_LARGE)
    opening = source.read(OPENING_BYTES)
    source.seek(0)
    try:
        return av.open(
            source,
            "r",
            options={"max_pixels": str(limits.most_pixels)},
            container_options={"format_whitelist": FORMATS, "protocol_whitelist": "none"},
            metadata_errors="replace",
            buffer_size=_BUFFER,
            io_open=_refuse_to_open,
        )
    except _OF_BYTES:
        raise Undecodable(Why.TRUNCATED if is_video(opening) else Why.NOT_MEDIA) from None


def _refuse_to_open(*_: object) -> NoReturn:
    raise PermissionError("a video may open nothing")


def _stream(container: InputContainer, limits: VideoLimits) -> VideoStream:
    """The first stream of moving pictures, held to one thread and to the limits."""
    for stream in container.streams.video:
        if stream.codec_context and not stream.disposition & Disposition.attached_pic:
            if (
                not stream.width or not stream.height
            ):  # None is known, or more than FFmpeg was allowed.
                raise Undecodable(Why.TRUNCATED)
            check_size(stream.width, stream.height, limits)
            stream.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(limits.most_pixels)}
            return stream
    raise Undecodable(Why.NO_VIDEO)
