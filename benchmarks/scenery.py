"""Scenery drawn from numbers, for benchmarks without photographs and for distractors."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matching.pdq import pdq_forms

Pixels = NDArray[np.uint8]


def drawn(width: int, height: int, seed: int) -> Pixels:
    """(height, width, 3) of coloured clouds, hills and discs with texture and grain."""
    draw = np.random.default_rng([7, seed])
    picture = _clouds(width, height, 4, draw) * 0.6 + _clouds(width, height, 24, draw) * 0.4
    for _ in range(int(draw.integers(6, 16))):
        _disc(picture, draw)
    for _ in range(int(draw.integers(1, 4))):
        _hill(picture, draw)
    picture += _clouds(width, height, 90, draw) * 0.25 - 32
    picture += draw.normal(0, 3, picture.shape)
    clipped: Pixels = picture.clip(0, 255).astype(np.uint8)
    return clipped


def eight_forms(seed: int) -> list[bytes]:
    """The hashes of one scenery in its eight forms."""
    return [form.bits for form in pdq_forms(Image.fromarray(drawn(640, 480, seed)))]


def _clouds(width: int, height: int, grain: int, draw: np.random.Generator) -> NDArray[np.float32]:
    coarse = draw.uniform(0, 255, (grain, grain, 3)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def _disc(picture: NDArray[np.float32], draw: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    centre = (int(draw.integers(0, width)), int(draw.integers(0, height)))
    axes = (int(draw.integers(10, width // 5)), int(draw.integers(10, height // 5)))
    colour = tuple(float(each) for each in draw.uniform(0, 255, 3))
    cv2.ellipse(picture, centre, axes, float(draw.uniform(0, 180)), 0, 360, colour, -1)


def _hill(picture: NDArray[np.float32], draw: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    edge = np.cumsum(draw.normal(0, height / 40, width)) + draw.uniform(0.3, 0.9) * height
    below = np.arange(height)[:, None] > cv2.blur(edge.astype(np.float32)[None, :], (31, 1))
    picture[below] = picture[below] * 0.3 + draw.uniform(0, 200, 3) * 0.7
