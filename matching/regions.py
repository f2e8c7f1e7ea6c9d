"""The query side: where in a picture from outside a registered one may lie.

Copies come with borders, in letterboxes, under captions, before their own blur, in an app's screen
or as a cell of a collage. Each rule here proposes a box; none of them decides anything, since a
wrong proposal merely matches nothing. Boxes are found on a luma of 400 pixels and are true to half
a per cent of the side, which costs a hash about ten bits (`matching.refine` takes them back).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.parts import Part
from matching.forms import WHOLE, Box, Floats
from matching.lines import rectangles

MOST = 7
_LOOKED_AT = 400
_NEAR = 14.0
_BAR_SHARE = 0.5
_SMALLEST = 0.1
_MIDDLE = 0.88
_DENSE = 0.4
_CLEAR = 0.7
_ALIKE = 0.012


@dataclass(frozen=True)
class Region:
    """A part of a picture that may be a copy: what it seems to be, and where (shares)."""

    name: Part
    box: Box


def regions(luma: Floats) -> list[Region]:
    """The whole picture first, then up to six more parts of it, none nearly the same as another."""
    small = _small(luma)
    found = [Region(Part.WHOLE, WHOLE)]
    for region in _proposed(small):
        if len(found) < MOST and _area(region.box) >= _SMALLEST and _is_new(region, found):
            found.append(region)
    return found


def framed(luma: Floats) -> list[Region]:
    """The whole, and what is cheaply seen to be within a border, bars or a blur."""
    found = [Region(Part.WHOLE, WHOLE)]
    for name, box in ((Part.TRIMMED, trim(luma)), (Part.SHARP, sharp(luma))):
        region = Region(name, box)
        if _area(box) >= _SMALLEST and _is_new(region, found):
            found.append(region)
    return found


def _proposed(luma: Floats) -> Iterator[Region]:
    trimmed = trim(luma)
    yield Region(Part.TRIMMED, trimmed)
    yield Region(Part.IN_A_PAGE, dense(luma))
    between = rectangles(luma)
    for box, share in between:
        if share >= _CLEAR:
            yield Region(Part.BETWEEN_LINES, box)
    yield Region(Part.SHARP, sharp(luma))
    lost = (1 - _MIDDLE) / 2
    yield Region(Part.MIDDLE, inside(trimmed, (lost, lost, 1 - lost, 1 - lost)))
    for box, _ in between:
        yield Region(Part.BETWEEN_LINES, box)


def _small(luma: Floats) -> Floats:
    height, width = luma.shape
    share = _LOOKED_AT / max(height, width)
    if share >= 1:
        return luma
    size = (max(5, round(width * share)), max(5, round(height * share)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA))


def inside(outer: Box, inner: Box) -> Box:
    """A box given in shares of another, in shares of the whole."""
    width, height = outer[2] - outer[0], outer[3] - outer[1]
    left, top = outer[0] + inner[0] * width, outer[1] + inner[1] * height
    return left, top, outer[0] + inner[2] * width, outer[1] + inner[3] * height


def trim(luma: Floats) -> Box:
    """Without bars of one colour at any side, letters on them or not; the whole where none is."""
    height, width = luma.shape
    top, foot, left, right = 0, height, 0, width
    for _ in range(2):
        part = luma[top:foot, left:right]
        top, foot = top + _bar(part), foot - _bar(part[::-1])
        part = luma[top:foot, left:right].T
        left, right = left + _bar(part), right - _bar(part[::-1])
    return left / width, top / height, right / width, foot / height


def _bar(lines: Floats) -> int:
    """How many of the first lines belong to a bar: mostly of its colour, and wholly at both ends."""
    if min(lines.shape) < 16:
        return 0
    end = max(2, lines.shape[1] // 50)
    ends = np.concatenate((lines[0][:end], lines[0][-end:]))
    if ends.max() - ends.min() > 2 * _NEAR:
        return 0  # Not both can be near one colour; most pictures have no bar, and this says so at once.
    colour = np.median(lines[0])
    first = np.abs(lines[0] - colour) < _NEAR
    if not (first[:end].all() and first[-end:].all()):
        return 0
    is_near = np.abs(lines - colour) < _NEAR
    is_bar = (is_near.mean(axis=1) >= _BAR_SHARE) & is_near[:, :end].all(axis=1)
    is_bar &= is_near[:, -end:].all(axis=1)
    count = int(np.argmin(is_bar)) if not is_bar.all() else 0
    return count if count < 0.8 * len(lines) else 0


def dense(luma: Floats) -> Box:
    """The largest part that is not the ground's colour: a picture among sparse letters."""
    edge = np.concatenate([luma[:, 0], luma[:, -1], luma[0], luma[-1]])
    ground = float(np.argmax(np.bincount(edge.astype(np.int64), minlength=256)))
    is_ink = np.abs(luma - ground) > _NEAR
    top, foot = _longest(is_ink.mean(axis=1) > _DENSE)
    left, right = _longest(is_ink[top:foot].mean(axis=0) > _DENSE)
    return _shares(luma, left, top, right, foot)


def sharp(luma: Floats) -> Box:
    """The part with fine detail between two blurred ones; the whole where all is alike."""
    detail = np.abs(cv2.Laplacian(luma, cv2.CV_32F))
    top, foot = _crisp(detail.mean(axis=1))
    left, right = _crisp(detail.mean(axis=0))
    return _shares(luma, left, top, right, foot)


def _crisp(profile: Floats) -> tuple[int, int]:
    third = len(profile) // 3
    inner = float(np.median(profile[third : 2 * third])) if third else 0.0
    return _longest(profile > 0.35 * inner)


def _longest(holds: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest run of lines that hold, gaps of one per cent not counted; all if none does."""
    gap = max(1, len(holds) // 100)
    closed = cv2.morphologyEx(
        holds.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, 2 * gap + 1), np.uint8)
    )[0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], closed, [0]])))
    if not edges.size:
        return 0, len(holds)
    starts, ends = edges[::2], edges[1::2]
    best = int(np.argmax(ends - starts))
    return int(starts[best]), int(ends[best])


def _shares(luma: Floats, left: int, top: int, right: int, foot: int) -> Box:
    height, width = luma.shape
    return left / width, top / height, right / width, foot / height


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _is_new(region: Region, known: list[Region]) -> bool:
    """No side within a per cent on all four: a second hash of the same part would be wasted."""
    return all(
        max(abs(a - b) for a, b in zip(region.box, each.box, strict=True)) > _ALIKE
        for each in known
    )
