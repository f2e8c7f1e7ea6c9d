"""Canonical PDQ of a whole picture, as the reference computes it, with its eight dihedral forms.

The reference (Facebook's `pdq`, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019) blurs the luma twice with a box, takes 64 x 64 samples and keeps the signs of
16 x 16 cosine coefficients about their median. Blur and sampling are linear and separable, so each
is one small weight matrix here, applied to the picture's rows a band at a time: no blurred copy of
the picture is ever made.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.fingerprints import BEST_QUALITY, Pdq

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_SAMPLES = 64
_COEFFICIENTS = 16
_LUMA = np.array([0.299, 0.587, 0.114])


def pdq_forms(picture: Image.Image) -> tuple[Pdq, ...]:
    """Eight PDQs of one RGB picture: as is, turned left by 90, 180 and 270 degrees, upside down,
    mirrored, transposed, transposed about the other diagonal. All have the quality of the first."""
    samples = _sampled_luma(picture)
    quality = _quality(samples)
    waves = _waves()
    return tuple(Pdq(_bits(form), quality) for form in _turned(waves @ samples @ waves.T))


def _sampled_luma(picture: Image.Image) -> Doubles:
    """(64, 64) luma of the blurred picture, 0 to 255."""
    columns, _ = _blur(picture.width)
    rows, windows = _blur(picture.height)
    lines = np.empty((_SAMPLES, picture.width * 3), np.float32)
    for at, (first, after) in enumerate(windows):
        band = np.asarray(picture.crop((0, first, picture.width, after)), np.float32)
        lines[at] = rows[at, first:after] @ band.reshape(after - first, -1)
    luma: Doubles = lines.reshape(_SAMPLES, picture.width, 3) @ _LUMA
    sampled: Doubles = luma @ columns.T
    return sampled


@lru_cache(maxsize=8)  # The longest side allowed takes 17 MB.
def _blur(length: int) -> tuple[Floats, tuple[tuple[int, int], ...]]:
    """Weights (64, length) of two box blurs and sampling, and where each row is not 0."""
    width = -(-length // (2 * _SAMPLES))
    right = width // 2
    left = width - right - 1
    starts = np.clip(np.arange(length) - left, 0, None)
    ends = np.clip(np.arange(length) + right + 1, None, length)
    weights = np.zeros((_SAMPLES, length + 1))
    windows = []
    for at in range(_SAMPLES):
        centre = (2 * at + 1) * length // (2 * _SAMPLES)
        inner = np.arange(starts[centre], ends[centre])
        share = 1 / (len(inner) * (ends[inner] - starts[inner]))
        np.add.at(weights[at], starts[inner], share)
        np.subtract.at(weights[at], ends[inner], share)
        windows.append((int(starts[inner[0]]), int(ends[inner[-1]])))
    return weights.cumsum(axis=1)[:, :length].astype(np.float32), tuple(windows)


def _quality(samples: Doubles) -> int:
    """The reference's sum of steps between neighbours, each cut to a whole number."""
    steps = (np.abs(np.diff(samples, axis=axis)) * 100 / 255 for axis in (0, 1))
    total = sum(int(np.floor(step).sum()) for step in steps)
    return min(total // 90, BEST_QUALITY)


@lru_cache(maxsize=1)
def _waves() -> Doubles:
    """(16, 64): the cosines 1 to 16 of a DCT over 64 samples, without the constant one."""
    order = np.arange(1, _COEFFICIENTS + 1)[:, None]
    phase = np.pi / (2 * _SAMPLES) * order * (2 * np.arange(_SAMPLES) + 1)
    waves: Doubles = np.sqrt(2 / _SAMPLES) * np.cos(phase)
    return waves


def _turned(waves: Doubles) -> tuple[Doubles, ...]:
    """The reference's eight: mirrors are changes of sign, transposition is a transpose."""
    signs = np.where(np.arange(_COEFFICIENTS) % 2, 1.0, -1.0)
    across, down = signs[None, :], signs[:, None]
    flat = waves.T
    return (
        waves,
        flat * down,
        waves * across * down,
        flat * across,
        waves * down,
        waves * across,
        flat,
        flat * across * down,
    )


def _bits(waves: Doubles) -> bytes:
    """One for each coefficient above the lower median; the last is first, as in PDQ's hex."""
    values = waves.ravel()
    median = np.partition(values, values.size // 2 - 1)[values.size // 2 - 1]
    return np.packbits((values > median)[::-1]).tobytes()
