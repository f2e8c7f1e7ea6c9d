"""The points of one picture: which are registered, and which are asked with."""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from matching.descriptors import Codes, Points
from matching.forms import working_luma

MOST_REGISTERED = 500
MOST_ASKED = 700

_FEWEST = 12
_SIDE = 448
_MOST_SEEN = 6_000
_DOUBLED = 255  # What OpenCV calls the octave of a picture at twice its size.
_MOST_FINE = 200
_CONTRAST = 0.004  # The clearest come first, so faint ones only count where there is little else.


def points_of(picture: Image.Image) -> Points | None:
    """The points to register of an RGB picture, of all sizes; none where it has too little texture."""
    luma, sift = _luma(picture), _sift(_MOST_SEEN)
    found = _of_all_sizes(sift.detect(luma, None))
    return _points(luma, *sift.compute(luma, found)) if len(found) >= _FEWEST else None


def points_asked(picture: Image.Image) -> Points | None:
    """The strongest points, to ask with: choosing among all sizes would cost a second pyramid."""
    luma = _luma(picture)
    found, values = _sift(MOST_ASKED).detectAndCompute(luma, None)
    return _points(luma, found[:MOST_ASKED], values) if len(found) >= _FEWEST else None


def _luma(picture: Image.Image) -> Codes:
    return working_luma(picture, _SIDE).astype(np.uint8)


def _sift(most: int) -> cv2.SIFT:
    return cv2.SIFT.create(most, contrastThreshold=_CONTRAST)


def _of_all_sizes(found: Sequence[cv2.KeyPoint]) -> list[cv2.KeyPoint]:
    """The strongest, but only a share of the smallest if there are others: small copies lose those."""
    ordered = sorted(found, key=lambda each: -each.response)
    fine = [each for each in ordered if each.octave & 255 == _DOUBLED]
    coarse = [each for each in ordered if each.octave & 255 != _DOUBLED]
    chosen = fine[: max(_MOST_FINE, MOST_REGISTERED - len(coarse))]
    return chosen + coarse[: MOST_REGISTERED - len(chosen)]


def _points(luma: Codes, found: Sequence[cv2.KeyPoint], values: object) -> Points:
    codes = np.asarray(values, np.float32)[: len(found)]
    bits = codes > np.median(codes, axis=1, keepdims=True)
    places = np.array([each.pt for each in found], np.float32)
    return Points(np.packbits(bits, axis=1), places, (luma.shape[1], luma.shape[0]))
