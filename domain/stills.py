"""A picture that is one frame of a video, the other way round too, and what that is worth."""

from dataclasses import dataclass
from typing import Any

from domain.evidence import FORM_NAMES
from domain.verdicts import Tier


@dataclass(frozen=True, slots=True)
class StillVerdict:
    """How sure, and why: bits that differ, the form of what was asked about (0: as is), when the
    frame is shown in its video, in seconds."""

    tier: Tier
    distance: int
    form: int
    at_s: float

    def facts(self) -> dict[str, Any]:
        """The verdict as a text's facts."""
        return {
            "tier": self.tier.value,
            "reason": "still",
            "distance": self.distance,
            "form": self.form,
            "at_s": round(self.at_s, 1),
        }

    def in_words(self) -> str:
        """One English line with every figure that led here."""
        return (
            f"the frame at {self.at_s:.1f} s, {FORM_NAMES[self.form]}: "
            f"{self.distance} of 256 bits differ"
        )


def judge_still(
    distance: int, form: int, at_s: float, *, is_whole: bool, is_strict: bool
) -> StillVerdict:
    """What a picture and a frame are worth that are within VideoTiers.certain, both of enough texture.

    One frame is never certain: title cards are alike. is_whole: the whole of what is registered was
    met, not a part of it. Stripes and the like are possible at most.
    """
    is_strong = is_whole and not is_strict
    return StillVerdict(Tier.STRONG if is_strong else Tier.POSSIBLE, distance, form, at_s)
