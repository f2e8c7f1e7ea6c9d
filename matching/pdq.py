"""PDQ of a whole picture as the reference computes it, or of many regions, in eight dihedral forms.

The reference (Facebook's `pdq`, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019) blurs the luma twice with a box, takes 64 x 64 samples and keeps the signs of
16 x 16 cosine coefficients about their median. Blur and sampling are linear and separable, so each
is one small weight matrix here, applied to the picture's rows a band at a time: no blurred copy of
the picture is ever made.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.fingerprints import BEST_QUALITY, Pdq
from matching.planes import floats_of

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Forms = tuple[Pdq, ...]
Box = tuple[int, int, int, int]

SAMPLES = 64
_COEFFICIENTS = 16
_STRIPS = 4  # A picture's luma is made a quarter at a time: it then stays in the cache.
_ENOUGH = 128  # Pixels of a region's shortest side, with which a hash moves by a bit or two.


def pdq_forms(picture: Image.Image) -> Forms:
    """Eight PDQs of one RGB picture: as is, turned left by 90, 180 and 270 degrees, upside down,
    mirrored, transposed, transposed about the other diagonal. All have the quality of the first."""
    return forms_of(_sampled(picture)[None])[0]


def pdq_of_grey(picture: Image.Image) -> Forms:
    """The same of a picture in mode L; of one decoded at half its size a few bits differ."""
    columns, _ = blur(picture.width)
    rows, windows = blur(picture.height)
    luma = np.asarray(picture, np.float32)
    lines = np.stack([rows[at, a:z] @ luma[a:z] for at, (a, z) in enumerate(windows)])
    return forms_of((lines @ columns.T).astype(np.float64)[None])[0]


def pdq_of_regions(
    luma: Floats, boxes: Sequence[Box], shortest_side: int | None = _ENOUGH
) -> list[Forms]:
    """The eight PDQs of each region (left, top, right, bottom) of a luma (h, w), 0 to 255.

    The luma is reduced by a whole number as long as every region keeps `shortest_side` pixels. With
    128 a hash differs from the canonical one of the crop by 0.4 bits on average and by 4 at most
    (360 regions of generated scenery), with 64 by 1.4 and 10; with None nothing is reduced and the
    hashes are canonical. Raises ValueError for a box that is empty or reaches outside.
    """
    _check_boxes(boxes, luma)
    sides = [min(right - left, bottom - top) for left, top, right, bottom in boxes]
    step = max(1, min(sides, default=1) // shortest_side) if shortest_side else 1
    height, width = (side // step for side in luma.shape)
    whole = luma[: height * step, : width * step]
    small = whole if step == 1 else cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    samples = np.empty((len(boxes), SAMPLES, SAMPLES))
    for at, (left, top, right, bottom) in enumerate(boxes):
        rows, high = _stretch(top, bottom, step, height)
        columns, wide = _stretch(left, right, step, width)
        samples[at] = rows @ small[high, wide] @ columns.T
    return forms_of(samples)


def _check_boxes(boxes: Sequence[Box], luma: Floats) -> None:
    height, width = luma.shape
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise ValueError("a region must lie in the picture")


def luma_of(picture: Image.Image) -> Floats:
    """(h, w): the luma of an RGB picture, 0 to 255, not rounded."""
    return floats_of(picture.convert("F"))


def _stretch(start: int, end: int, step: int, cells: int) -> tuple[Floats, slice]:
    """Weights (64, c) on cells of `step` pixels for the pixels from start to end; which cells."""
    first = start // step
    last = min(first + (end - 1 - first * step) // step, cells - 1)
    weights = _coarse(start - first * step, end - start, step, last - first + 1)
    return weights, slice(first, last + 1)


@lru_cache(maxsize=512)  # Some dozens for each picture; they take 60 kB or so.
def _coarse(phase: int, length: int, step: int, cells: int) -> Floats:
    """The weights (64, length) summed up by cells; the first begins `phase` pixels earlier.

    What is left over behind the last whole cell counts to it.
    """
    weights, _ = blur(length)
    if step == 1:
        return weights
    begins = np.maximum(np.arange(cells) * step - phase, 0)
    return np.add.reduceat(weights, begins, axis=1)


def _sampled(picture: Image.Image) -> Doubles:
    """(64, 64) luma of the blurred picture, 0 to 255."""
    columns, _ = blur(picture.width)
    rows, windows = blur(picture.height)
    lines = np.empty((SAMPLES, picture.width), np.float32)
    for start, end in pairwise(range(0, SAMPLES + 1, SAMPLES // _STRIPS)):
        top, bottom = windows[start][0], windows[end - 1][1]
        luma = luma_of(picture.crop((0, top, picture.width, bottom)))
        for at, (first, after) in enumerate(windows[start:end], start):
            np.matmul(rows[at, first:after], luma[first - top : after - top], out=lines[at])
    return (lines @ columns.T).astype(np.float64)


@lru_cache(maxsize=32)  # The longest side allowed takes 17 MB.
def blur(length: int) -> tuple[Floats, tuple[tuple[int, int], ...]]:
    """Weights (64, length) of two box blurs and sampling, and where each row is not 0."""
    width = -(-length // (2 * SAMPLES))
    right = width // 2
    left = width - right - 1
    starts = np.clip(np.arange(length) - left, 0, None)
    ends = np.clip(np.arange(length) + right + 1, None, length)
    centres = (2 * np.arange(SAMPLES) + 1) * length // (2 * SAMPLES)
    counts = ends[centres] - starts[centres]
    sample = np.repeat(np.arange(SAMPLES), counts)
    inner = np.arange(sample.size) + np.repeat(starts[centres] - counts.cumsum() + counts, counts)
    share = 1 / (counts[sample] * (ends[inner] - starts[inner]))
    room = SAMPLES * (length + 1)
    weights = np.bincount(sample * (length + 1) + starts[inner], share, room)
    weights -= np.bincount(sample * (length + 1) + ends[inner], share, room)
    weights = weights.reshape(SAMPLES, -1)[:, :length].cumsum(axis=1)
    first, after = starts[starts[centres]], ends[ends[centres] - 1]
    windows = tuple(zip(first.tolist(), after.tolist(), strict=True))
    return weights.astype(np.float32), windows


def forms_of(samples: Doubles) -> list[Forms]:
    """The eight PDQs of each of (n, 64, 64) samples."""
    bits = _bits(_turned(_waves() @ samples @ _waves().T))
    return [
        tuple(Pdq(form.tobytes(), quality) for form in forms)
        for forms, quality in zip(bits, _qualities(samples), strict=True)
    ]


def _qualities(samples: Doubles) -> list[int]:
    """The reference's sum of steps between neighbours, each cut to a whole number."""
    total = np.zeros(len(samples))
    for axis in (1, 2):
        steps = np.abs(np.diff(samples, axis=axis))
        steps *= 100 / 255
        total += np.floor(steps, out=steps).sum(axis=(1, 2))
    return [min(int(each) // 90, BEST_QUALITY) for each in total.tolist()]


@lru_cache(maxsize=1)
def _waves() -> Doubles:
    """(16, 64): the cosines 1 to 16 of a DCT over 64 samples, without the constant one."""
    order = np.arange(1, _COEFFICIENTS + 1)[:, None]
    phase = np.pi / (2 * SAMPLES) * order * (2 * np.arange(SAMPLES) + 1)
    waves: Doubles = np.sqrt(2 / SAMPLES) * np.cos(phase)
    return waves


def _turned(waves: Doubles) -> Doubles:
    """The reference's eight (n, 8, 16, 16) of (n, 16, 16): mirrors are changes of sign,
    transposition is a transpose."""
    signs = np.where(np.arange(_COEFFICIENTS) % 2, 1.0, -1.0)
    across, down = signs[None, :], signs[:, None]
    flat = waves.swapaxes(1, 2)
    eight = (
        waves,
        flat * down,
        waves * across * down,
        flat * across,
        waves * down,
        waves * across,
        flat,
        flat * across * down,
    )
    return np.stack(eight, axis=1)


def _bits(waves: Doubles) -> NDArray[np.uint8]:
    """(n, 8, 32): one for each coefficient above the lower median; the last is first, as in PDQ's
    hex."""
    values = waves.reshape(*waves.shape[:2], _COEFFICIENTS**2)
    lower = _COEFFICIENTS**2 // 2 - 1
    medians = np.partition(values, lower, axis=2)[:, :, lower, None]
    return np.packbits((values > medians)[:, :, ::-1], axis=2)
