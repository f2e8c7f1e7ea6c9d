"""Canonical PDQ of a luma picture: what vPDQ makes of a frame, with its eight dihedral forms."""

import numpy as np

from domain.fingerprints import Pdq
from matching.pdq import SAMPLES, Doubles, blur, forms_of
from matching.video_decoding import Luma


def pdq_forms_of_luma(luma: Luma) -> tuple[Pdq, ...]:
    """Eight PDQs of (height, width) luma of full range, in the order of `pdq_forms`."""
    return forms_of(_samples(luma)[None])[0]


def _samples(luma: Luma) -> Doubles:
    """(64, 64) of the blurred picture, 0 to 255, made a band of rows at a time."""
    height, width = luma.shape
    columns, _ = blur(width)
    rows, windows = blur(height)
    lines = np.empty((SAMPLES, width), np.float32)
    for at, (first, after) in enumerate(windows):
        lines[at] = rows[at, first:after] @ luma[first:after].astype(np.float32)
    samples: Doubles = (lines @ columns.T).astype(np.float64)
    return samples
