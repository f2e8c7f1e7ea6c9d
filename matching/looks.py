"""What is known of a picture from outside before it is compared: its print and its regions' hashes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from domain.fingerprints import DIHEDRAL_FORMS, Pdq, Print
from domain.parts import Part
from matching.decoding import frames
from matching.descriptors import Points
from matching.forms import WHOLE as WHOLE_BOX
from matching.forms import sampled, working_luma
from matching.hashing import print_of
from matching.keypoints import points_asked
from matching.regions import Region, regions
from matching.samples import Hashes, hashed_forms, qualities
from matching.turning import eight_forms

_SIDE = 1_024


@dataclass(frozen=True)
class Look:
    """One picture: rows of hashes (n, 32), eight for each region, the whole picture's first.

    luma: (h, w) bytes of the picture at 1,024 pixels or less, none where it can't be seen again.
    points: its local descriptors, where they were asked for and it has some.
    """

    print_: Print
    regions: tuple[Region, ...]
    hashes: Hashes
    qualities: tuple[int, ...]
    luma: Hashes | None = None
    points: Points | None = None

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        points = self.points.codes.nbytes + self.points.places.nbytes if self.points else 0
        return self.hashes.nbytes + (0 if self.luma is None else self.luma.nbytes) + points

    def region_of(self, row: int) -> Region:
        """The region that a row of hashes belongs to."""
        return self.regions[row // DIHEDRAL_FORMS]

    def quality_of(self, row: int) -> int:
        """The quality of that region."""
        return self.qualities[row // DIHEDRAL_FORMS]


def looks_at(data: bytes, *, with_points: bool = False) -> tuple[Look, ...]:
    """The full treatment of a file: one look for each of its sampled frames. Raises Undecodable."""
    return tuple(look_at(picture, data, with_points=with_points) for picture in frames(data))


def look_at(picture: Image.Image, data: bytes, *, with_points: bool = False) -> Look:
    """The full treatment of one decoded picture; `data` are the bytes it came in."""
    print_ = print_of(picture, data)
    luma = working_luma(picture, _SIDE)
    found = regions(luma)
    samples = [sampled(luma, region.box) for region in found[1:]]
    hashes = np.concatenate([_rows(print_), *(hashed_forms(sample) for sample in samples)])
    known = [print_.pdq.quality, *(int(each) for each in qualities(samples))]
    points = points_asked(picture) if with_points else None
    return Look(print_, tuple(found), hashes, tuple(known), luma.astype(np.uint8), points)


def look_of_print(print_: Print) -> Look:
    """What is still known of a picture that was seen before: its print, turned every way."""
    return Look(print_, (Region(Part.WHOLE, WHOLE_BOX),), _rows(print_), (print_.pdq.quality,))


def rows_of(forms: Sequence[Pdq]) -> Hashes:
    """(n, 32): the bits of n hashes."""
    return np.stack([np.frombuffer(form.bits, np.uint8) for form in forms])


def _rows(print_: Print) -> Hashes:
    known = rows_of(print_.forms)
    return known if len(known) == DIHEDRAL_FORMS else eight_forms(known)
