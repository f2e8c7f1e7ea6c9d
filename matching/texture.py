"""Which fingerprints are too common to be matched by variants: periodic, symmetric or bare pictures.

Stripes, slats and gradients look like themselves when moved, and like one another. Such a picture
shows when it is registered: its hash says little (`samples.richness`), or parts that lie apart have
near hashes.
"""

import numpy as np
from numpy.typing import NDArray

from matching.forms import WHOLE, Box, Floats, sampled
from matching.samples import BARE, Hashes, hashed_forms, qualities, richness

LEAST_QUALITY = 50
_FLAT = 20
_PARTS: tuple[Box, ...] = tuple(
    (left, top, left + 0.5, top + 0.5) for top in (0.0, 0.25, 0.5) for left in (0.0, 0.25, 0.5)
)
_ALIKE = 62


def is_strict(luma: Floats, quality: int) -> bool:
    """Whether only the strict tier may match this picture; luma (h, w) of any size."""
    is_plain = richness(sampled(luma, WHOLE)[None])[0] < BARE
    return bool(is_plain) or quality < _FLAT or own_distance(luma) <= _ALIKE


def own_distance(luma: Floats) -> int:
    """The least distance between two parts of a picture that lie apart, one as it is: 0 to 256."""
    samples = [sampled(luma, part) for part in _PARTS]
    is_rich = qualities(samples) >= LEAST_QUALITY
    forms = np.stack([hashed_forms(sample) for sample in samples])
    pairs = [
        _least(forms[one, :1], forms[other])
        for one in range(len(_PARTS))
        for other in range(one)
        if is_rich[one] and is_rich[other] and _are_apart(_PARTS[one], _PARTS[other])
    ]
    return min(pairs, default=256)


def _least(one: Hashes, other: Hashes) -> int:
    differing: NDArray[np.uint8] = np.bitwise_count(one[:, None] ^ other[None])
    return int(differing.sum(axis=2).min())


def _are_apart(one: Box, other: Box) -> bool:
    return abs(one[0] - other[0]) >= 0.5 or abs(one[1] - other[1]) >= 0.5
