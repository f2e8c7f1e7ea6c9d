"""Everything that is kept of one picture: its print, its variants' hashes, its points where agreed."""

from dataclasses import dataclass

import numpy as np

from domain.fingerprints import Print
from matching.decoding import frames
from matching.descriptors import Points, points_of
from matching.forms import Shape, later_frames, variants, working_luma
from matching.hashing import print_of
from matching.samples import Hashes
from matching.texture import is_strict


@dataclass(frozen=True)
class Registration:
    """Hashes (n, 32) with their qualities: row 0 is canonical, row k + 1 is the variant shapes[k].

    points: none where nobody consented to them, or the picture has too little texture.
    """

    print_: Print
    hashes: Hashes
    qualities: tuple[int, ...]
    shapes: tuple[Shape, ...]
    is_strict: bool
    points: Points | None

    def name_of(self, row: int) -> str:
        """What a row shows, in words."""
        return "the whole picture" if row == 0 else self.shapes[row - 1].name


def registration(data: bytes, *, descriptors: bool = False) -> Registration:
    """Make all of it from the bytes of one picture or animation. Raises matching.decoding.Undecodable.

    descriptors: whether the person consented to local descriptors being kept.
    """
    picture, *later = frames(data)
    print_ = print_of(picture, data)
    luma = working_luma(picture)
    made, moved = variants(luma), later_frames([working_luma(each) for each in later])
    canonical = np.frombuffer(print_.pdq.bits, np.uint8)[None]
    return Registration(
        print_,
        np.concatenate([canonical, made.hashes, moved.hashes]),
        (print_.pdq.quality, *(int(q) for each in (made, moved) for q in each.qualities)),
        made.shapes + moved.shapes,
        is_strict(luma, print_.pdq.quality),
        points_of(picture) if descriptors else None,
    )
