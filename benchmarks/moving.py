"""Generated scenery in motion: textured hills that a camera pans and zooms over, with cuts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Pair = NDArray[np.float64]

_CANVAS = 1.6  # How much larger a scene is than what the camera shows of it.
_LAYERS = ((4, 0.5), (12, 0.35), (40, 0.15))  # Hills across, and how much they weigh.


@dataclass(frozen=True, slots=True)
class _Disc:
    """Something that moves by itself: place and speed (x, y) in pixels and pixels a second."""

    place: Pair
    speed: Pair
    radius: int
    colour: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the camera does in one scene, from its first to its last moment."""

    canvas: Pixels
    corners: Pair
    zooms: Pair
    discs: tuple[_Disc, ...]


def film(width: int, height: int, seconds: float, rate: int, seed: int) -> Iterator[Pixels]:
    """RGB frames (height, width, 3): scenes of two to six seconds, each with its own movement."""
    draw = np.random.default_rng(seed)
    left = round(seconds * rate)
    while left > 0:
        length = min(left, int(draw.integers(2 * rate, 6 * rate)))
        scene = _scene(width, height, draw)
        for at in range(length):
            yield _picture(scene, (width, height), at / max(length - 1, 1), at / rate)
        left -= length


def stripes(width: int, height: int, seconds: float, rate: int, seed: int) -> Iterator[Pixels]:
    """RGB frames of slats, checks and waves that move, a second or two of each: nothing but what
    resembles itself."""
    draw = np.random.default_rng(seed)
    down, across = np.mgrid[:height, :width].astype(np.float32)
    left = round(seconds * rate)
    while left > 0:
        length = min(left, int(draw.integers(rate, 3 * rate)))
        angles = draw.uniform(0, np.pi) + np.array([0, np.pi / 2])
        period, speed = draw.uniform(width / 40, width / 6), draw.uniform(-80, 80)
        colours = draw.integers(0, 256, (2, 3))
        directions = angles[: int(draw.integers(1, 3))]
        for at in range(length):
            waves = [across * np.cos(each) + down * np.sin(each) for each in directions]
            bright = sum(np.sin((wave + speed * at / rate) * 2 * np.pi / period) for wave in waves)
            share = np.clip(0.5 + 2 * np.asarray(bright), 0, 1)[:, :, None]
            yield (colours[0] + (colours[1] - colours[0]) * share).astype(np.uint8)
        left -= length


def write(
    path: Path, frames: Iterable[Pixels], rate: int, crf: int = 23, key_every: int = 250
) -> Path:
    """Encode RGB frames as H.264, in the container that the name's ending asks for.

    key_every: frames between two key frames at most; a cut brings one sooner.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.options = {"preset": "veryfast", "crf": str(crf), "g": str(key_every)}
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1
        for at, pixels in enumerate(frames):
            if at == 0:
                stream.height, stream.width = pixels.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def _scene(width: int, height: int, draw: np.random.Generator) -> _Shown:
    canvas = _canvas(round(width * _CANVAS), round(height * _CANVAS), draw)
    slack = np.array([canvas.shape[1] - width, canvas.shape[0] - height], np.float64)
    corners = draw.uniform(0, 1, (2, 2)) * slack
    discs = tuple(_disc(width, height, draw) for _ in range(4))
    return _Shown(canvas, corners, draw.uniform(1.0, 1.25, 2), discs)


def _disc(width: int, height: int, draw: np.random.Generator) -> _Disc:
    place = draw.uniform(0, 1, 2) * (width, height)
    speed = draw.uniform(-0.12, 0.12, 2) * width
    return _Disc(place, speed, int(draw.integers(height // 20, height // 6)), _colour(draw))


def _colour(draw: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(each) for each in draw.integers(0, 256, 3))


def _canvas(width: int, height: int, draw: np.random.Generator) -> Pixels:
    """Hills of several sizes, a few shapes with hard edges, and a fine texture that stays put."""
    picture = np.zeros((height, width, 3), np.float32)
    for cells, weight in _LAYERS:
        hills = draw.integers(0, 256, (cells, cells * 2, 3)).astype(np.uint8)
        picture += weight * cv2.resize(hills, (width, height), interpolation=cv2.INTER_CUBIC)
    canvas = picture.clip(0, 255).astype(np.uint8)
    for _ in range(25):
        middle = draw.integers(0, (width, height), (1, 2))
        points = middle + draw.integers(-width // 8, width // 8, (4, 2))
        cv2.fillPoly(canvas, [points.astype(np.int32)], _colour(draw))
    grain = draw.integers(-12, 13, (height, width, 1))
    grainy: Pixels = np.clip(canvas + grain, 0, 255).astype(np.uint8)
    return grainy


def _picture(scene: _Shown, size: tuple[int, int], share: float, at_s: float) -> Pixels:
    zoom = scene.zooms[0] + (scene.zooms[1] - scene.zooms[0]) * share
    x, y = scene.corners[0] + (scene.corners[1] - scene.corners[0]) * share
    moved = np.array([[zoom, 0, -x * zoom], [0, zoom, -y * zoom]], np.float32)
    frame = cv2.warpAffine(scene.canvas, moved, size, borderMode=cv2.BORDER_REFLECT)
    for disc in scene.discs:
        across, down = (disc.place + disc.speed * at_s).round().astype(int).tolist()
        cv2.circle(frame, (across, down), disc.radius, disc.colour, -1)
    return frame.astype(np.uint8, copy=False)
