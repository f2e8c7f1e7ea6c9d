"""A video's print, how far two videos overlap, and what that overlap is worth."""

from dataclasses import dataclass
from enum import StrEnum

from domain.fingerprints import DIHEDRAL_FORMS, Pdq, Sha256
from domain.verdicts import Tier

LEAST_QUALITY = 50  # Below it a near hash says little (vPDQ's own threshold).


@dataclass(frozen=True, slots=True)
class Frame:
    """One kept frame: when it is shown, in seconds from the start, and its hashes.

    forms: eight dihedral forms of the whole picture, then eight of each region that may hold the
    picture proper (without borders, or what moves on a recorded screen). A frame that is registered
    has one form alone. variants: of parts of the picture, as a copy may have been cropped; made for
    what is registered only, and never passed on. is_strict: stripes and the like, which resemble
    one another: only the whole picture may match it, and only from near.
    """

    at_s: float
    forms: tuple[Pdq, ...]
    variants: tuple[Pdq, ...] = ()
    is_strict: bool = False

    @property
    def upright(self) -> tuple[Pdq, ...]:
        """What is registered: the forms that are neither turned nor mirrored, and the variants."""
        return self.forms[::DIHEDRAL_FORMS] + self.variants

    def kept(self) -> "Frame":
        """As it is registered: a query brings its own turned and mirrored forms."""
        first, *others = self.upright
        return Frame(self.at_s, (first,), tuple(others), self.is_strict)


@dataclass(frozen=True, slots=True)
class VideoPrint:
    """The kept frames of a video in the order of time, and how long it is."""

    duration_s: float
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class VideoHashes:
    """One file of a video and its print."""

    sha256: Sha256
    video: VideoPrint


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a query and a registered video have in common.

    asked: the query's frames with enough texture. frames: how many of them resemble one of the
    reference. ordered: how many of these lie on one line of time; distinct: how many of those are
    pictures of their own, since frames of a still scene are one witness, and stripes none. share: frames over asked.
    share_of_reference: how much of the reference's length that line covers. distance: the nearest
    frame, typical: the middle one of those on the line, in bits. A moment t of the query is the
    reference's moment offset_s + speed * t. form: 0 as is, 1 to 7 turned or mirrored.
    """

    asked: int
    frames: int
    ordered: int
    distinct: int
    share: float
    share_of_reference: float
    distance: int
    typical: int
    offset_s: float
    speed: float
    form: int

    @property
    def ordered_share(self) -> float:
        """The share of the query's frames that lie on the line of time."""
        return self.ordered / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class VideoTiers:
    """The numbers by which an overlap is judged; distances in bits, shares from 0 to 1.

    radius: within it a frame counts as alike. in_order, many_in_order: distinct frames on one line
    of time, of which some are within `certain`, or none. most: the share of either video for
    certainty, or of the query where its middle frame is far; some: of the query for anything else.
    """

    radius: int = 70
    certain: int = 31
    strong: int = 45
    in_order: int = 3
    many_in_order: int = 5
    most: float = 0.5
    some: float = 0.2


class VideoReason(StrEnum):
    """What speaks for an overlap."""

    IN_ORDER = "frames_in_order"
    STILL = "still_picture"
    SOME_FRAMES = "some_frames"


@dataclass(frozen=True, slots=True)
class VideoVerdict:
    """How sure, and why."""

    tier: Tier
    reason: VideoReason
    overlap: Overlap

    @property
    def distance(self) -> int:
        """Bits between the two nearest frames."""
        return self.overlap.distance

    def facts(self) -> dict[str, str | int | float]:
        """The verdict as a text's facts."""
        overlap = self.overlap
        return {
            "tier": self.tier.value,
            "reason": self.reason.value,
            "distance": overlap.distance,
            "form": overlap.form,
            "frames": overlap.frames,
            "ordered": overlap.ordered,
            "distinct": overlap.distinct,
            "asked": overlap.asked,
            "share_percent": round(100 * overlap.share),
            "reference_percent": round(100 * overlap.share_of_reference),
            "offset_s": round(overlap.offset_s, 1),
            "speed": round(overlap.speed, 2),
        }

    def in_words(self) -> str:
        """One English line with every figure that led here."""
        overlap = self.overlap
        turned = f", turned or mirrored (form {overlap.form})" if overlap.form else ""
        return (
            f"{overlap.frames} of {overlap.asked} frames alike, {overlap.ordered} in one order of "
            f"time ({overlap.distinct} distinct) from {overlap.offset_s:.1f} s at speed "
            f"{overlap.speed:.2f}; nearest {overlap.distance} bits, middle {overlap.typical}; "
            f"covers {overlap.share_of_reference:.0%} of the registered video{turned}"
        )


def judge_video(overlap: Overlap, tiers: VideoTiers | None = None) -> VideoVerdict | None:
    """The verdict on an overlap; none where the videos are different.

    Distinct frames on one line of time count. A video that shows one picture throughout is held to
    the rule for pictures; a lone frame alike is looked at by a person, since title cards are alike.
    """
    tiers = tiers or VideoTiers()
    tier = _tier_in_order(overlap, tiers)
    if tier in (Tier.CERTAIN, Tier.STRONG):
        return VideoVerdict(tier, VideoReason.IN_ORDER, overlap)
    if overlap.typical <= tiers.certain and overlap.ordered_share >= tiers.most:
        return VideoVerdict(Tier.STRONG, VideoReason.STILL, overlap)
    if tier:
        return VideoVerdict(tier, VideoReason.IN_ORDER, overlap)
    nearest = tiers.strong if overlap.distinct >= tiers.in_order else tiers.certain
    if overlap.distance <= nearest and overlap.distinct:
        return VideoVerdict(Tier.POSSIBLE, VideoReason.SOME_FRAMES, overlap)
    return None


def _tier_in_order(overlap: Overlap, tiers: VideoTiers) -> Tier | None:
    """Where the middle frame is far, as among moving stripes, most of the query must be in order."""
    if overlap.distinct < tiers.in_order:
        return None
    is_most = max(overlap.ordered_share, overlap.share_of_reference) >= tiers.most
    is_close = overlap.typical <= tiers.strong
    if is_close and overlap.distance <= tiers.certain:
        return Tier.CERTAIN if is_most else Tier.STRONG
    least = tiers.some if is_close else tiers.most
    if overlap.distinct >= tiers.many_in_order and overlap.ordered_share >= least:
        return Tier.STRONG
    return Tier.POSSIBLE if overlap.ordered_share >= tiers.some else None
