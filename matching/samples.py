"""PDQ bits and qualities of many 64 x 64 samples at once, in any of the eight dihedral forms."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import BEST_QUALITY

Numbers = NDArray[np.floating]
Hashes = NDArray[np.uint8]

SIDE = 64
BARE, LEAST_RICHNESS = 0.08, 0.16
_DOUBTFUL = 40  # The most quality that what is poor is given: no hash of it counts alone.

_ORDERS = 16
# Of each form, in the order of `pdq_forms`: is it transposed, do odd rows turn, do odd columns?
FORMS = (
    (False, False, False),
    (True, True, False),
    (False, True, True),
    (True, False, True),
    (False, True, False),
    (False, False, True),
    (True, False, False),
    (True, True, True),
)


def hashed(samples: Numbers, form: int = 0) -> Hashes:
    """(n, 32): the PDQ bits of (n, 64, 64) samples turned into one form."""
    return _bits(_turned(_coefficients(samples), form))


def hashed_forms(sample: Numbers) -> Hashes:
    """(8, 32): all forms of one (64, 64) sample."""
    waves = _coefficients(sample[None])
    return _bits(np.concatenate([_turned(waves, form) for form in range(len(FORMS))]))


def qualities(samples: Sequence[Numbers]) -> NDArray[np.uint8]:
    """(n,): PDQ's sum of steps between neighbours, 0 (flat) to 100; less for what is not rich.

    The hash of a bare sample is never used to find a variant, that of a poor one never alone.
    """
    if not len(samples):
        return np.empty(0, np.uint8)
    found = [sum(_steps(each, axis) for axis in (0, 1)) // 90 for each in samples]
    rich = richness(np.stack(samples))
    most = np.where(rich >= LEAST_RICHNESS, BEST_QUALITY, np.where(rich >= BARE, _DOUBTFUL, 0))
    return np.minimum(found, most).astype(np.uint8)


def richness(samples: Numbers) -> NDArray[np.float64]:
    """(n,): the middle coefficient's size over their root mean square; photographs have some 0.4.

    Of slats, a bare edge or a gradient nearly all of it lies in one row of coefficients, the other
    bits are the signs of what leaks from there, and two such pictures are near for no reason.
    """
    waves = np.abs(_coefficients(samples)).reshape(-1, _ORDERS * _ORDERS)
    power = np.sqrt((waves**2).mean(axis=1))
    return np.asarray(np.median(waves, axis=1) / np.maximum(power, 1e-9))


def _steps(sample: Numbers, axis: int) -> int:
    return int(np.floor(np.abs(np.diff(sample, axis=axis)) * 100 / 255).sum())


@lru_cache(maxsize=1)
def _waves() -> NDArray[np.float64]:
    """(16, 64): the cosines that PDQ keeps, without the constant one."""
    phase = np.outer(np.arange(1, _ORDERS + 1), 2 * np.arange(SIDE) + 1)
    return np.asarray(np.cos(np.pi / (2 * SIDE) * phase))


def _coefficients(samples: Numbers) -> NDArray[np.float64]:
    return np.asarray(_waves() @ samples @ _waves().T)


def _turned(waves: NDArray[np.float64], form: int) -> NDArray[np.float64]:
    is_transposed, turns_rows, turns_columns = FORMS[form]
    signs = np.where(np.arange(_ORDERS) % 2, 1.0, -1.0)
    turned = waves.swapaxes(1, 2) if is_transposed else waves
    turned = turned * signs[:, None] if turns_rows else turned
    return turned * signs if turns_columns else turned


def _bits(waves: NDArray[np.float64]) -> Hashes:
    values = waves.reshape(-1, _ORDERS * _ORDERS)
    middle = values.shape[1] // 2 - 1
    medians = np.partition(values, middle, axis=1)[:, middle : middle + 1]
    return np.packbits((values > medians)[:, ::-1], axis=1)
