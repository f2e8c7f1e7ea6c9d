"""Whether two pictures are one artwork in other shades, sizes or parts, told without the engine.

What is measured must not choose its own exam, so nothing here comes from `matching`: fine structure
compared place by place in all eight forms (normalised correlation after what is coarse was taken
away, so that two bare gradients are not the same), and whole SIFT descriptors, mirrored too, of which
many must agree on one way to lay a picture on the other.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
_ALIKE = 0.5
_COARSE = 4.0
_SIDE = 512
_POINTS = 400
_RATIO = 0.75
_SHARED = 15
_OF_PAIRS = 0.4
_SCALES = (0.2, 5.0)


@dataclass(frozen=True)
class Points:
    """Where a picture has points (n, 2), and what they look like (n, 128)."""

    places: Floats
    values: Floats


@dataclass(frozen=True)
class Sketch:
    """What one picture is compared by: its fine structure (8, 4096), its points plain and mirrored."""

    forms: Floats
    points: tuple[Points, Points]


def sketch(picture: Image.Image) -> Sketch:
    """Of an RGB picture."""
    grey = np.asarray(picture.convert("L"))
    share = min(1.0, _SIDE / max(grey.shape))
    size = (max(32, round(grey.shape[1] * share)), max(32, round(grey.shape[0] * share)))
    even = np.asarray(
        cv2.equalizeHist(cv2.resize(grey, size, interpolation=cv2.INTER_AREA)), np.uint8
    )
    return Sketch(_forms(grey), (_points(even), _points(np.ascontiguousarray(even[:, ::-1]))))


def _points(grey: NDArray[np.uint8]) -> Points:
    found, values = cv2.SIFT.create(_POINTS).detectAndCompute(grey, None)
    places = np.array([each.pt for each in found], np.float32).reshape(-1, 2)
    return Points(places, np.asarray(values if len(found) else np.empty((0, 128)), np.float32))


def is_same(one: Sketch, other: Sketch) -> bool:
    """Whether they show one artwork, in whole or in part."""
    if float((other.forms @ one.forms[0]).max()) >= _ALIKE:
        return True
    return any(_shares_points(one.points[0], points) for points in other.points)


def shown_bytes(picture: Image.Image, blur: float = 0) -> int:
    """How much there is to see: bytes of its grey JPEG of 256 pixels at quality 75.

    An empty one has some 1,000, a sky or a wall 2,000, a photograph of things mostly 5,000 to 15,000.
    blur: by how many of the 256 pixels it is blurred before, so that grain is nothing to see.
    """
    grey = np.asarray(picture.convert("L"))
    small = cv2.resize(grey, (256, 256), interpolation=cv2.INTER_AREA)
    if blur:
        small = cv2.GaussianBlur(small, (0, 0), blur)
    return len(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])[1])


def _forms(grey: NDArray[np.uint8]) -> Floats:
    square = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    fine = square - cv2.GaussianBlur(square, (0, 0), _COARSE)
    fine /= max(float(np.linalg.norm(fine)), 1e-6)
    return np.stack(
        [np.rot90(each, turns).ravel() for each in (fine, fine[:, ::-1]) for turns in range(4)]
    )


def _shares_points(one: Points, other: Points) -> bool:
    if min(len(one.values), len(other.values)) < _SHARED:
        return False
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(one.values, other.values, k=2)
    good = [near for near, second in pairs if near.distance < _RATIO * second.distance]
    if len(good) < _SHARED:
        return False
    here = one.places[[each.queryIdx for each in good]]
    there = other.places[[each.trainIdx for each in good]]
    matrix, mask = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=5)
    if matrix is None or not _SCALES[0] < np.hypot(*matrix[0, :2]) < _SCALES[1]:
        return False
    cells = len(np.unique(np.round(there[mask.ravel() > 0] / 8), axis=0))
    return bool(cells >= max(_SHARED, _OF_PAIRS * len(good)))
