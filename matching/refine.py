"""A near hit is looked at again: the region is moved, stretched and turned until it fits best.

A registered variant and a region that was found by rule rarely show exactly the same part. Of a true
copy the distance falls steeply when the region moves to its place; of a stranger it hardly does. The
hash that is approached stays the same, so no more than its 256 bits is known of the picture.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matching.forms import Box, Floats
from matching.samples import hashed

Pose = NDArray[np.float64]
"""Middle x, middle y, width, height as shares, degrees, shear."""

_FINE = 128
_REACH = 160
_FIRST_STEP = 0.024
_LAST_STEP = 0.003
_DEGREES = 1.2 / 0.024
_SHEAR = 0.6
_MOST_LOOKS = 130
_GOOD = 12
_TRIAL, _HOPELESS = 30, 60  # A stranger is still this far after this many looks.
_MOST_TURN = 16.0
_ROOM = 0.06


@dataclass(frozen=True)
class Fit:
    """Where the hash fits best: its distance there, the box (shares), the degrees it is turned."""

    distance: int
    box: Box
    degrees: float
    pose: Pose


def fitted(luma: Floats, box: Box, form: int, target: bytes) -> Fit:
    """Descend from a box to the nearest place where its form is nearest to a hash of 32 bytes.

    luma: as `reduced` made it for that box.
    """
    search = _Search(luma, form, target)
    pose = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, *_sides(box), 0.0, 0.0])
    return search.descend(pose)


def reduced(luma: NDArray[np.uint8], box: Box) -> Floats:
    """The luma (h, w) so small that the box is about as large as what a hash is made of."""
    height, width = luma.shape
    sides = ((box[2] - box[0]) * width, (box[3] - box[1]) * height)
    share = min(1.0, _REACH / max(*sides, 1))
    size = (max(8, round(width * share)), max(8, round(height * share)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.float32)


def _sides(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


class _Search:
    """Turns, moves and stretches a pose until nothing helps any more."""

    def __init__(self, luma: Floats, form: int, target: bytes) -> None:
        self._luma = luma
        self._form = form
        self._target = np.frombuffer(target, np.uint8)
        self._looks = 0

    def descend(self, pose: NDArray[np.float64]) -> Fit:
        best, step = self._distance(pose), _FIRST_STEP
        while step >= _LAST_STEP and self._looks < _MOST_LOOKS and best > _GOOD:
            moved, nearer = self._round(pose, best, step)
            if nearer < best:
                pose, best = moved, nearer
            else:
                step /= 2
            if self._looks > _TRIAL and best > _HOPELESS:
                break
        middle, half = pose[:2], pose[2:4] / 2
        left, top, right, foot = (float(each) for each in (*(middle - half), *(middle + half)))
        return Fit(best, (left, top, right, foot), float(pose[4]), pose)

    def _round(
        self, pose: NDArray[np.float64], best: int, step: float
    ) -> tuple[NDArray[np.float64], int]:
        """Every direction once; what helps is kept at once."""
        for move in self._moves(pose, step):
            for sign in (1, -1):
                moved = pose + sign * move
                if not _is_sane(moved):
                    continue
                distance = self._distance(moved)
                if distance < best:
                    pose, best = moved, distance
                    break
        return pose, best

    def _moves(self, pose: NDArray[np.float64], step: float) -> NDArray[np.float64]:
        """(8, 6): each side on its own, both ways of shifting, a turn and a shear."""
        width, height = pose[2] * step, pose[3] * step
        return np.array(
            [
                [width, 0, 0, 0, 0, 0],
                [0, height, 0, 0, 0, 0],
                [width / 2, 0, width, 0, 0, 0],
                [width / 2, 0, -width, 0, 0, 0],
                [0, height / 2, 0, height, 0, 0],
                [0, height / 2, 0, -height, 0, 0],
                [0, 0, 0, 0, step * _DEGREES, 0],
                [0, 0, 0, 0, 0, step * _SHEAR],
            ]
        )

    def _distance(self, pose: NDArray[np.float64]) -> int:
        self._looks += 1
        middle, across, down = laid_out(pose, self._luma)
        bits = hashed(sample_at(self._luma, middle, across, down)[None], self._form)[0]
        return int(np.bitwise_count(bits ^ self._target).sum())


def laid_out(pose: Pose, luma: Floats) -> tuple[Pose, Pose, Pose]:
    """A pose in pixels of the luma: its middle, and the way along its width and along its height."""
    rows, columns = luma.shape
    x, y, width, height = pose[:4] * (columns, rows, columns, rows)
    turn, shear = math.radians(pose[4]), float(pose[5])
    across = np.array([math.cos(turn), math.sin(turn)]) * width
    return np.array([x, y]), across, np.array([shear - math.sin(turn), math.cos(turn)]) * height


def sample_at(luma: Floats, middle: Pose, across: Pose, down: Pose) -> NDArray[np.float64]:
    """(64, 64) means of the part laid out by its middle and its two sides."""
    across, down = across / _FINE, down / _FINE
    start = middle - (across + down) * (_FINE - 1) / 2 - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    fine = cv2.warpAffine(
        luma,
        np.column_stack([across, down, start]),
        (_FINE, _FINE),
        flags=flags,
        borderMode=cv2.BORDER_REPLICATE,
    )
    half = _FINE // 2
    return np.asarray(fine.reshape(half, 2, half, 2).mean(axis=(1, 3)), np.float64)


def _is_sane(pose: NDArray[np.float64]) -> bool:
    """Still mostly inside the picture, no slimmer than a strip, turned and sheared a little."""
    middle, half = pose[:2], pose[2:4] / 2
    is_inside = bool((middle - half > -_ROOM).all() and (middle + half < 1 + _ROOM).all())
    return is_inside and half.min() > 0.05 and abs(pose[4]) <= _MOST_TURN and abs(pose[5]) < 0.3
