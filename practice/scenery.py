"""Makes abstract scenery: skies, hills, shapes and grain; no two seeds alike, nobody in it."""

import asyncio
import colorsys
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

STYLES = ("hills", "shapes", "waves", "patches")

_Plane = NDArray[np.float64]


def scenery(
    seed: int, size: tuple[int, int] = (1280, 960), style: str | None = None
) -> Image.Image:
    """An RGB picture of `size` (width, height), the same for the same seed and style.

    `style` is one of STYLES; without it the seed chooses. Raises ValueError for any other.
    """
    chance = np.random.default_rng([0x5CE9E, seed % 2**32])
    chosen = STYLES[int(chance.integers(len(STYLES)))] if style is None else style
    if chosen not in STYLES:
        raise ValueError(f"style is not one of {', '.join(STYLES)}")
    painters = {"hills": _hills, "shapes": _shapes, "waves": _waves, "patches": _patches}
    ground = _ground(chance, size)
    return _grained(chance, painters[chosen](chance, ground))


def _colour(chance: np.random.Generator, light: float | None = None) -> tuple[int, int, int]:
    lightness = chance.uniform(0.15, 0.85) if light is None else light
    red, green, blue = colorsys.hls_to_rgb(chance.random(), lightness, chance.uniform(0.3, 0.9))
    return (int(red * 255), int(green * 255), int(blue * 255))


def _noise(chance: np.random.Generator, size: tuple[int, int], first: int, octaves: int) -> _Plane:
    """Smooth noise from 0 to 1, height x width: `first` cells across, then twice as many …"""
    width, height = size
    whole = np.zeros((height, width))
    for octave in range(octaves):
        cells = first * 2**octave
        rows = max(2, cells * height // width)
        small = Image.fromarray(chance.random((rows, cells)).astype(np.float32))
        layer = small.resize(size, Image.Resampling.BICUBIC)
        whole += np.asarray(layer, dtype=np.float64) * 0.5**octave
    low, high = float(whole.min()), float(whole.max())
    return (whole - low) / max(high - low, 1e-9)


def _blend(plane: _Plane, low: tuple[int, int, int], high: tuple[int, int, int]) -> Image.Image:
    share = plane[..., None]
    mixed = np.array(low) * (1 - share) + np.array(high) * share
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def _ground(chance: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """A slanting gradient broken up by clouds, dark on one side and light on the other."""
    width, height = size
    angle = chance.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:height, 0:width]
    slope = np.cos(angle) * columns / width + np.sin(angle) * rows / height
    slope = (slope - slope.min()) / (slope.max() - slope.min())
    clouds = _noise(chance, size, int(chance.integers(3, 6)), 3)
    plane = np.clip(0.45 * slope + 0.75 * clouds - 0.1, 0, 1)
    return _blend(plane, _colour(chance, 0.2), _colour(chance, 0.85))


def _hills(chance: np.random.Generator, ground: Image.Image) -> Image.Image:
    width, height = ground.size
    pen = ImageDraw.Draw(ground)
    _sun(chance, pen, ground.size)
    across = np.linspace(0, 1, 160)
    lights = chance.permutation(np.linspace(0.12, 0.8, 5))
    for number, light in enumerate(lights):
        level = 0.3 + 0.14 * number + chance.uniform(-0.06, 0.06)
        line = np.full_like(across, level)
        for wave in range(1, 6):
            swing = chance.uniform(0.02, 0.16) / wave
            line += swing * np.sin(2 * np.pi * (wave * across * 0.9 + chance.random()))
        points = [(float(x * width), float(y * height)) for x, y in zip(across, line, strict=True)]
        pen.polygon([*points, (width, height), (0, height)], fill=_colour(chance, float(light)))
    return ground


def _sun(chance: np.random.Generator, pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    width, height = size
    radius = chance.uniform(0.05, 0.14) * width
    x, y = chance.uniform(0.1, 0.9) * width, chance.uniform(0.05, 0.4) * height
    box = (x - radius, y - radius, x + radius, y + radius)
    pen.ellipse(box, fill=_colour(chance, chance.choice([0.1, 0.92])))


def _shapes(chance: np.random.Generator, ground: Image.Image) -> Image.Image:
    width, height = ground.size
    pen = ImageDraw.Draw(ground)
    for _ in range(int(chance.integers(14, 26))):
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        reach = chance.uniform(0.04, 0.2) * width
        corners = int(chance.integers(3, 9))
        turn = chance.uniform(0, 2 * np.pi)
        if corners == 8:
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=_colour(chance))
            continue
        angles = turn + np.sort(chance.uniform(0, 2 * np.pi, corners))
        points = [(x + reach * np.cos(a), y + reach * np.sin(a)) for a in angles]
        pen.polygon([(float(a), float(b)) for a, b in points], fill=_colour(chance))
    return ground


def _waves(chance: np.random.Generator, ground: Image.Image) -> Image.Image:
    width, height = ground.size
    rows, columns = np.mgrid[0:height, 0:width] / width
    bend = _noise(chance, ground.size, 3, 2) * chance.uniform(0.3, 0.8)
    whole = np.zeros((height, width))
    for _ in range(3):
        angle, count = chance.uniform(0, np.pi), chance.uniform(2, 7)
        along = np.cos(angle) * columns + np.sin(angle) * rows + bend
        whole += np.sin(2 * np.pi * (count * along + chance.random()))
    bands = _blend(np.clip((whole + 2) / 4, 0, 1), _colour(chance, 0.15), _colour(chance, 0.85))
    return Image.blend(ground, bands, 0.75)


def _patches(chance: np.random.Generator, ground: Image.Image) -> Image.Image:
    """Fields seen from above: the nearest of some points gives the colour."""
    width, height = ground.size
    count = int(chance.integers(18, 36))
    points = chance.random((count, 2)) * (width / 4, height / 4)
    rows, columns = np.mgrid[0 : height // 4 + 1, 0 : width // 4 + 1]
    far = np.stack([(columns - x) ** 2 + (rows - y) ** 2 for x, y in points])
    colours = np.array([_colour(chance) for _ in range(count)], dtype=np.uint8)
    fields = Image.fromarray(colours[far.argmin(axis=0)]).resize(ground.size)
    return Image.blend(ground, fields.filter(ImageFilter.SMOOTH), 0.8)


def _grained(chance: np.random.Generator, picture: Image.Image) -> Image.Image:
    """Texture all over, coarse and fine, so that features can be found everywhere."""
    rough = _noise(chance, picture.size, 40, 3) - 0.5
    fine = chance.standard_normal((picture.height, picture.width)) * 4
    grain = (rough * 55 + fine)[..., None]
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float64) + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(seed: int, size: tuple[int, int] = (1280, 960), quality: int = 90) -> bytes:
    """The picture of a seed as a JPEG; another size is the same picture, scaled."""
    data = io.BytesIO()
    full = scenery(seed)
    picture = full if size == full.size else full.resize(size, Image.Resampling.LANCZOS)
    picture.save(data, "JPEG", quality=quality)
    return data.getvalue()


async def jpeg_apart(seed: int, size: tuple[int, int] = (1280, 960), quality: int = 90) -> bytes:
    """The same, drawn in a thread: whoever shares the event loop isn't kept waiting."""
    return await asyncio.to_thread(jpeg, seed, size, quality)
