"""Tiny videos for tests, encoded in memory from generated scenery."""

import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream

from tests.matching.scenery import Pixels, scene

RATE = 10


def moving(
    seconds: float, seed: int, *, width: int = 192, height: int = 112, rate: int = RATE
) -> Iterator[Pixels]:
    """RGB frames: scenes of a second and a half, over each of which the camera pans."""
    length = round(1.5 * rate)
    for at in range(round(seconds * rate)):
        canvas = scene(width + 3 * length, height, seed * 1000 + at // length)
        left = 3 * (at % length)
        yield np.ascontiguousarray(canvas[:, left : left + width])


def video(
    frames: Iterable[Pixels],
    *,
    container: str = "mp4",
    codec: str = "libx264",
    rate: int = RATE,
    shape: str = "yuv420p",
    times: Sequence[int] | None = None,
    prepare: Any = None,
    **options: str,
) -> bytes:
    """The frames as a file. times: of each frame, in hundredths of a second. prepare: is handed the
    stream before the first frame."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as target:
        stream = target.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = shape
        stream.options = {"preset": "ultrafast", "g": str(rate), **options}
        for at, pixels in enumerate(frames):
            if at == 0:
                stream.height, stream.width = pixels.shape[:2]
                if prepare:
                    prepare(stream)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if times:
                frame.pts, frame.time_base = times[at], Fraction(1, 100)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return buffer.getvalue()


def sound(seconds: float = 1.0) -> bytes:
    """A file with a tone and no picture."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as target:
        stream = target.add_stream("aac", rate=8000)
        wave = np.sin(np.arange(int(8000 * seconds)) / 5).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 8000
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return buffer.getvalue()
