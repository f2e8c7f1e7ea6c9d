"""Luma pictures of a video become frames with hashes: of the whole, and of where the picture is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import Pdq
from domain.videos import LEAST_QUALITY, Frame
from matching.samples import LEAST_RICHNESS, SIDE, richness
from matching.texture import is_strict
from matching.video_decoding import Luma
from matching.video_luma import pdq_forms_of_luma

Box = tuple[int, int, int, int]

_WINDOW = 12
_WINDOW_BYTES = 96_000_000
_FINE = 640  # Cells along the longer side when looking for borders and movement.
_GLANCES = 3  # Every third picture is enough to know the borders.
_FLAT = 24  # Levels that a border may vary by, as compression leaves it.
_MOVED = 24  # Levels that something must change by to have moved.
_MOVING_SHARE = 0.2  # Of the cells of a row that lies in the moving part.
_GAP = 0.04  # Of a side: a still stretch this short doesn't end the moving part.
_LEAST_SIDE = 0.25  # Of a side: a smaller region is no picture.
_WHOLE = 0.97  # Of the area: a larger region is the whole.
_INSETS = (0.92, 0.84)  # Of each side: what is left of a picture when its edges are cropped.
_SQUARE = 0.9  # A picture nearer to a square than this has no square variant.
_STRICT_SIDE = 256  # Pixels; stripes finer than a few of these are grey to PDQ anyway.
_ALIKE = 0.015  # Of a side: boxes nearer than this are one.


@dataclass(frozen=True, slots=True)
class Shot:
    """One decoded frame: seconds from the start, its luma (height, width), its eight forms."""

    at_s: float
    luma: Luma
    forms: tuple[Pdq, ...]


def shot(at_s: float, luma: Luma) -> Shot:
    """Hash the whole picture of one frame."""
    return Shot(at_s, luma, pdq_forms_of_luma(luma))


def framed(shots: Iterable[Shot], *, variants: bool = False) -> Iterator[Frame]:
    """Hash shots a window at a time; those without a form of enough texture are left out.

    variants: for registration, also the parts that a cropped copy would show, and a closer look at
    what is too common to be matched by them.
    """
    window: list[Shot] = []
    for each in shots:
        if window and not _is_room(window, each):
            yield from _frames(window, variants)
            window = []
        window.append(each)
    yield from _frames(window, variants)


def _is_room(window: Sequence[Shot], more: Shot) -> bool:
    size = (len(window) + 1) * more.luma.size
    is_small = len(window) < _WINDOW and size <= _WINDOW_BYTES
    return is_small and window[-1].luma.shape == more.luma.shape


def _frames(window: Sequence[Shot], variants: bool) -> Iterator[Frame]:
    boxes = regions([each.luma for each in window]) if window else []
    for each in window:
        height, width = each.luma.shape
        forms = list(each.forms)
        for box in boxes:
            forms.extend(_forms_within(each.luma, box))
        if any(form.quality >= LEAST_QUALITY for form in forms):
            parts = _crops(width, height) if variants else ()
            cropped = tuple(_forms_within(each.luma, part)[0] for part in parts)
            held = _is_strict(each) if variants else _is_plain(each)
            yield Frame(each.at_s, tuple(forms), cropped, held)


def _is_plain(one: Shot) -> bool:
    """Whether it is held strict for its hash says little; what a query can afford to ask."""
    tiny = cv2.resize(one.luma, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return bool(richness(tiny[None].astype(np.float64))[0] < LEAST_RICHNESS)


def _is_strict(one: Shot) -> bool:
    """Whether it shows stripes or the like, by the rule for pictures."""
    share = min(1.0, _STRICT_SIDE / max(one.luma.shape))
    small = cv2.resize(one.luma, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return is_strict(small.astype(np.float32), one.forms[0].quality)


def _forms_within(luma: Luma, box: Box) -> tuple[Pdq, ...]:
    left, top, right, bottom = box
    return pdq_forms_of_luma(luma[top:bottom, left:right])


def _crops(width: int, height: int) -> list[Box]:
    """Parts about the middle of the picture: somewhat less of each side, and a square."""
    side = min(width, height)
    sizes = [(round(share * width), round(share * height)) for share in _INSETS]
    if side < _SQUARE * max(width, height):
        sizes.append((side, side))
    return [
        ((width - across) // 2, (height - down) // 2, (width + across) // 2, (height + down) // 2)
        for across, down in sizes
    ]


def regions(pictures: Sequence[Luma]) -> list[Box]:
    """Where the picture proper may be in neighbouring frames of one video, all (height, width):
    within borders that are flat in every one of them, and where anything moves.

    Each box is left, top, right, bottom in pixels. None is given that is nearly the whole.
    """
    height, width = pictures[0].shape
    step = max(1, -(-max(height, width) // _FINE))
    fine = np.stack([picture[::step, ::step] for picture in pictures])
    found: list[Box] = []
    for cells in (_within_borders(fine), _moving(fine)):
        box = _box(cells, step, width, height)
        if box and not any(_is_alike(box, known, width, height) for known in found):
            found.append(box)
    return found


def _within_borders(fine: Luma) -> Box | None:
    """The cells within rows and columns that are flat in every picture; fine is (n, h, w)."""
    fine = fine[::_GLANCES]
    spread = np.percentile(fine, (2, 98), axis=2)
    rows = np.flatnonzero((spread[1] - spread[0]).max(axis=0) > _FLAT)
    if not rows.size:
        return None
    inner = fine[:, rows[0] : rows[-1] + 1]
    spread = np.percentile(inner, (2, 98), axis=1)
    columns = np.flatnonzero((spread[1] - spread[0]).max(axis=0) > _FLAT)
    if not columns.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _moving(fine: Luma) -> Box | None:
    """The longest run of rows, and of columns within them, where cells change over time."""
    if len(fine) < 2:
        return None
    moved = (fine.max(axis=0) - fine.min(axis=0)) > _MOVED
    top, bottom = _longest_run(moved.mean(axis=1) > _MOVING_SHARE)
    if top == bottom:
        return None
    left, right = _longest_run(moved[top:bottom].mean(axis=0) > _MOVING_SHARE)
    if left == right:
        return None
    top, bottom = _longest_run(moved[:, left:right].mean(axis=1) > _MOVING_SHARE)
    return left, top, right, bottom


def _longest_run(is_in: NDArray[np.bool_]) -> tuple[int, int]:
    """First and after-last place of the longest run, short gaps bridged; (0, 0) for none."""
    places = np.flatnonzero(is_in)
    if not places.size:
        return 0, 0
    breaks = np.flatnonzero(np.diff(places) > max(1, round(_GAP * is_in.size)))
    firsts = places[np.concatenate(([0], breaks + 1))]
    lasts = places[np.concatenate((breaks, [places.size - 1]))]
    longest = int(np.argmax(lasts - firsts))
    return int(firsts[longest]), int(lasts[longest]) + 1


def _box(cells: Box | None, step: int, width: int, height: int) -> Box | None:
    """In pixels; none where it is too small to be a picture, or nearly the whole."""
    if cells is None:
        return None
    left, top = cells[0] * step, cells[1] * step
    right, bottom = min(cells[2] * step, width), min(cells[3] * step, height)
    across, down = (right - left) / width, (bottom - top) / height
    if min(across, down) < _LEAST_SIDE or across * down > _WHOLE:
        return None
    return left, top, right, bottom


def _is_alike(one: Box, other: Box, width: int, height: int) -> bool:
    sides = (width, height, width, height)
    return all(abs(a - b) <= _ALIKE * side for a, b, side in zip(one, other, sides, strict=True))
