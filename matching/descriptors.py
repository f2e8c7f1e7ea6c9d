"""Local descriptors: where a picture has points that are known again, and whether two pictures agree.

SIFT (Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004), each descriptor cut
to 128 bits about its own median: a tenth of its size, compared by counting bits. A mirrored patch
has the same bits in another order, so the mirror is asked without looking at a mirrored picture.
"""

import struct
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from matching.flat import two_nearest

CODE_BYTES = 16
VERSION = 1

_HEAD = struct.Struct(">BHHH")
_RATIO = 0.85
_FARTHEST = 34
_FEWEST_PAIRS = 6
_REACH = 9.0
_SLIMMEST, _LEAST_SCALE, _MOST_SCALE = 0.4, 0.12, 8.0
_LEAST_SPREAD = 0.01
_OF_REGISTERED, _OF_ASKED = 0.07, 0.15  # One of both: less is a logo or a letter that both hold.

Codes = NDArray[np.uint8]
Places = NDArray[np.float32]


class BadPoints(ValueError):
    """Bytes that are no packed descriptors of a version known here."""


@dataclass(frozen=True)
class Points:
    """Points of one picture: (n, 16) codes, (n, 2) places in pixels of a frame (width, height)."""

    codes: Codes
    places: Places
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Agreement:
    """How many points agree on one way to lay a picture on the other, and where they lie in it.

    share: of the registered points that should then be seen; fewer are where it is shown smaller.
    """

    inliers: int
    is_mirrored: bool
    box: tuple[float, float, float, float]
    share: float = 1.0


def pack(points: Points) -> bytes:
    """Version, number, width, height, then each place (two 16-bit eighths of a pixel) and code."""
    head = _HEAD.pack(VERSION, len(points), *points.size)
    eighths = np.round(points.places * 8).clip(0, 65_535).astype(">u2")
    return head + eighths.tobytes() + points.codes.tobytes()


def unpack(data: bytes) -> Points:
    """What `pack` made; raises BadPoints."""
    if len(data) < _HEAD.size:
        raise BadPoints("cut off")
    version, count, width, height = _HEAD.unpack_from(data)
    if version != VERSION or len(data) != _HEAD.size + count * (4 + CODE_BYTES):
        raise BadPoints("another version, or cut off")
    middle = _HEAD.size + 4 * count
    places = np.frombuffer(data[_HEAD.size : middle], ">u2").astype(np.float32) / np.float32(8)
    codes = np.frombuffer(data[middle:], np.uint8)
    return Points(codes.reshape(-1, CODE_BYTES), places.reshape(-1, 2), (width, height))


def mirrored(codes: Codes) -> Codes:
    """(n, 16): the codes that the same points have in the mirrored picture."""
    cells = np.unpackbits(codes, axis=1).reshape(-1, 4, 4, 8)
    turned = cells[:, ::-1, :, -np.arange(8) % 8]
    return np.packbits(turned.reshape(-1, 8 * CODE_BYTES), axis=1)


def agreement(query: Points, registered: Points) -> Agreement | None:
    """The better of plain and mirrored; none where no sane transform joins enough points."""
    found = [
        _agree(codes, query, registered, is_mirrored)
        for codes, is_mirrored in ((query.codes, False), (mirrored(query.codes), True))
    ]
    return max((each for each in found if each), key=lambda each: each.inliers, default=None)


def _agree(codes: Codes, query: Points, registered: Points, is_mirrored: bool) -> Agreement | None:
    asked, known = _pairs(codes, registered.codes)
    if len(asked) < _FEWEST_PAIRS:
        return None
    there, here = registered.places[known], query.places[asked]
    matrix, mask = cv2.estimateAffine2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=_REACH, maxIters=800, confidence=0.995
    )
    if matrix is None or not _is_sane(np.asarray(matrix, np.float64), is_mirrored):
        return None
    inside = mask.ravel().astype(bool)
    found = _spread(query, registered, here[inside], there[inside], is_mirrored)
    if found is None:
        return None
    expected = _expected(query, registered, np.asarray(matrix, np.float64))
    return replace(found, share=min(1.0, found.inliers / max(expected, 1.0)))


def _expected(query: Points, registered: Points, matrix: NDArray[np.float64]) -> float:
    """How many registered points lie in the query, counted less where it shows them smaller."""
    laid = registered.places @ matrix[:, :2].T + matrix[:, 2]
    is_inside = ((laid >= 0) & (laid <= np.array(query.size))).all(axis=1)
    return float(is_inside.sum() * min(1.0, abs(np.linalg.det(matrix[:, :2]))))


def _pairs(codes: Codes, known: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Points that are much nearer to one another than to the second best, each used once."""
    far, at = two_nearest(codes, known)
    first, second, nearest = far[:, 0], far[:, 1], at[:, 0]
    asked = np.flatnonzero(first <= np.minimum(_FARTHEST, _RATIO * second))
    asked = asked[np.argsort(first[asked], kind="stable")]
    matched, places = np.unique(nearest[asked], return_index=True)
    return asked[places], matched


def _is_sane(matrix: NDArray[np.float64], is_mirrored: bool) -> bool:
    """No flattening, no wild scale, and a mirror exactly where one was asked for."""
    turn = matrix[:, :2]
    largest, least = np.linalg.svd(turn, compute_uv=False)
    is_even = least > _SLIMMEST * largest and least > _LEAST_SCALE and largest < _MOST_SCALE
    return bool(is_even and (np.linalg.det(turn) < 0) == is_mirrored)


def _spread(
    query: Points, registered: Points, here: Places, there: Places, is_mirrored: bool
) -> Agreement | None:
    """Points on top of one another are one: agreement counts cells, and must cover some area."""
    cells = min(_cells(here), _cells(there))
    known, asked = _covered(there, registered.size), _covered(here, query.size)
    if known < _LEAST_SPREAD or (known < _OF_REGISTERED and asked < _OF_ASKED):
        return None
    (left, top), (right, foot) = here.min(axis=0) / query.size, here.max(axis=0) / query.size
    return Agreement(cells, is_mirrored, (float(left), float(top), float(right), float(foot)))


def _cells(places: Places) -> int:
    return len(np.unique(np.round(places / 6).astype(np.int32), axis=0))


def _covered(places: Places, size: tuple[int, int]) -> float:
    """Which share of the frame lies between the points."""
    if len(places) <= 2:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(places))) / (size[0] * size[1])
