"""Landscapes with texture, and stripes, drawn from numbers: what manipulations are tried on."""

import io

import numpy as np
from PIL import Image

from benchmarks.scenery import drawn

WIDTH, HEIGHT = 480, 360


def landscape(seed: int) -> Image.Image:
    """A picture of clouds, hills and discs, unlike that of any other seed."""
    return Image.fromarray(drawn(WIDTH, HEIGHT, seed))


def stripes(period: float, shade: int = 255) -> Image.Image:
    """Upright slats, all alike."""
    wave = 0.5 + 0.5 * np.sin(np.arange(WIDTH) * 2 * np.pi / period)
    grey = np.tile(wave * shade, (HEIGHT, 1)).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
