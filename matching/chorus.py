"""Whether a picture's other variants agree with the place at which one of them was found.

A hash that is near may be a coincidence: it is the nearest of thousands. If the media truly shows the
picture there, then all its other crops lie in known places around it, and their hashes are near too,
even where a sticker or letters have moved each by sixty bits. Of a stranger they are as far as chance.
"""

import numpy as np
from numpy.typing import NDArray

from matching.forms import Floats, crop_boxes
from matching.refine import Pose, laid_out, sample_at
from matching.registering import Registration
from matching.samples import FORMS, hashed

_MOST = 24  # Variants that are asked, spread over all that lie in the media.
_FEWEST = 8
_LEAST_QUALITY = 30
_OUTSIDE = 0.03  # Of the longer side: so much of a variant may lie outside.

Boxes = NDArray[np.float64]


def chorus(luma: Floats, pose: Pose, form: int, made: Registration, row: int) -> int | None:
    """The median distance of other variants where the variant `row` was laid at a pose.

    luma: what the pose is in shares of. None where fewer than eight of them lie in it.
    """
    boxes = crop_boxes()[: len(made.hashes)]
    if row >= len(boxes):
        return None  # Turned, square or a later frame: its shape is not known any more.
    placed = _laid(boxes, boxes[row], form)
    middle, across, down = laid_out(pose, luma)
    centres = middle + np.outer(placed[:, [0, 2]].mean(axis=1) - 0.5, across)
    centres += np.outer(placed[:, [1, 3]].mean(axis=1) - 0.5, down)
    sizes = placed[:, 2:] - placed[:, :2]
    is_asked = np.array(made.qualities[: len(boxes)]) >= _LEAST_QUALITY
    is_asked &= _are_inside(centres, np.abs(sizes @ np.abs(np.stack([across, down]))) / 2, luma)
    is_asked[row] = False
    rows = np.flatnonzero(is_asked)
    if len(rows) < _FEWEST:
        return None
    rows = rows[np.linspace(0, len(rows) - 1, min(_MOST, len(rows))).astype(int)]
    samples = [
        sample_at(luma, centres[at], across * sizes[at, 0], down * sizes[at, 1]) for at in rows
    ]
    differing = hashed(np.stack(samples), form) ^ made.hashes[rows]
    return int(np.median(np.bitwise_count(differing).sum(axis=1)))


def _laid(boxes: Boxes, frame: Boxes, form: int) -> Boxes:
    """(n, 4): boxes of the registered picture, in shares of the media's part that shows `frame`."""
    corner, size = frame[:2], frame[2:] - frame[:2]
    placed = (boxes - np.tile(corner, 2)) / np.tile(size, 2)
    is_transposed, turns_rows, turns_columns = FORMS[form]
    if turns_columns:
        placed[:, [0, 2]] = 1 - placed[:, [2, 0]]
    if turns_rows:
        placed[:, [1, 3]] = 1 - placed[:, [3, 1]]
    return placed[:, [1, 0, 3, 2]] if is_transposed else placed


def _are_inside(centres: Boxes, halves: Boxes, luma: Floats) -> NDArray[np.bool_]:
    size, room = np.array(luma.shape[::-1]), _OUTSIDE * max(luma.shape)
    least, most = centres - halves, centres + halves
    return np.asarray((least >= -room).all(axis=1) & (most <= size + room).all(axis=1))
