"""Rectangles between straight lines: a picture's edge in a page, the cells of a collage."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching.forms import Box, Floats

_STEP = 8.0  # Grey levels between neighbours, from which on there is an edge.
_LINES = 7
_STRAIGHT = 0.3
_WHOLE_SIDE = 0.55
_SMALLEST = 0.12
_MOST = 4
_SPLIT = 0.4
_SAME = 0.8


def rectangles(luma: Floats) -> list[tuple[Box, float]]:
    """Up to four boxes (shares) whose sides are edges, the clearest first, each with the share of
    its worst side that is one."""
    height, width = luma.shape
    if min(height, width) < 32:
        return []
    flat = np.abs(np.diff(luma, axis=0)) > _STEP
    upright = np.abs(np.diff(luma, axis=1)) > _STEP
    rows, columns = _lines(flat.mean(axis=1)), _lines(upright.mean(axis=0))
    boxes, scores = _scored(flat, upright, [*rows, 0, height], [*columns, 0, width])
    return _best(boxes / np.array([width, height, width, height]), scores)


def _lines(profile: NDArray[np.floating]) -> list[int]:
    """The places of the straightest lines, counted from the first pixel beyond each."""
    found: list[int] = []
    for at in np.argsort(-profile):
        if profile[at] < _STRAIGHT or len(found) == _LINES:
            break
        if all(abs(int(at) + 1 - other) > 2 for other in found):
            found.append(int(at) + 1)
    return found


def _scored(
    flat: NDArray[np.bool_], upright: NDArray[np.bool_], rows: list[int], columns: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every box between two rows and two columns, and how much of its worst side is an edge."""
    downs = np.array(list(combinations(sorted(set(rows)), 2)))
    acrosses = np.array(list(combinations(sorted(set(columns)), 2)))
    flat_sum = np.pad(flat.cumsum(axis=1), ((0, 0), (1, 0)))
    upright_sum = np.pad(upright.cumsum(axis=0), ((1, 0), (0, 0)))
    top, foot = np.repeat(downs, len(acrosses), axis=0).T
    left, right = np.tile(acrosses, (len(downs), 1)).T
    sides = [
        *(_along(flat_sum, at, left, right) for at in (top, foot)),
        *(_along(upright_sum.T, at, top, foot) for at in (left, right)),
    ]
    boxes = np.stack([left, top, right, foot], axis=1).astype(float)
    is_split = _is_split(flat_sum, rows, (top, foot), (left, right))
    is_split |= _is_split(upright_sum.T, columns, (left, right), (top, foot))
    return boxes, np.min(sides, axis=0) - _SPLIT * is_split


def _is_split(
    sums: NDArray[np.int64],
    lines: list[int],
    across: tuple[NDArray[np.int64], NDArray[np.int64]],
    along: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.bool_]:
    """Whether another line runs all through a box: then it is rather two pictures than one."""
    margin = 0.04 * (across[1] - across[0])
    found = np.zeros(len(margin), bool)
    for line in lines:
        is_inside = (across[0] + margin < line) & (line < across[1] - margin)
        found |= is_inside & (_along(sums, np.full(len(margin), line), *along) >= _WHOLE_SIDE)
    return found


def _along(
    sums: NDArray[np.int64],
    line: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Which share of a line between two places is an edge; the picture's own rim counts as one."""
    is_rim = (line == 0) | (line == len(sums) + 1)
    at = np.clip(line - 1, 0, len(sums) - 1)
    share = (sums[at, end] - sums[at, start]) / np.maximum(end - start, 1)
    return np.asarray(np.where(is_rim, 1.0, share))


def _best(boxes: NDArray[np.float64], scores: NDArray[np.float64]) -> list[tuple[Box, float]]:
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    is_fit = (scores >= _WHOLE_SIDE - _SPLIT) & (areas >= _SMALLEST) & (areas < 0.97)
    order = np.argsort(-(scores + 0.2 * np.sqrt(areas)))
    chosen: list[tuple[Box, float]] = []
    for at in order[is_fit[order]]:
        left, top, right, foot = boxes[at].tolist()
        box = (left, top, right, foot)
        if all(_overlap(box, other) < _SAME for other, _ in chosen):
            chosen.append((box, float(scores[at])))
        if len(chosen) == _MOST:
            break
    return chosen


def _overlap(one: Box, other: Box) -> float:
    """What two boxes share, of what they cover together."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / (sum(areas) - both)
