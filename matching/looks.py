"""What is known of a picture from outside before it is compared: its print and its regions' hashes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from domain.fingerprints import DIHEDRAL_FORMS, Print
from matching.descriptors import MOST_ASKED, Points, points_of
from matching.forms import Floats, sampled, working_luma
from matching.hashing import print_of
from matching.regions import Region, regions
from matching.samples import Hashes, hashed_forms, qualities

_SIDE = 1_024


@dataclass(frozen=True)
class Look:
    """One picture: eight rows of hashes (n, 32) for each region, the whole picture's first."""

    print_: Print
    picture: Image.Image
    luma: Floats
    regions: tuple[Region, ...]
    hashes: Hashes
    qualities: tuple[int, ...]

    @cached_property
    def points(self) -> Points | None:
        """Its local descriptors, found when first asked for; none if it has too little texture."""
        return points_of(self.picture, MOST_ASKED)

    def region_of(self, row: int) -> Region:
        """The region that a row of hashes belongs to."""
        return self.regions[row // DIHEDRAL_FORMS]

    def quality_of(self, row: int) -> int:
        """The quality of that region."""
        return self.qualities[row // DIHEDRAL_FORMS]


def look_at(picture: Image.Image, data: bytes) -> Look:
    """The full treatment of one decoded picture; `data` are the bytes it came in."""
    print_ = print_of(picture, data)
    luma = working_luma(picture, _SIDE)
    found = regions(luma)
    samples = [sampled(luma, region.box) for region in found[1:]]
    whole = np.stack([np.frombuffer(form.bits, np.uint8) for form in print_.forms])
    hashes = np.concatenate([whole, *(hashed_forms(sample) for sample in samples)])
    known = [print_.pdq.quality, *(int(each) for each in qualities(samples))]
    return Look(print_, picture, luma, tuple(found), hashes, tuple(known))
