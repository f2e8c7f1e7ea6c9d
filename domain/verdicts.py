"""A verdict: how surely media is a copy of a fingerprint's, and in words and figures why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from domain.evidence import FORM_NAMES, Box
from domain.parts import WHOLE, in_words


class Tier(StrEnum):
    """A certain: alert at once; B strong: alert at once; C possible: reviewed in working hours."""

    CERTAIN = "A"
    STRONG = "B"
    POSSIBLE = "C"


class Way(StrEnum):
    """By what a match was found."""

    SAME_FILE = "sha256"
    PDQ = "pdq"
    PHASH = "phash"
    VARIANT = "variant"
    POINTS = "points"
    FRAMES_IN_ORDER = "frames_in_order"
    STILL_PICTURE = "still_picture"
    SOME_FRAMES = "some_frames"
    STILL = "still"


class AnyVerdict(Protocol):
    """What every verdict tells, on a picture or on a video: `facts` hold tier, reason (a Way),
    distance, form, and what else there is to say, all as JSON keeps it.
    """

    @property
    def tier(self) -> Tier: ...

    @property
    def distance(self) -> int: ...

    def facts(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class KeptVerdict:
    """A verdict as it was written down; details: what only some verdicts have to tell."""

    tier: Tier
    way: Way
    distance: int
    form: int
    quality: int
    details: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """The same facts as the verdict's own."""
        return {
            "tier": self.tier.value,
            "reason": self.way.value,
            "distance": self.distance,
            "form": self.form,
            "quality": self.quality,
            **self.details,
        }


def kept(verdict: AnyVerdict) -> KeptVerdict:
    """A verdict as it is written down."""
    told = verdict.facts()
    tier, way = Tier(told.pop("tier")), Way(told.pop("reason"))
    distance, form, quality = (int(told.pop(each, 0)) for each in ("distance", "form", "quality"))
    return KeptVerdict(tier, way, distance, form, quality, told)


@dataclass(frozen=True)
class Verdict:
    """How sure, and why: the way, the distance in bits, the form (0: as is), the lower quality.

    variant: which of the fingerprint's hashes. region: which part of the media, and `box` where it
    is (shares of width and height). inliers: how many points agree, 0 where none were asked. chorus:
    median distance of the fingerprint's other variants at that place, none where they were not asked.
    """

    tier: Tier
    way: Way
    distance: int
    form: int
    quality: int
    variant: str = WHOLE
    region: str = WHOLE
    inliers: int = 0
    box: Box = (0.0, 0.0, 1.0, 1.0)
    chorus: int | None = None

    def facts(self) -> dict[str, Any]:
        """The verdict as a text's facts; `reason` is the way."""
        figures = (self.tier, self.way, self.distance, self.form, self.quality)
        return KeptVerdict(*figures, self._details()).facts()

    def _details(self) -> dict[str, Any]:
        if self.way in (Way.SAME_FILE, Way.PHASH):
            return {}
        told: dict[str, Any] = {"variant": self.variant, "region": self.region}
        told |= {"inliers": self.inliers, "box": [round(edge, 3) for edge in self.box]}
        return told if self.chorus is None else told | {"chorus": self.chorus}

    def reason(self) -> str:
        """Why, in words and figures, in English, for whoever reads a log or uses the engine alone."""
        if self.way is Way.SAME_FILE:
            return "the same file, byte for byte"
        left, top, right, foot = (round(100 * each) for each in self.box)
        place = f"{in_words(self.region)} ({left}-{right} % across, {top}-{foot} % down)"
        if self.way is Way.POINTS:
            return f"{self.inliers} points agree with {place}"
        if self.way is Way.PHASH:
            return f"perceptual hash: {self.distance} of 256 bits differ, quality {self.quality}"
        is_whole = self.variant == self.region == WHOLE
        what = in_words(WHOLE) if is_whole else f"{in_words(self.variant)} is {place}"
        said = f"{what}, {FORM_NAMES[self.form]}: {self.distance} of 256 bits differ"
        points = f", {self.inliers} points agree" if self.inliers else ""
        others = "" if self.chorus is None else f", the other variants there by {self.chorus}"
        return f"{said}{others}, quality {self.quality}{points}"
