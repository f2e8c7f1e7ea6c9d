"""Everything that is kept of one picture: its print, its variants' hashes, its points where agreed."""

from dataclasses import dataclass

import numpy as np

from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.listed import Listed
from domain.parts import WHOLE
from matching.decoding import frames
from matching.descriptors import Points
from matching.forms import later_frames, variants, working_luma
from matching.hashing import print_of
from matching.keypoints import points_of
from matching.samples import Hashes
from matching.texture import is_strict


@dataclass(frozen=True)
class Registration:
    """Hashes (n, 32) with their qualities: row 0 is canonical, row k + 1 is the variant names[k].

    sha256, phash: none where nobody here saw the picture. points: none where nobody consented to
    them, or the picture has too little texture.
    """

    hashes: Hashes
    qualities: tuple[int, ...]
    names: tuple[str, ...] = ()
    sha256: Sha256 | None = None
    phash: Phash | None = None
    is_strict: bool = False
    points: Points | None = None

    @property
    def pdq(self) -> Pdq:
        """The canonical hash."""
        return Pdq(self.hashes[0].tobytes(), self.qualities[0])

    def name_of(self, row: int) -> str:
        """What a row shows, in words."""
        return WHOLE if row == 0 else self.names[row - 1]


def registration(data: bytes, *, descriptors: bool = False) -> Registration:
    """Make all of it from the bytes of one picture or animation. Raises matching.decoding.Undecodable.

    descriptors: whether the person consented to local descriptors being kept.
    """
    picture, *later = frames(data)
    print_ = print_of(picture, data)
    luma = working_luma(picture)
    made, moved = variants(luma), later_frames([working_luma(each) for each in later])
    return Registration(
        np.concatenate([_row(print_.pdq), made.hashes, moved.hashes]),
        (print_.pdq.quality, *(int(q) for each in (made, moved) for q in each.qualities)),
        tuple(shape.name for shape in made.shapes + moved.shapes),
        print_.sha256,
        print_.phash,
        is_strict(luma, print_.pdq.quality),
        points_of(picture) if descriptors else None,
    )


def registration_of_print(print_: Print) -> Registration:
    """What can be kept of a picture of which its print alone is known."""
    return Registration(
        _row(print_.pdq), (print_.pdq.quality,), sha256=print_.sha256, phash=print_.phash
    )


def registration_of_listed(listed: Listed) -> Registration:
    """What can be kept of a picture that another centre's list names."""
    return Registration(_row(listed.pdq), (listed.pdq.quality,))


def _row(pdq: Pdq) -> Hashes:
    return np.frombuffer(pdq.bits, np.uint8)[None]
