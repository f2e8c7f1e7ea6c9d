"""The registered variants of a picture: crops, squares and small turns, each with its PDQ.

A hash of 256 bits bears a shift of some 2.5 % of the side before it is 64 bits off, so copies that
were cropped or turned are met by variants hashed beforehand. They are hashed from a reduced luma:
area means in 64 x 64 instead of PDQ's tent, 6 bits off on average. The canonical hash is never made
this way; variants are compared with regions that were hashed by this same rule (`matching.regions`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.parts import Part, coded, of_shares
from matching.samples import SIDE, Hashes, hashed, qualities

Box = tuple[float, float, float, float]
Floats = NDArray[np.float32]

WORKING_SIDE = 768
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
"""Left, top, right, bottom as shares of the width and height."""

_GRIDS = ((0.95, 2), (0.90, 3), (0.85, 4), (0.80, 5), (0.75, 5))
_CUTS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
_BOTH = (0.06, 0.12, 0.18, 0.24)
_SQUARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_TURNS = (-10.0, -7.0, -3.5, 3.5, 7.0, 10.0)
_PLACES = {
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "top": (0.5, 0.0),
    "foot": (0.5, 1.0),
}


@dataclass(frozen=True)
class Shape:
    """How a variant comes from its picture: a box, and degrees it is turned about its middle.

    name: the code of domain.parts.
    """

    name: str
    box: Box
    degrees: float = 0.0


@dataclass(frozen=True)
class Variants:
    """The hashes of one picture, row by row: (n, 32) bytes, (n,) qualities, n shapes."""

    hashes: Hashes
    qualities: NDArray[np.uint8]
    shapes: tuple[Shape, ...]

    def __len__(self) -> int:
        return len(self.shapes)


def variants(luma: Floats) -> Variants:
    """The variants of a picture's working luma; which they are follows from its shape alone."""
    shapes = shapes_of(luma.shape[1] / luma.shape[0])
    samples = np.stack([_sample(luma, shape) for shape in shapes])
    return Variants(hashed(samples), qualities(list(samples)), shapes)


def later_frames(lumas: Sequence[Floats]) -> Variants:
    """An animation's frames after the first, each whole."""
    shapes = tuple(Shape(coded(Part.FRAME, at), WHOLE) for at in range(2, len(lumas) + 2))
    samples = np.array([sampled(luma, WHOLE) for luma in lumas]).reshape(-1, SIDE, SIDE)
    return Variants(hashed(samples), qualities(list(samples)), shapes)


def working_luma(picture: Image.Image, side: int = WORKING_SIDE) -> Floats:
    """(h, w) luma of a picture reduced by area means to at most `side`; smaller ones as they are."""
    grey: NDArray[np.uint8] = np.asarray(picture.convert("L"))
    share = side / max(grey.shape)
    if share < 1:
        size = (max(5, round(grey.shape[1] * share)), max(5, round(grey.shape[0] * share)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    return grey.astype(np.float32)


def sampled(luma: Floats, box: Box) -> Floats:
    """(64, 64) area means of a part of the luma; at least 8 pixels a side are taken."""
    height, width = luma.shape
    left, right = _span(box[0], box[2], width)
    top, foot = _span(box[1], box[3], height)
    part = luma[top:foot, left:right]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(max(round(start * length), 0), max(length - 8, 0))
    return first, max(min(round(end * length), length), min(first + 8, length))


@lru_cache(maxsize=1)
def crop_boxes() -> NDArray[np.float64]:
    """(n, 4): where the first rows of a registration lie, which are the same shares of any picture."""
    return np.array([WHOLE, *(shape.box for shape in (*_grid_crops(), *_one_sided()))])


@lru_cache(maxsize=64)
def shapes_of(ratio: float) -> tuple[Shape, ...]:
    """The variants of a picture whose width is `ratio` times its height."""
    return (*_grid_crops(), *_one_sided(), *_squares(ratio), *_turned_shapes(ratio))


def _grid_crops() -> list[Shape]:
    crops = []
    for side, places in _GRIDS:
        steps = [(1 - side) * at / (places - 1) for at in range(places)]
        crops += [_crop(side, left, top) for top in steps for left in steps]
    return crops


def _crop(side: float, left: float, top: float) -> Shape:
    name = of_shares(Part.CROP, side, left, top)
    return Shape(name, (left, top, left + side, top + side))


def _one_sided() -> list[Shape]:
    cuts = [
        Shape(of_shares(Part(f"without_{side}"), cut), _cut(side, cut))
        for side in _PLACES
        for cut in _CUTS
    ]
    across = [Shape(of_shares(Part.WITHOUT_SIDES, a), (a, 0, 1 - a, 1)) for a in _BOTH]
    down = [Shape(of_shares(Part.WITHOUT_ENDS, a), (0, a, 1, 1 - a)) for a in _BOTH]
    return [*cuts, *across, *down]


def _cut(side: str, cut: float) -> Box:
    across, down = _PLACES[side]
    left, top = cut * (across == 0), cut * (down == 0)
    return left, top, 1 - cut * (across == 1), 1 - cut * (down == 1)


def _squares(ratio: float) -> list[Shape]:
    """The largest squares along the longer side; of a picture that is nearly square, none."""
    side = min(ratio, 1 / ratio)
    if side > 1 - _CUTS[0] / 2:
        return []
    spans = [((1 - side) * at, (1 - side) * at + side) for at in _SQUARES]
    if ratio > 1:
        return [Shape(of_shares(Part.SQUARE_ACROSS, a), (a, 0, b, 1)) for a, b in spans]
    return [Shape(of_shares(Part.SQUARE_DOWN, a), (0, a, 1, b)) for a, b in spans]


def _turned_shapes(ratio: float) -> list[Shape]:
    """Turned in the frame it has, and cut to the largest part of the same shape without corners."""
    whole = [Shape(coded(Part.TURNED, each), WHOLE, each) for each in _TURNS]
    cut = [Shape(coded(Part.TURNED_CUT, each), _inner(ratio, each), each) for each in _TURNS]
    return whole + cut


def _inner(ratio: float, degrees: float) -> Box:
    angle = math.radians(abs(degrees))
    longer = max(ratio, 1 / ratio)
    lost = (1 - 1 / (math.cos(angle) + longer * math.sin(angle))) / 2
    return lost, lost, 1 - lost, 1 - lost


def _sample(luma: Floats, shape: Shape) -> Floats:
    return sampled(turned(luma, shape.degrees) if shape.degrees else luma, shape.box)


def turned(luma: Floats, degrees: float) -> Floats:
    """Turned counter-clockwise about its middle in the frame it has; empty corners are black."""
    height, width = luma.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(luma, matrix, (width, height), flags=cv2.INTER_LINEAR))
