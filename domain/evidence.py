"""What was measured between media and one registered fingerprint, before anybody judges it."""

from dataclasses import dataclass

from domain.parts import WHOLE

Box = tuple[float, float, float, float]

FORM_NAMES = (
    "as it is",
    "turned left by 90°",
    "turned by 180°",
    "turned right by 90°",
    "upside down",
    "mirrored",
    "mirrored and turned left by 90°",
    "mirrored and turned right by 90°",
)


@dataclass(frozen=True)
class Nearness:
    """Two hashes that are near: one of the media, one of the fingerprint.

    distance: bits that differ. quality: the lower of both. form: of the media's hash (0: as is).
    variant: which of the fingerprint's hashes, and region: which part of the media, as codes of
    domain.parts. box: where that part is, in shares of its width and height. fitted: bits that
    differ after the part was moved to where it fits best; none where nobody looked. chorus: the
    median of the bits by which the picture's other variants differ at that place; none where too
    few of them lie in the media.
    """

    distance: int
    quality: int
    form: int = 0
    variant: str = WHOLE
    region: str = WHOLE
    box: Box = (0.0, 0.0, 1.0, 1.0)
    fitted: int | None = None
    chorus: int | None = None


@dataclass(frozen=True)
class Evidence:
    """All that speaks for one fingerprint.

    canonical: nearest to the hash of the whole registered picture; variant: nearest to any other.
    phash: bits between the perceptual hashes of both whole pictures. inliers: points that agree on
    one way to lay the registered picture on the media, asked only with consent to descriptors; share: how
    many they are of those that should then be seen.
    """

    is_same_file: bool = False
    is_strict: bool = False
    canonical: Nearness | None = None
    variant: Nearness | None = None
    phash: int | None = None
    inliers: int = 0
    share: float = 1.0
    agreed: Box = (0.0, 0.0, 1.0, 1.0)
    is_mirrored: bool = False
    quality: int = 0
