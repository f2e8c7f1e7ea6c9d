"""Abstract pictures for tests, drawn from numbers: gradients, discs and grain."""

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def scene(width: int, height: int, seed: int) -> Pixels:
    """(height, width, 3) of a hilly gradient with twelve discs and a little grain."""
    draw = np.random.default_rng(seed)
    hills = draw.integers(0, 256, (*draw.integers(3, 12, 2), 3)).astype(np.uint8)
    picture = cv2.resize(hills, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = (int(each) for each in draw.integers(0, (width, height)))
        red, green, blue = (int(each) for each in draw.integers(0, 256, 3))
        radius = int(draw.integers(2, max(3, min(width, height) // 4)))
        cv2.circle(picture, (x, y), radius, (red, green, blue), -1)
    grain = draw.integers(-20, 20, picture.shape)
    grainy: Pixels = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return grainy


def encoded(picture: Pixels | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as a file of that kind."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def oracle(picture: Pixels) -> tuple[bytes, int]:
    """What the reference implementation makes of the pixels: its 32 bytes and quality."""
    import pdqhash

    bits, quality = pdqhash.compute(np.ascontiguousarray(picture))
    return np.packbits(bits.astype(np.uint8)).tobytes(), int(quality)
